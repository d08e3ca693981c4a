package io.ngrid.node.state;

import static io.ngrid.node.state.Grid.bytes;
import static io.ngrid.node.state.Grid.put;
import static io.ngrid.node.state.Grid.text;
import static org.assertj.core.api.Assertions.assertThat;

import io.ngrid.api.MapSettings;
import io.ngrid.node.state.Action.Condition;
import io.ngrid.node.state.Result.Reason;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class MapTest {
    private final Grid grid = Grid.withSession();

    @BeforeEach
    void createMap() {
        grid.run(new Action.CreateMap(MapSettings.of("m", "bytes", "bytes")));
    }

    @Test
    void H36_previousValuesFormAChain() {
        String before = "null";
        long version = 0;
        for (int i = 0; i < 10; i++) {
            Result.Previous previous = (Result.Previous) grid.run(put("m", "k", "v" + i));
            assertThat(text(previous.value())).isEqualTo(before);
            assertThat(previous.version()).isEqualTo(version);
            before = "v" + i;
            version = grid.state.appliedIndex();
        }
        Result.Previous removed = (Result.Previous) grid.run(new Action.Remove("m", bytes("k"), null));
        assertThat(removed).isEqualTo(new Result.Previous(true, bytes("v9"), version));
        assertThat(grid.run(put("m", "k", "again"))).isEqualTo(new Result.Previous(true, null, 0));
    }

    @Test
    void conditionsDecideAndTheValueBeforeIsAnsweredEitherWay() {
        assertThat(conditional(Condition.PRESENT, "a", 0)).isEqualTo(new Result.Previous(false, null, 0));
        assertThat(conditional(Condition.VERSION, "a", 0)).isEqualTo(new Result.Previous(false, null, 0));
        assertThat(conditional(Condition.ABSENT, "a", 0)).isEqualTo(new Result.Previous(true, null, 0));
        long first = grid.state.appliedIndex();
        assertThat(conditional(Condition.ABSENT, "b", 0)).isEqualTo(new Result.Previous(false, bytes("a"), first));
        assertThat(conditional(Condition.VERSION, "b", first + 1))
                .isEqualTo(new Result.Previous(false, bytes("a"), first));
        assertThat(conditional(Condition.VERSION, "b", first)).isEqualTo(new Result.Previous(true, bytes("a"), first));
        long second = grid.state.appliedIndex();
        assertThat(conditional(Condition.PRESENT, "c", 0)).isEqualTo(new Result.Previous(true, bytes("b"), second));
        long third = grid.state.appliedIndex();
        assertThat(grid.run(new Action.Remove("m", bytes("k"), second)))
                .isEqualTo(new Result.Previous(false, bytes("c"), third));
        assertThat(grid.run(new Action.Remove("m", bytes("k"), third)))
                .isEqualTo(new Result.Previous(true, bytes("c"), third));
        assertThat(grid.run(new Action.Remove("m", bytes("k"), null))).isEqualTo(new Result.Previous(false, null, 0));
    }

    @Test
    void countersFollow() {
        grid.run(put("m", "k", "value"));
        grid.run(put("m", "kk", "v"));
        grid.run(put("m", "k", "longer value"));
        assertThat(map().bytes()).isEqualTo(1 + 12 + 2 + 1);
        assertThat(map().puts()).isEqualTo(3);
        grid.run(new Action.Remove("m", bytes("k"), null));
        grid.run(new Action.Remove("m", bytes("k"), null));
        assertThat(map().bytes()).isEqualTo(3);
        assertThat(map().removes()).isEqualTo(1);
        assertThat(grid.run(new Action.ClearMap("m"))).isEqualTo(new Result.Done());
        assertThat(map().bytes()).isZero();
        assertThat(map().removes()).isEqualTo(2);
        assertThat(grid.state.query(new Query.MapSize("m"))).isEqualTo(new Answer.Count(0));
    }

    @Test
    void putAllPutsAllOrNothing() {
        List<byte[]> keys = List.of(bytes("a"), bytes("b"), bytes("a"));
        assertThat(grid.run(new Action.PutAll("m", keys, List.of(bytes("1"), bytes("2"), bytes("3")))))
                .isEqualTo(new Result.Done());
        assertThat(get("a")).isEqualTo("3");
        assertThat(get("b")).isEqualTo("2");
        assertThat(map().bytes()).isEqualTo(4);
        Result.Failed failed = (Result.Failed) grid.run(new Action.PutAll("m", keys, List.of(bytes("9"))));
        assertThat(failed.reason()).isEqualTo(Reason.BAD_COMMAND);
        assertThat(get("a")).isEqualTo("3");
    }

    @Test
    void pagesComeInTheOrderOfUnsignedBytes() {
        for (int i = 255; i >= 0; i--) {
            grid.run(new Action.Put("m", new byte[] {(byte) i}, bytes("v" + i), Condition.ALWAYS, 0));
        }
        List<Integer> seen = new ArrayList<>();
        byte[] after = null;
        for (Answer.Page page = page(null, 100); !page.keys().isEmpty(); page = page(after, 100)) {
            for (int i = 0; i < page.keys().size(); i++) {
                after = page.keys().get(i);
                seen.add(after[0] & 0xFF);
                assertThat(text(page.values().get(i))).isEqualTo("v" + (after[0] & 0xFF));
            }
        }
        assertThat(seen)
                .isEqualTo(java.util.stream.IntStream.range(0, 256).boxed().toList());
        grid.run(new Action.Remove("m", new byte[] {5}, null));
        assertThat(page(new byte[] {5}, 1).keys().get(0)).containsExactly(6);
    }

    @Test
    void aPageIsBoundedInBytesButMakesProgress() {
        byte[] large = new byte[QueryAnswers.PAGE_BYTES];
        grid.run(new Action.Put("m", bytes("a"), large, Condition.ALWAYS, 0));
        grid.run(new Action.Put("m", bytes("b"), large, Condition.ALWAYS, 0));
        assertThat(page(null, 10).keys()).hasSize(1);
        assertThat(page(bytes("a"), 10).keys()).hasSize(1);
        assertThat(page(bytes("b"), 10).keys()).isEmpty();
    }

    @Test
    void H05_anUnknownMapIsAnsweredWithTheWayOut() {
        for (Action action : List.of(
                put("prices", "k", "v"),
                new Action.PutAll("prices", List.of(), List.of()),
                new Action.Remove("prices", bytes("k"), null),
                new Action.ClearMap("prices"))) {
            Result.Failed failed = (Result.Failed) grid.run(action);
            assertThat(failed.reason()).isEqualTo(Reason.UNKNOWN_NAME);
            assertThat(failed.message()).contains("no map named prices").contains("etc/io.ngrid.map-prices.cfg");
        }
        for (Query query : List.of(
                new Query.Get("prices", bytes("k")),
                new Query.MapSize("prices"),
                new Query.MapPage("prices", null, 1))) {
            assertThat(((Answer.Failed) grid.state.query(query)).reason()).isEqualTo(Reason.UNKNOWN_NAME);
        }
    }

    @Test
    void settingsAreObeyedExtendedOrRefused() {
        MapSettings there = new MapSettings("n", "kryo", List.of("A"), "kryo", List.of("X"));
        assertThat(create(there)).isEqualTo(new Result.Done());
        MapSettings longer = new MapSettings("n", "kryo", List.of("A", "B"), "kryo", List.of());
        assertThat(create(longer)).isEqualTo(new Result.Done());
        assertThat(grid.state.maps().get("n").get().settings())
                .isEqualTo(new MapSettings("n", "kryo", List.of("A", "B"), "kryo", List.of("X")));
        refused(
                new MapSettings("n", "string", List.of(), "bytes", List.of()),
                "map n exists with key.codec = kryo, asked for was string");
        refused(
                new MapSettings("n", "kryo", List.of("Z"), "bytes", List.of()),
                "map n exists with key.classes[0] = A, asked for was Z");
        refused(
                new MapSettings("n", "kryo", List.of("A"), "bytes", List.of("Z")),
                "map n exists with value.codec = kryo, asked for was bytes");
        refused(
                new MapSettings("n", "kryo", List.of("A"), "kryo", List.of("Z")),
                "map n exists with value.classes[0] = X, asked for was Z");
    }

    private void refused(MapSettings settings, String message) {
        assertThat(create(settings)).isEqualTo(new Result.Failed(Reason.OTHER_SETTINGS, message));
    }

    private Result create(MapSettings settings) {
        return grid.run(new Action.CreateMap(settings));
    }

    private Result conditional(Condition condition, String value, long version) {
        return grid.run(new Action.Put("m", bytes("k"), bytes(value), condition, version));
    }

    private String get(String key) {
        return text(((Answer.Value) grid.state.query(new Query.Get("m", bytes(key)))).value());
    }

    private Answer.Page page(byte @Nullable [] after, int max) {
        return (Answer.Page) grid.state.query(new Query.MapPage("m", after, max));
    }

    private MapState map() {
        return grid.state.maps().get("m").get();
    }
}
