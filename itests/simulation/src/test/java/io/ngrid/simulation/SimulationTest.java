package io.ngrid.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The simulator's share of every build. More seeds: itests/bin/simulate. */
@Timeout(value = 600, unit = TimeUnit.SECONDS)
class SimulationTest {
    @Test
    void seedsOfEveryBuild() throws InterruptedException {
        assertThat(Simulate.run("--seeds", "1-200")).isTrue();
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
