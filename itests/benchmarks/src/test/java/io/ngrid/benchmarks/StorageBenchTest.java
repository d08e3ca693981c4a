package io.ngrid.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ngrid.benchmarks.Contender.Promise;
import io.ngrid.benchmarks.peers.Contenders;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@Timeout(120)
class StorageBenchTest {
    @TempDir
    Path directory;

    private Settings tiny(String... only) {
        return tiny(List.of(new Load(2, 100, 1), new Load(2, 100, 10)), only);
    }

    private Settings tiny(List<Load> loads, String... only) {
        return new Settings(
                loads,
                false,
                1,
                Duration.ofMillis(2),
                Duration.ofMillis(10),
                32,
                20_000,
                2_000,
                1_000,
                Duration.ofSeconds(1),
                List.of(only),
                directory);
    }

    @Test
    void everyContenderIsMeasuredAndGivesBackWhatItWasGiven() throws Exception {
        Bench.storage(tiny("append"), "smoke");
        String report = Files.readString(directory.resolve("storage.txt"));
        assertThat(Contenders.all()).allSatisfy(c -> assertThat(report).contains("| " + c.name() + " "));
        assertThat(directory.resolve("storage.svg")).content().contains("<svg");
    }

    /** Else a disk that is slow for longer than a round, or a thread that begins late, would count as a store that does nothing. */
    @Test
    void aRoundThatIsShorterThanACallCountsThatCall() throws Exception {
        Store store = new Liar(new ArrayList<>(), Lie.LOSES_ONE);
        assertThat(new Load(1, 100, 10).during(store, Duration.ZERO).elements()).isEqualTo(10);
    }

    @Test
    void latencyScansAndCostAreMeasured() throws Exception {
        Bench.storage(tiny("latency", "scan", "cost", "NQueue", "bare"), "smoke");
        assertThat(directory.resolve("storage.txt"))
                .content()
                .contains("Latency", "Open and read all", "What an element");
    }

    @Test
    void memoryAndStartAreMeasuredInProcessesOfTheirOwn() throws Exception {
        Bench.storage(tiny("waiting", "NQueue", "bare"), "smoke");
        assertThat(directory.resolve("storage.txt")).content().contains("| NQueue os ", "2,000", "1,000");
    }

    /** Stores that lie, each in its own way. */
    enum Lie {
        LOSES_ONE(bodies -> bodies.subList(1, bodies.size())),
        LOSES_THE_LAST(bodies -> bodies.subList(0, bodies.size() - 1)),
        DOUBLES_ONE(bodies -> {
            bodies.add(bodies.get(0));
            return bodies;
        }),
        SWAPS_TWO(bodies -> {
            Collections.swap(bodies, 1, 2);
            return bodies;
        }),
        SPOILS_ONE(bodies -> {
            bodies.get(1)[20] = 0;
            bodies.get(1)[99] ^= 1;
            return bodies;
        });

        final UnaryOperator<List<byte[]>> spoil;

        Lie(UnaryOperator<List<byte[]>> spoil) {
            this.spoil = spoil;
        }
    }

    @ParameterizedTest
    @EnumSource(Lie.class)
    void aStoreThatLiesEndsTheRun(Lie lie) throws Exception {
        List<byte[]> kept = Collections.synchronizedList(new ArrayList<>());
        Contender liar = new Contender("liar", Promise.DISK, d -> {
            Files.createDirectories(d);
            return new Liar(kept, lie);
        });
        StorageBench bench = new StorageBench(
                tiny(List.of(new Load(1, 100, 10)), "append"),
                List.of(liar),
                new Workplace(directory),
                text -> kept.clear());
        assertThatThrownBy(() -> bench.run(table -> {}))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageStartingWith("liar does not keep what it is given");
    }

    private record Liar(List<byte[]> kept, Lie lie) implements Store {
        @Override
        public void append(byte[] body) {
            kept.add(body);
        }

        @Override
        public void appendAll(List<byte[]> bodies) {
            kept.addAll(bodies);
        }

        @Override
        public void scan(Consumer<byte[]> each) {
            lie.spoil.apply(new ArrayList<>(kept)).forEach(each);
        }

        @Override
        public void close() {}
    }
}
