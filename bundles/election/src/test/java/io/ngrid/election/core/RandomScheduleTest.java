package io.ngrid.election.core;

import static io.ngrid.election.core.TestCluster.HEARTBEAT;
import static io.ngrid.election.core.TestCluster.MS;
import static io.ngrid.election.core.TestCluster.TIMEOUT;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;

/**
 * Schedules from a seed. {@link TestCluster} and {@link TestNode} check after every event: one leader an epoch; no node's
 * epoch falls, no promise is taken back; nothing is sent that rests on a promise not yet durable.
 */
class RandomScheduleTest {
    private static final long SECOND = 1_000 * MS;

    @Property(tries = 200)
    void oneLeaderAnEpochUnderAnyFaultsAndALeaderSoonAfterThem(
            @ForAll @LongRange(max = 1_000_000_000) long seed,
            @ForAll @IntRange(min = 1, max = 7) int size,
            @ForAll @IntRange(max = 7) int replicationQuorum) {
        TestCluster cluster = new TestCluster(size, Math.min(size, replicationQuorum), seed);
        Random random = cluster.random;
        cluster.maxDelay = List.of(MS, 20 * MS, 400 * MS).get(random.nextInt(3));
        cluster.loss = random.nextBoolean() ? 0 : 0.2;
        cluster.reorders = random.nextBoolean();
        cluster.forceNanos = List.of(0L, 5 * MS, 300 * MS).get(random.nextInt(3));
        cluster.effectsToCrash = random.nextBoolean() ? 0 : 200;
        cluster.startAll();
        for (int i = 0; i < 40; i++) {
            oneFault(cluster, random);
            cluster.run(random.nextLong(SECOND));
        }

        calm(cluster);
        List<Integer> absent = minority(cluster, random);
        absent.forEach(cluster::crash);
        cluster.nodes.forEach((number, node) -> {
            if (!absent.contains(number) && !node.isUp()) {
                cluster.start(number);
            }
        });

        cluster.run(3 * TIMEOUT); // H29
        assertThat(cluster.isSettled()).as("%s", cluster).isTrue();
        long epoch = cluster.highestEpoch();
        cluster.run(10 * TIMEOUT);
        assertThat(cluster.isSettled()).as("%s", cluster).isTrue();
        assertThat(cluster.highestEpoch()).as("no needless election").isEqualTo(epoch);
    }

    /** [E6] Whatever went before, also within a hand-over: in the end the highest leads, and goes on leading. */
    @Property(tries = 100)
    void H26_withHandBackTheHighestThatIsThereLeadsInTheEndAndEpochsStandStill(
            @ForAll @LongRange(max = 1_000_000_000) long seed,
            @ForAll @IntRange(min = 2, max = 5) int size,
            @ForAll @IntRange(max = 5) int replicationQuorum) {
        TestCluster cluster = new TestCluster(size, Math.min(size, replicationQuorum), seed);
        Random random = cluster.random;
        cluster.handbackDelay = 500 * MS;
        cluster.maxDelay = List.of(MS, 20 * MS, 200 * MS).get(random.nextInt(3));
        cluster.loss = random.nextBoolean() ? 0 : 0.1;
        cluster.reorders = random.nextBoolean();
        cluster.forceNanos = List.of(0L, 5 * MS, 200 * MS).get(random.nextInt(3));
        cluster.effectsToCrash = random.nextBoolean() ? 0 : 400;
        cluster.startAll();
        for (int i = 0; i < 30; i++) {
            oneFault(cluster, random);
            cluster.run(random.nextLong(2 * SECOND));
        }

        calm(cluster);
        cluster.nodes.forEach((number, node) -> {
            if (!node.isUp()) {
                cluster.start(number);
            }
        });
        cluster.run(700 * SECOND); // attempts are remembered for ten minutes

        assertThat(cluster.settledLeader()).as("%s", cluster).isEqualTo(size);
        long epoch = cluster.highestEpoch();
        cluster.run(60 * SECOND);
        assertThat(cluster.highestEpoch()).as("%s", cluster).isEqualTo(epoch);
    }

    private static void calm(TestCluster cluster) {
        cluster.loss = 0;
        cluster.maxDelay = 5 * MS;
        cluster.reorders = false;
        cluster.forceNanos = 5 * MS;
        cluster.effectsToCrash = 0;
        cluster.heal();
        cluster.nodes.keySet().forEach(number -> {
            if (cluster.node(number).paused) {
                cluster.resume(number);
            }
        });
    }

