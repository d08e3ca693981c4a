package io.ngrid.node.state;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ngrid.api.QueueSettings;
import io.ngrid.spi.ClusterId;
import io.ngrid.spi.Configuration;
import io.ngrid.spi.Member;
import io.ngrid.spi.StorageId;
import io.vavr.collection.HashMap;
import io.vavr.collection.HashSet;
import io.vavr.collection.Map;
import io.vavr.collection.TreeMap;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class StateCodecTest {
    /** Every field of a state is random, so that one left out is seen. */
    @Property
    void H11_aStateComesBackEqual(@ForAll long seed) throws IOException {
        GridState state = random(seed);
        GridState back = read(write(state));
        assertThat(back.appliedIndex()).isEqualTo(state.appliedIndex());
        assertThat(back.appliedEpoch()).isEqualTo(state.appliedEpoch());
        assertThat(back.time()).isEqualTo(state.time());
        assertThat(back.configuration()).isEqualTo(state.configuration());
        assertThat(back.used()).isEqualTo(state.used());
        assertThat(back.queues()).isEqualTo(state.queues());
        assertThat(back.maps()).isEqualTo(state.maps());
        assertThat(back.sessions()).isEqualTo(state.sessions());
        assertThat(back.ended()).isEqualTo(state.ended());
        assertThat(back).isEqualTo(state).hasSameHashCodeAs(state);
    }

    @Property
    void equalStatesHaveEqualBytes(@ForAll long seed) throws IOException {
        GridState state = random(seed);
        List<UUID> ids = new ArrayList<>(state.sessions().keySet().toJavaList());
        Collections.shuffle(ids, new Random(seed));
        Map<UUID, SessionState> shuffled = HashMap.empty();
        for (UUID id : ids) {
            shuffled = shuffled.put(id, state.sessions().get(id).get());
        }
        GridState same = new GridState(
                state.appliedIndex(),
                state.appliedEpoch(),
                state.time(),
                state.configuration(),
                state.formation(),
                state.queues(),
                state.maps(),
                shuffled,
                state.ended(),
                state.used(),
                state.hash());
        assertThat(write(same)).isEqualTo(write(state));
    }

    @Property(tries = 100)
    void aStateCutShortIsNotRead(@ForAll long seed) throws IOException {
        byte[] bytes = write(random(seed));
        for (int length = 0; length < bytes.length; length += 1 + bytes.length / 50) {
            byte[] cut = Arrays.copyOf(bytes, length);
            assertThatThrownBy(() -> read(cut)).isInstanceOf(EOFException.class);
        }
    }

    @Test
    void theBeginningComesBack() throws IOException {
        assertThat(read(write(GridState.EMPTY))).isEqualTo(GridState.EMPTY);
    }

    @Test
    void largeValuesComeBack() throws IOException {
        byte[] large = new byte[3_000_001];
        new Random(1).nextBytes(large);
        Grid grid = Grid.withSession();
        grid.run(new Action.CreateMap(io.ngrid.api.MapSettings.of("m", "bytes", "bytes")));
        grid.run(new Action.Put("m", large, large, Action.Condition.ALWAYS, 0));
        assertThat(read(write(grid.state))).isEqualTo(grid.state);
    }

    @Test
    void anotherFormatAndASenselessLengthAreRefused() throws IOException {
        byte[] bytes = write(GridState.EMPTY);
        byte[] other = bytes.clone();
        other[0] = 1;
        assertThatIllegalArgumentException().isThrownBy(() -> read(other)).withMessageContaining("format 1");
        byte[] negative = bytes.clone();
        negative[1] = -1;
        assertThatIllegalArgumentException().isThrownBy(() -> read(negative)).withMessageContaining("length");
        byte[] huge = bytes.clone();
        huge[1] = 0x7F; // would be 2 GB
        assertThatThrownBy(() -> read(huge)).isInstanceOf(EOFException.class);
    }

    static byte[] write(GridState state) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        StateCodec.write(state, new DataOutputStream(bytes));
        return bytes.toByteArray();
    }

    static GridState read(byte[] bytes) throws IOException {
        DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes));
        GridState state = StateCodec.read(in);
        assertThat(in.read()).isEqualTo(-1);
        return state;
    }

    private static GridState random(long seed) {
        Samples some = new Samples(seed);
        Map<String, QueueState> queues = TreeMap.empty();
        Map<String, MapState> maps = TreeMap.empty();
        Map<UUID, SessionState> sessions = HashMap.empty();
        Map<UUID, Ended> ended = HashMap.empty();
        for (int i = some.below(4); i > 0; i--) {
            QueueState queue = queue(some);
            queues = queues.put(queue.settings().name(), queue);
            MapState map = map(some);
            maps = maps.put(map.settings().name(), map);
            sessions = sessions.put(some.uuid(), session(some));
            ended = ended.put(some.uuid(), new Ended(new StorageId(some.uuid()), some.number()));
        }
        List<Member> voters =
                some.below(3) == 0 ? List.of() : List.of(some.member()); // several might have the same node ID
        Configuration configuration =
                voters.isEmpty() ? null : new Configuration(new ClusterId(some.uuid()), voters, some.below(2));
        return new GridState(
                some.number(),
                some.number(),
                some.number(),
                configuration,
                some.below(2) == 0 ? null : configuration,
                queues,
                maps,
                sessions,
                ended,
                some.below(2) == 0,
                some.number());
    }

    private static QueueState queue(Samples some) {
        QueueSettings settings = some.queueSettings();
        long head = some.sequence();
        long tail = head + some.below((int) settings.capacity() + 1);
        return new QueueState(some.number(), settings, head, tail, some.number(), some.number());
    }

    private static MapState map(Samples some) {
        OrderedMap<Key, Versioned> entries = OrderedMap.empty();
        for (byte[] key : some.list(some::bytes)) {
            entries = entries.put(new Key(key), new Versioned(some.bytes(), some.number()));
        }
        long bytes = 0;
        for (var entry : entries) {
            bytes += entry.getKey().length() + entry.getValue().value().length;
        }
        return new MapState(some.number(), some.mapSettings(), entries, bytes, some.number(), some.number());
    }

    private static SessionState session(Samples some) {
        Map<Long, Result> results = HashMap.empty();
        for (long sequence : some.list(some::sequence)) {
            results = results.put(sequence, some.result());
        }
        return SessionState.of(
                some.member(), some.number(), some.sequence(), HashSet.ofAll(some.list(some::sequence)), results);
    }
}
