package io.ngrid.simulation;

import io.ngrid.simulation.check.History;
import io.ngrid.spi.Quorums;
import java.time.Duration;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;

/**
 * What a seed makes of a run: size and quorum of the cluster, its machines and network, which faults come how often, and
 * what its clients do. Every run has its own mixture; many faults are absent, so that the others are seen in quiet too.
 *
 * @param seed the seed
 * @param nodes N
 * @param quorum W as configured, 0 for a majority
 * @param electionTimeout the election time-out
 * @param handbackDelay how long a higher ID must have been ready before it is handed the leadership
 * @param sessionTimeout how long a node may stay away before its session is ended
 * @param faultNanos how long faults are made
 * @param meanIntervals of the faults that are made: the mean time between two of them
 * @param maxDelayNanos how long messages take at most, when nothing is wrong
 * @param maxForceNanos how long forces take at most, when nothing is wrong
 * @param maxWakeNanos how long lanes take to wake up at most
 * @param drift by how many millionths clocks may be wrong
 * @param segmentBytes size of log segments
 * @param maxOutboundBytes bound of what waits to be sent to one peer
 * @param callers callers a node
 * @param depth most calls of one caller under way
 * @param thinkNanos mean time between two calls of one caller
 * @param operationTimeoutNanos time-out of most calls
 * @param queues number of queues
 * @param capacity capacity of the first queue
 * @param dropsOldest whether an offer to the first queue, if it is full, drops the oldest elements
 * @param keys number of keys in the map
 * @param variations what is not as usual
 */
record Plan(
        long seed,
        int nodes,
        int quorum,
        Duration electionTimeout,
        Duration handbackDelay,
        Duration sessionTimeout,
        long faultNanos,
        Map<Fault, Long> meanIntervals,
        long maxDelayNanos,
        long maxForceNanos,
        long maxWakeNanos,
        int drift,
        long segmentBytes,
        long maxOutboundBytes,
        int callers,
        int depth,
        long thinkNanos,
        long operationTimeoutNanos,
        int queues,
        long capacity,
        boolean dropsOldest,
        int keys,
        Set<Variation> variations) {
    private static final long MILLI = 1_000_000L;
    private static final long SECOND = 1_000 * MILLI;
    private static final int[] SIZES = {1, 2, 3, 3, 3, 3, 3, 4, 5, 5, 5, 6, 7};

    /**
     * The plan of a seed.
     *
     * @param options what is not left to the seed
     */
    static Plan of(long seed, Options options) {
        SplittableRandom random = new SplittableRandom(seed * 0x9e3779b97f4a7c15L + 1);
        int nodes = SIZES[random.nextInt(SIZES.length)];
        nodes = options.nodes() > 0 ? options.nodes() : nodes;
        int quorum = random.nextInt(3) > 0 ? 0 : 1 + random.nextInt(nodes);
        quorum = options.quorum() >= 0 ? options.quorum() : quorum;
        long timeoutMillis = pick(random, 300, 500, 1_000, 1_000);
        long faultNanos = options.faultNanos() > 0 ? options.faultNanos() : (8 + random.nextInt(20)) * SECOND;
        Map<Fault, Long> intervals = new EnumMap<>(Fault.class);
        for (Fault fault : Fault.values()) {
            long interval = (1_000 + random.nextInt(8_000)) * MILLI;
            if (random.nextInt(100) < fault.percent) {
                intervals.put(fault, interval * fault.rarity);
            }
        }
        int callers = 1 + random.nextInt(3);
        int depth = (int) pick(random, 1, 1, 4, 16);
        return new Plan(
                seed,
                nodes,
                quorum,
                Duration.ofMillis(timeoutMillis),
                Duration.ofMillis(pick(random, 10, 200, 1_000, 5_000)),
                Duration.ofMillis(pick(random, 10 * timeoutMillis, 15_000, 3_600_000)),
                faultNanos,
                intervals,
                pick(random, 300_000, MILLI, 5 * MILLI, 30 * MILLI),
                pick(random, 100_000, MILLI, 10 * MILLI, 40 * MILLI),
                pick(random, 10_000, 20_000, 100_000, 5 * MILLI),
                (int) pick(random, 0, 200, 10_000, 50_000),
                pick(random, 16 << 10, 32 << 10, 64 << 10),
                pick(random, 16 << 10, 256 << 10, 32 << 20),
                callers,
                depth,
                options.quiet() * nodes * callers * pick(random, 5, 15, 40) * MILLI,
                pick(random, 500, 2_000, 5_000, 10_000) * MILLI,
                1 + random.nextInt(3),
                pick(random, 5, 50, Long.MAX_VALUE),
                random.nextInt(3) == 0,
                1 + random.nextInt(5),
                variations(random));
    }

    private static Set<Variation> variations(SplittableRandom random) {
        Set<Variation> variations = EnumSet.noneOf(Variation.class);
        for (Variation variation : Variation.values()) {
            if (random.nextInt(100) < variation.percent) {
                variations.add(variation);
            }
        }
        return variations;
    }

    /** Queues but the first have no bound. */
    History.Queue queue(int number) {
        String name = "orders-" + number;
        return number == 0
                ? new History.Queue(name, capacity, dropsOldest)
                : new History.Queue(name, Long.MAX_VALUE, false);
    }

    private static long pick(SplittableRandom random, long... choices) {
        return choices[random.nextInt(choices.length)];
    }

    Quorums quorums() {
        return Quorums.of(nodes, quorum);
    }

    /** So many nodes may be lost for good: the rest still elects, and writes. */
    int losable() {
        return nodes - Math.max(quorums().election(), quorums().replication());
    }
}
