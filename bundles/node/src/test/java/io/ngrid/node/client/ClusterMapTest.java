package io.ngrid.node.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ngrid.api.CodecException;
import io.ngrid.api.Codecs;
import io.ngrid.api.ConfigurationException;
import io.ngrid.api.MapSettings;
import io.ngrid.api.NoQuorumException;
import io.ngrid.node.state.Action;
import io.ngrid.node.state.Query;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class ClusterMapTest {
    private final OneNodeGrid grid = new OneNodeGrid(10_000);
    private final ClusterMap<String, String> map = grid.map("m");
    private final ExecutorService threads = Executors.newCachedThreadPool();

    @AfterEach
    void close() {
        threads.shutdownNow();
        grid.close();
    }

    @Test
    void isAMap() {
        assertThat(map.put("a", "1")).isNull();
        assertThat(map.put("a", "2")).isEqualTo("1");
        assertThat(map.get("a")).isEqualTo("2");
        assertThat(map.get("x")).isNull();
        assertThat(map.getOrDefault("x", "0")).isEqualTo("0");
        assertThat(map.putIfAbsent("a", "3")).isEqualTo("2");
        assertThat(map.putIfAbsent("b", "3")).isNull();
        assertThat(map.replace("b", "4")).isEqualTo("3");
        assertThat(map.replace("x", "4")).isNull();
        assertThat(map.containsKey("x")).isFalse();
        assertThat(map.replace("b", "no", "5")).isFalse();
        assertThat(map.replace("b", "4", "5")).isTrue();
        assertThat(map.replace("x", "4", "5")).isFalse();
        assertThat(map.remove("b", "no")).isFalse();
        assertThat(map.remove("x", "no")).isFalse();
        assertThat(map.remove("b", "5")).isTrue();
        assertThat(map.remove("b")).isNull();
        assertThat(map.remove("a")).isEqualTo("2");
        assertThat(map.isEmpty()).isTrue();
        map.put("c", "1");
        assertThat(map.size()).isEqualTo(1);
        assertThat(map.sizeAsLong()).isEqualTo(1);
        assertThat(map.getLocal("c")).isEqualTo("1");
        assertThat(map.getLocal("x")).isNull();
        assertThat(map.containsValue("1")).isTrue();
        assertThat(map.containsValue("2")).isFalse();
        map.clear();
        assertThat(map.size()).isZero();
        assertThat(map).hasToString("DistributedMap[m]").isNotEqualTo(grid.map("m"));
    }

    @Test
    void functionsRunHere() {
        assertThat(map.computeIfAbsent("a", key -> null)).isNull();
        assertThat(map.computeIfAbsent("a", key -> key + "1")).isEqualTo("a1");
        assertThat(map.computeIfAbsent("a", key -> "other")).isEqualTo("a1");
        assertThat(map.computeIfPresent("x", (key, value) -> "never")).isNull();
        assertThat(map.computeIfPresent("a", (key, value) -> value + "2")).isEqualTo("a12");
        assertThat(map.compute("a", (key, value) -> value + "3")).isEqualTo("a123");
        assertThat(map.compute("b", (key, value) -> value == null ? "new" : "old"))
                .isEqualTo("new");
        assertThat(map.compute("b", (key, value) -> null)).isNull();
        assertThat(map.containsKey("b")).isFalse();
        assertThat(map.compute("b", (key, value) -> null)).isNull();
        assertThat(map.merge("n", "x", String::concat)).isEqualTo("x");
        assertThat(map.merge("n", "y", String::concat)).isEqualTo("xy");
        assertThat(map.merge("n", "y", (a, b) -> null)).isNull();
        assertThat(map.containsKey("n")).isFalse();
        assertThat(map.computeIfPresent("a", (key, value) -> null)).isNull();
        assertThat(map.isEmpty()).isTrue();
        map.put("a", "1");
        map.replaceAll((key, value) -> key + value);
        List<String> seen = new ArrayList<>();
        map.forEach((key, value) -> seen.add(key + "=" + value));
        assertThat(seen).containsExactly("a=a1");
    }

    @Test
    void H36_concurrentUpdatesAreNeverLost() throws Exception {
        List<Callable<Boolean>> counters = new ArrayList<>();
        for (int t = 0; t < 8; t++) {
            counters.add(() -> {
                for (int i = 0; i < 100; i++) {
                    map.merge("n", "1", (a, b) -> "" + (Integer.parseInt(a) + Integer.parseInt(b)));
                }
                return true;
            });
        }
        for (Future<Boolean> done : threads.invokeAll(counters, 50, TimeUnit.SECONDS)) {
            assertThat(done.get()).isTrue();
        }
        assertThat(map.get("n")).isEqualTo("800");
    }

    @Test
    void aLoopThatOthersKeepFromItsEndEndsAtItsDeadline() {
        try (OneNodeGrid impatient = new OneNodeGrid(200)) {
            ClusterMap<String, String> contended = impatient.map("m");
            contended.put("a", "0");
            int[] rounds = {0};
            assertThatThrownBy(() -> contended.compute("a", (key, value) -> {
                        contended.put("a", "" + rounds[0]++);
                        return "mine";
                    }))
                    .isInstanceOf(io.ngrid.api.NGridException.class);
            assertThat(rounds[0]).isPositive();
        }
    }

    @Test
    void asynchronousTwins() throws Exception {
        assertThat(map.putAsync("a", "1").get(10, TimeUnit.SECONDS)).isNull();
        assertThat(map.putIfAbsentAsync("a", "2").get(10, TimeUnit.SECONDS)).isEqualTo("1");
        assertThat(map.getAsync("a").get(10, TimeUnit.SECONDS)).isEqualTo("1");
        assertThat(map.removeAsync("a").get(10, TimeUnit.SECONDS)).isEqualTo("1");
        assertThat(map.removeAsync("a").get(10, TimeUnit.SECONDS)).isNull();
    }

    @Test
    void viewsAreLiveAndReadInPages() {
        Map<String, String> many = new LinkedHashMap<>();
        for (int i = 0; i < 2_500; i++) {
            many.put("k%04d".formatted(i), "v" + i);
        }
        map.putAll(many);
        assertThat(map.keySet()).hasSize(2_500).containsExactlyElementsOf(many.keySet());
        assertThat(map.values()).containsExactlyElementsOf(many.values());
        assertThat(map.entrySet()).containsExactlyElementsOf(many.entrySet());
        assertThat(grid.seen.stream()
                        .filter(request -> request instanceof Request.Read read
                                && read.query() instanceof Query.MapPage page
                                && page.max() == 1_000)
                        .count())
                .isBetween(9L, 20L);
        assertThat(map.keySet().contains("k0000")).isTrue();
        assertThat(map.keySet().remove("k0000")).isTrue();
        assertThat(map.keySet().remove("k0000")).isFalse();
        assertThat(map.entrySet().contains(Map.entry("k0001", "v1"))).isTrue();
        assertThat(map.entrySet().remove(Map.entry("k0001", "other"))).isFalse();
        assertThat(map.entrySet().remove(Map.entry("k0001", "v1"))).isTrue();
        Iterator<Map.Entry<String, String>> entries = map.entrySet().iterator();
        Map.Entry<String, String> entry = entries.next();
        entry.setValue("changed");
        assertThat(map.get("k0002")).isEqualTo("changed");
        entries.remove();
        assertThat(map.containsKey("k0002")).isFalse();
        assertThatThrownBy(entries::remove).isInstanceOf(IllegalStateException.class);
        map.keySet().retainAll(List.of("k0003", "k0004"));
        assertThat(map.keySet()).containsExactly("k0003", "k0004");
        map.values().removeIf("v3"::equals);
        assertThat(map.keySet()).containsExactly("k0004");
        map.values().clear();
        Iterator<String> none = map.keySet().iterator();
        assertThat(none.hasNext()).isFalse();
        assertThatThrownBy(none::next).isInstanceOf(NoSuchElementException.class);
    }

    @Test
    void putAllIsOneEntryAMebibyte() {
        ClusterMap<String, byte[]> bytes = grid.map("bytes", Codecs.bytes());
        Map<String, byte[]> many = new LinkedHashMap<>();
        for (int i = 0; i < 10; i++) {
            many.put("k" + i, new byte[400_000]);
        }
        bytes.putAll(many);
        bytes.putAll(Map.of());
        assertThat(grid.seen.stream()
                        .filter(request ->
                                request instanceof Request.Write write && write.action() instanceof Action.PutAll)
                        .count())
                .isEqualTo(5);
        assertThat(bytes.size()).isEqualTo(10);
    }

    @Test
    void aKeyAndItsValueTogetherAreBounded() {
        ClusterMap<String, byte[]> bytes = grid.map("bytes", Codecs.bytes());
        assertThat(bytes.put("k", new byte[(8 << 20) - 1])).isNull();
        assertThat(bytes.get("k")).hasSize((8 << 20) - 1);
        assertThatThrownBy(() -> bytes.put("k", new byte[8 << 20]))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("8388608");
    }

    @Test
    void nullIsRefused() {
        assertThatThrownBy(() -> map.get(null)).isInstanceOf(NullPointerException.class);
        assertThatThrownBy(() -> map.put(null, "v")).isInstanceOf(NullPointerException.class);
        assertThatThrownBy(() -> map.put("k", null)).isInstanceOf(NullPointerException.class);
        assertThatThrownBy(() -> map.remove(null)).isInstanceOf(NullPointerException.class);
        assertThatThrownBy(() -> map.remove("k", null)).isInstanceOf(NullPointerException.class);
        assertThatThrownBy(() -> map.replace("k", null, "v")).isInstanceOf(NullPointerException.class);
        assertThatThrownBy(() -> map.merge("k", null, String::concat)).isInstanceOf(NullPointerException.class);
        assertThatThrownBy(() -> map.compute("k", null)).isInstanceOf(NullPointerException.class);
        assertThatThrownBy(() -> map.containsValue(null)).isInstanceOf(NullPointerException.class);
        assertThatThrownBy(() -> map.putAsync("k", null)).isInstanceOf(NullPointerException.class);
    }

    @Test
    void otherSettingsAreAnErrorOnlyIfTheyWereAskedFor() {
        map.put("a", "1");
        ClusterMap<String, byte[]> other = grid.map("m", Codecs.bytes());
        assertThatThrownBy(() -> other.get("a")).isInstanceOf(ConfigurationException.class);
        ClusterMap<String, byte[]> byName = new ClusterMap<>(
                MapSettings.of("m", "string", "bytes"),
                false,
                Codecs.string(),
                Codecs.bytes(),
                grid.client,
                key -> null,
                grid.timeoutNanos);
        assertThat(byName.get("a")).containsExactly('1');
    }

    @Test
    void anUndecodableValueSaysWhereItIs() {
        ClusterMap<String, byte[]> bytes = grid.map("mixed", Codecs.bytes());
        bytes.put("a", new byte[] {(byte) 0xFF});
        ClusterMap<String, String> text = new ClusterMap<>(
                MapSettings.of("mixed", "string", "bytes"),
                true,
                Codecs.string(),
                Codecs.string(),
                grid.client,
                key -> null,
                grid.timeoutNanos);
        assertThatThrownBy(() -> text.get("a"))
                .isInstanceOf(CodecException.class)
                .hasMessageContaining("a value of map mixed");
        assertThat(text.containsKey("a")).isTrue();
        assertThat(text.keySet()).containsExactly("a");
    }

    @Test
    void troubleThrows() {
        try (OneNodeGrid impatient = new OneNodeGrid(100)) {
            ClusterMap<String, String> m = impatient.map("m");
            m.put("a", "1");
            impatient.loseLeader();
            assertThatThrownBy(() -> m.get("a")).isInstanceOf(NoQuorumException.class);
            assertThatThrownBy(() -> m.put("a", "2")).isInstanceOf(NoQuorumException.class);
            assertThatThrownBy(() -> m.keySet().iterator()).isInstanceOf(NoQuorumException.class);
            assertThat(m.getLocal("a")).isEqualTo("1");
        }
    }
}
