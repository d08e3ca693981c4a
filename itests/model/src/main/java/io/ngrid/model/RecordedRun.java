package io.ngrid.model;

import io.ngrid.simulation.Options;
import io.ngrid.simulation.Parts;
import io.ngrid.simulation.Simulation;
import io.ngrid.spi.Quorums;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A simulated run as steps of the specification.
 *
 * @param seed its seed
 * @param nodes N
 * @param quorum W
 * @param highestEpoch highest epoch in it
 * @param steps its steps
 * @param end why the record ends where it does
 * @param broken what the simulator itself found broken, or null
 */
record RecordedRun(
        long seed,
        int nodes,
        int quorum,
        long highestEpoch,
        List<String> steps,
        String end,
        @Nullable String broken) {
    /** N and W, one after the other by the seed; W = 0 is a majority. */
    private static final int[][] SIZES = {{3, 0}, {3, 1}, {5, 0}, {3, 3}, {5, 2}};

    private static final long FAULTS_NANOS = 20_000_000_000L;

    /** How much is going on in a run. */
    enum Traffic {
        /** Few calls: most steps are of elections and what follows them. */
        LITTLE(8, 2_000),
        /** As the simulator has it: logs are compacted, and followers behind them get snapshots. */
        MUCH(1, 15_000);

        private final int quiet;
        private final int maxSteps;

        Traffic(int quiet, int maxSteps) {
            this.quiet = quiet;
            this.maxSteps = maxSteps;
        }
    }

    /**
     * Runs a seed and records it.
     *
     * @param traffic how much is going on
     * @param parts what its nodes are made of
     * @param listener hears every step, and every line of the run's trace, or null
     */
    static RecordedRun of(long seed, Traffic traffic, Parts parts, @Nullable Consumer<String> listener) {
        int[] size = SIZES[(int) Math.floorMod(seed, SIZES.length)];
        Steps steps = new Steps(traffic.maxSteps, listener == null ? step -> {} : listener);
        Parts recorded = RecordedParts.of(parts, new Recording(steps));
        Simulation.Outcome outcome =
                Simulation.run(seed, new Options(size[0], size[1], FAULTS_NANOS, traffic.quiet, recorded), listener);
        return new RecordedRun(
                seed,
                size[0],
                Quorums.of(size[0], size[1]).replication(),
                steps.highestEpoch(),
                steps.list(),
                steps.whyItEnds(),
                outcome.rule() == null ? null : outcome.rule() + " " + outcome.message());
    }

    /** Seeds that so many apart have the same N and W. */
    static int sizes() {
        return SIZES.length;
    }

    /** How many steps of each kind there are. */
    Map<String, Long> kinds() {
        return steps.stream().collect(Collectors.groupingBy(Steps::name, TreeMap::new, Collectors.counting()));
    }
}
