package io.ngrid.election.core;

import static io.ngrid.election.core.TestCluster.HEARTBEAT;
import static io.ngrid.election.core.TestCluster.MS;
import static io.ngrid.election.core.TestCluster.TIMEOUT;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.function.ToLongFunction;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How long a cluster is without a leader: from the event until all that run follow one leader. Virtual time; links take
 * 0.1 to 1 ms, a promise 5 ms; heartbeat 100 ms, election time-out 1 s. The figures are logged at INFO.
 */
@Timeout(60)
class ElectionTimesTest {
    private static final Logger LOG = LoggerFactory.getLogger(ElectionTimesTest.class);
    private static final int RUNS = 100;

    @ParameterizedTest
    @ValueSource(ints = {1, 3, 5, 7})
    void H29_allStartedTogether(int size) {
        assertThat(slowest("all started together", size, cluster -> {
                    cluster.startAll();
                    return settle(cluster);
                }))
                .isLessThan(50 * MS);
    }

    @ParameterizedTest
    @ValueSource(ints = {3, 5, 7})
    void H29_allKilledAndRestartedOneAfterAnother(int size) {
        assertThat(slowest("all killed, restarted within 500 ms, from the last start", size, cluster -> {
                    running(cluster);
                    cluster.nodes.keySet().forEach(cluster::crash);
                    cluster.run(HEARTBEAT);
                    for (int number : cluster.nodes.keySet()) {
                        cluster.start(number);
                        cluster.run(number == size ? 0 : cluster.random.nextLong(500 * MS / size));
                    }
                    return settle(cluster);
                }))
                .isLessThan(50 * MS);
    }

    @ParameterizedTest
    @ValueSource(ints = {3, 5, 7})
    void H29_allKilledAndOneStaysAway(int size) {
        assertThat(slowest("all killed, all but the leader restarted", size, cluster -> {
                    running(cluster);
                    cluster.nodes.keySet().forEach(cluster::crash);
                    cluster.run(HEARTBEAT);
                    cluster.nodes.keySet().stream().filter(n -> n != size).forEach(cluster::start);
                    return settle(cluster);
                }))
                .isLessThan(TIMEOUT + 2 * HEARTBEAT);
    }

    @ParameterizedTest
    @ValueSource(ints = {3, 5, 7})
    void theLeaderIsKilled(int size) {
        assertThat(slowest("leader killed", size, cluster -> {
                    running(cluster);
                    cluster.crash(size);
                    return settle(cluster);
                }))
                .isLessThan(2 * HEARTBEAT);
    }

    @ParameterizedTest
    @ValueSource(ints = {3, 5, 7})
    void theLeaderVanishes(int size) {
        assertThat(slowest("leader vanishes", size, cluster -> {
                    running(cluster);
                    cluster.vanish(size);
                    return settle(cluster);
                }))
                .isLessThan(TIMEOUT + 2 * HEARTBEAT);
    }

    private static void running(TestCluster cluster) {
        cluster.startAll();
        settle(cluster);
        cluster.run(2 * TIMEOUT + cluster.random.nextLong(HEARTBEAT));
    }

    private static long settle(TestCluster cluster) {
        long since = cluster.now();
        assertThat(cluster.runUntil(cluster::isSettled, 4 * TIMEOUT))
                .as("%s", cluster)
                .isTrue();
        return cluster.now() - since;
    }

    private static long slowest(String what, int size, ToLongFunction<TestCluster> run) {
        long[] times = new long[RUNS];
        for (int seed = 0; seed < RUNS; seed++) {
            TestCluster cluster = new TestCluster(size, 0, seed);
            cluster.forceNanos = 5 * MS;
            times[seed] = run.applyAsLong(cluster);
        }
        Arrays.sort(times);
        LOG.info(
                "{}, nodes={}: ms min={} p50={} p90={} p99={} max={}",
                what,
                size,
                times[0] / MS,
                times[RUNS / 2] / MS,
                times[RUNS * 9 / 10] / MS,
                times[RUNS * 99 / 100] / MS,
                times[RUNS - 1] / MS);
        return times[RUNS - 1];
    }
}
