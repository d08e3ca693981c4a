package io.ngrid.simulation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The simulator's share of every build. More seeds: itests/bin/simulate. */
@Timeout(value = 600, unit = TimeUnit.SECONDS)
class SimulationTest {
    @Test
    void seedsOfEveryBuild() throws InterruptedException {
        assertThat(Simulate.run("--seeds", "1-200")).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"--seeds 5-4", "--seeds 1-0", "--seed 1 --minutes 0"})
    void aRunOfNoSeedIsRefused(String arguments) {
        assertThatThrownBy(() -> Simulate.run(arguments.split(" ", -1)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("no seed");
    }

    @Test
    void sameSeedSameTraceByteForByte() {
        for (long seed : new long[] {3, 15, 18, 31}) { // the last one has snapshots
            List<String> first = new ArrayList<>();
            List<String> second = new ArrayList<>();
            Simulation.run(seed, Options.any(), first::add);
            Simulation.run(seed, Options.any(), second::add);
            assertThat(second).as("seed " + seed).isEqualTo(first).hasSizeGreaterThan(1_000);
        }
    }
}