    private static void oneFault(TestCluster cluster, Random random) {
        int a = 1 + random.nextInt(cluster.nodes.size());
        int b = 1 + random.nextInt(cluster.nodes.size());
        boolean up = cluster.node(a).isUp();
        switch (random.nextInt(9)) {
            case 0, 1 -> {
                if (up) {
                    cluster.crash(a);
                }
            }
            case 2, 3 -> {
                if (!up) {
                    cluster.start(a);
                }
            }
            case 4 -> {
                if (cluster.node(a).isRunning()) {
                    cluster.pause(a);
                }
            }
            case 5 -> {
                if (cluster.node(a).paused) {
                    cluster.resume(a);
                }
            }
            case 6 -> {
                if (a != b) {
                    cut(cluster, random, a, b);
                }
            }
            case 7 -> cluster.heal();
            default -> cluster.leaders().forEach(leader -> cluster.node(leader).grow(1 + random.nextInt(3)));
        }
    }

    private static void cut(TestCluster cluster, Random random, int a, int b) {
        switch (random.nextInt(3)) {
            case 0 -> cluster.cutOneWay(a).to(b);
            case 1 -> cluster.partition(a).from(b);
            default -> cluster.sever(a).from(b);
        }
    }

    /** Some nodes that E can do without. */
    private static List<Integer> minority(TestCluster cluster, Random random) {
        List<Integer> all = new ArrayList<>(cluster.nodes.keySet());
        Collections.shuffle(all, random);
        int dispensable = all.size() - cluster.configuration.quorums().election();
        return all.subList(0, random.nextInt(dispensable + 1));
    }

    @Property(tries = 200)
    void H32_anyMeshOfCutsHasAtMostOneLeaderAndNoClimbingEpochs(
            @ForAll @LongRange(max = 1_000_000_000) long seed,
            @ForAll @IntRange(min = 2, max = 7) int size,
            @ForAll @IntRange(max = 7) int replicationQuorum,
            @ForAll boolean fromTheStart) {
        TestCluster cluster = new TestCluster(size, Math.min(size, replicationQuorum), seed);
        Random random = cluster.random;
        if (!fromTheStart) {
            cluster.startAll();
            cluster.run(random.nextLong(3 * SECOND));
        }
        int density = 1 + random.nextInt(9);
        for (int a = 1; a <= size; a++) {
            for (int b = 1; b <= size; b++) {
                if (a != b && random.nextInt(10) < density) {
                    cut(cluster, random, a, b);
                }
            }
        }
        if (fromTheStart) {
            cluster.startAll();
        }

        cluster.run(8 * TIMEOUT);
        long settled = cluster.highestEpoch();
        cluster.run(30 * TIMEOUT);

        assertThat(cluster.highestEpoch())
                .as("epochs do not climb: %s", cluster)
                .isEqualTo(settled);
        if (someoneReaches(cluster, cluster.configuration.quorums().election())) {
            assertThat(cluster.leaders()).as("%s", cluster).isNotEmpty();
        }
        for (int leader : cluster.leaders()) {
            assertThat(mutual(cluster, leader))
                    .as("leader %s of %s", leader, cluster)
                    .isGreaterThanOrEqualTo(cluster.configuration.quorums().commit());
        }
    }

    private static boolean someoneReaches(TestCluster cluster, int quorum) {
        return cluster.nodes.keySet().stream().anyMatch(node -> mutual(cluster, node) >= quorum);
    }

    private static long mutual(TestCluster cluster, int node) {
        return cluster.nodes.keySet().stream()
                .filter(other -> other == node || cluster.isMutual(node, other))
                .count();
    }

    @Property(tries = 100)
    void H29_allRestartedTogetherHaveALeaderSoon(
            @ForAll @LongRange(max = 1_000_000_000) long seed, @ForAll @IntRange(min = 1, max = 7) int size) {
        TestCluster cluster = new TestCluster(size, 0, seed);
        Random random = cluster.random;
        cluster.startAll();
        cluster.run(random.nextLong(5 * SECOND));
        cluster.nodes.keySet().forEach(cluster::crash);
        cluster.run(HEARTBEAT);

        List<Integer> order = new ArrayList<>(cluster.nodes.keySet());
        Collections.shuffle(order, random);
        long spread = random.nextLong(TIMEOUT);
        for (int number : order.subList(0, cluster.configuration.quorums().election())) {
            cluster.start(number);
            cluster.run(spread / size);
        }

        assertThat(cluster.runUntil(cluster::isSettled, TIMEOUT + 2 * HEARTBEAT))
                .as("%s", cluster)
                .isTrue();
    }
}
