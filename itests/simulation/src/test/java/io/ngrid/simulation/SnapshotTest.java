package io.ngrid.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import io.ngrid.api.MapSettings;
import io.ngrid.api.NodeState;
import io.ngrid.api.QueueSettings;
import io.ngrid.node.client.GridClient;
import io.ngrid.node.state.Action;
import io.ngrid.node.state.GridState;
import io.ngrid.spi.view.NodeStatus;
import io.ngrid.testkit.Loss;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** [C1] A voter that stayed away too long for the log gets a snapshot, while the others go on. Its state is compared at every step. */
@Timeout(value = 120, unit = TimeUnit.SECONDS)
class SnapshotTest {
    private static final long TIMEOUT = 20 * SimulatedCluster.SECOND;
    private static final long SEGMENT = 16 << 10;
    private static final long SLOW_WAKE = 10_000_000L;

    private final Random random = new Random(4);

    private static SimulatedCluster cluster(long seed) {
        SimulatedCluster cluster = new SimulatedCluster(3, 0, seed);
        cluster.nodes().forEach(node -> node.machine().segmentBytes = SEGMENT);
        return cluster;
    }

    /** Offers, takes a part of it, puts; never waits for an answer. */
    private void work(SimulatedCluster cluster, int rounds) {
        for (int i = 0; i < rounds; i++) {
            GridClient client = cluster.awaitLeader().client();
            byte[] body = ByteBuffer.allocate(300).putInt(i).array();
            client.write(new Action.Offer("orders", List.of(body, body)), TIMEOUT);
            client.write(new Action.Poll("orders", 1), TIMEOUT);
            byte[] key = {(byte) random.nextInt(40)};
            client.write(new Action.Put("prices", key, body, Action.Condition.ALWAYS, 0), TIMEOUT);
            cluster.time().runFor(5_000_000);
        }
    }

    private void create(SimulatedCluster cluster) {
        GridClient client = cluster.awaitLeader().client();
        cluster.await(client.write(new Action.CreateQueue(QueueSettings.of("orders", "bytes")), TIMEOUT));
        cluster.await(client.write(new Action.CreateMap(MapSettings.of("prices", "bytes", "bytes")), TIMEOUT));
    }

    /** A power cut, of which only its silence tells the others. */
    private static void lost(SimulatedCluster cluster, SimulatedNode away) {
        away.crash(Loss.RANDOM);
        cluster.time().runFor(5 * SimulatedCluster.SECOND);
    }

    private static void awaitEqual(SimulatedCluster cluster, SimulatedNode node) {
        cluster.time()
                .runUntil(
                        () -> {
                            GridState state = node.state();
                            return state != null
                                    && state.appliedIndex()
                                            == cluster.watch().logs.committedIndex();
                        },
                        30 * SimulatedCluster.SECOND);
        GridState state = node.state();
        assertThat(state).isNotNull();
        cluster.watch().states.applied(node.toString(), state, true);
        cluster.watch().check();
    }

    @Test
    void H16_H17_H19_aVoterThatWasAwaySinceFormationEndsEqualUnderConstantLoad() {
        for (long seed = 1; seed <= 2; seed++) {
            SimulatedCluster cluster = cluster(seed);
            // entries are applied between a checkpoint's instant and its writing
            cluster.nodes().forEach(node -> node.machine().maxWakeNanos = SLOW_WAKE);
            cluster.startAll();
            create(cluster);
            SimulatedNode away = cluster.node(1);
            lost(cluster, away);
            work(cluster, 400);
            away.start();
            work(cluster, 400);
            awaitEqual(cluster, away);
            assertThat(cluster.watch().logs.installs()).as("H18: no spiral").isEqualTo(1);
        }
    }

    @Test
    void H16_killedOnTheWayItStillDoes() {
        for (long seed = 10; seed <= 12; seed++) {
            SimulatedCluster cluster = cluster(seed);
            cluster.startAll();
            create(cluster);
            SimulatedNode away = cluster.node(1);
            lost(cluster, away);
            work(cluster, 600);
            for (int kill = 0; kill < 5; kill++) {
                away.start();
                cluster.time().runFor(random.nextLong(1_500_000_000L));
                work(cluster, 20);
                away.crash(Loss.values()[random.nextInt(3)]);
                work(cluster, 50);
            }
            away.start();
            awaitEqual(cluster, away);
            assertThat(cluster.watch().logs.installs()).isGreaterThan(0);
        }
    }

    /** Node-1 is away, and lacks 800 KB, which come at 128 KiB a second. */
    private SimulatedCluster slowly() {
        SimulatedCluster cluster = new SimulatedCluster(3, 0, 5, Duration.ofSeconds(1), 32 << 20, Parts.real(), null);
        cluster.template().snapshotRate(128 << 10);
        for (int i = 0; i < 3; i++) {
            SimulatedNode.Machine machine = new SimulatedNode.Machine();
            machine.segmentBytes = SEGMENT;
            cluster.add(machine, 50_000, 1_000_000);
        }
        cluster.startAll();
        create(cluster);
        lost(cluster, cluster.node(1));
        work(cluster, 100);
        for (int i = 0; i < 40; i++) {
            GridClient client = cluster.awaitLeader().client();
            cluster.await(client.write(new Action.Offer("orders", List.of(new byte[20_000])), TIMEOUT));
        }
        return cluster;
    }

    /** For seconds; nobody's heartbeats wait, nobody else stands. */
    @Test
    void H16_aSnapshotGoesAtItsRateAndDisturbsNobody() {
        SimulatedCluster cluster = slowly();
        SimulatedNode away = cluster.node(1);
        away.start();
        int epochs = cluster.watch().logs.epochsLed();
        cluster.time().runFor(4 * SimulatedCluster.SECOND);
        assertThat(cluster.watch().logs.installs())
                .as("800 KB take more than that")
                .isZero();
        awaitEqual(cluster, away);
        assertThat(cluster.watch().logs.installs()).isEqualTo(1);
        assertThat(cluster.watch().logs.epochsLed()).isEqualTo(epochs);
    }

    /** It never lives long enough for all of it. */
    @Test
    void H16_aVoterThatStartsAnewGoesOnWhereItWas() {
        SimulatedCluster cluster = slowly();
        SimulatedNode away = cluster.node(1);
        for (int life = 0; cluster.watch().logs.installs() == 0; life++) {
            assertThat(life).as("lives").isLessThan(12);
            away.start();
            cluster.time().runFor(3 * SimulatedCluster.SECOND);
            away.crash(Loss.values()[life % Loss.values().length]);
        }
        away.start();
        awaitEqual(cluster, away);
        assertThat(cluster.watch().logs.installs()).isEqualTo(1);
    }

    /** The sender's successor has another checkpoint: it is sent from the beginning. */
    @Test
    void H16_theLeaderKilledOnTheWayItStillDoes() {
        for (long seed = 20; seed <= 22; seed++) {
            SimulatedCluster cluster = new SimulatedCluster(5, 0, seed);
            cluster.nodes().forEach(node -> node.machine().segmentBytes = SEGMENT);
            cluster.startAll();
            create(cluster);
            SimulatedNode away = cluster.node(1);
            lost(cluster, away);
            work(cluster, 400);
            away.start();
            cluster.time().runFor(random.nextLong(1_500_000_000L));
            SimulatedNode leader = cluster.awaitLeader();
            leader.crash(Loss.RANDOM);
            work(cluster, 100);
            leader.start();
            awaitEqual(cluster, away);
            assertThat(cluster.watch().logs.installs()).isGreaterThan(0);
        }
    }

    /** [D2] A leader that nobody has asked for an element since its segment rotted learns of it from whom it sends it to. */
    @Test
    void H43_aLeaderWhoseSnapshotIsDamagedLooksAtItAndLetsAnotherSend() {
        SimulatedCluster cluster = cluster(40);
        cluster.startAll();
        create(cluster);
        SimulatedNode away = cluster.node(1);
        lost(cluster, away);
        work(cluster, 400);
        SimulatedNode leader = cluster.awaitLeader();
        List<String> segments = leader.disk().files().stream()
                .filter(file -> file.contains("/queues/"))
                .sorted()
                .toList();
        String unread = segments.get(segments.size() / 2);
        leader.doom();
        leader.disk().flipBit(unread, leader.disk().content(unread).length / 2, 3);

        away.start();
        awaitEqual(cluster, away);

        assertThat(leader.is(NodeState.DEGRADED)).isTrue();
        assertThat(leader.status().reason()).contains(unread);
        assertThat(cluster.awaitLeader()).isNotSameAs(leader);
    }

    /** [D1], [C1] It stays up and connected, and takes nothing more: nobody keeps the log for it. */
    @Test
    void H18_aVoterThatIsDegradedInTheMiddleOfASnapshotDoesNotKeepTheLog() {
        SimulatedCluster cluster = slowly();
        SimulatedNode away = cluster.node(1);
        away.diskFault(true);
        away.start();
        cluster.time().runFor(2 * SimulatedCluster.SECOND);
        away.disk().failForce(path -> path.contains("gen-2"), 1);
        cluster.time().runUntil(() -> away.is(NodeState.DEGRADED), 30 * SimulatedCluster.SECOND);
        for (int second = 0; second < 240; second++) {
            work(cluster, 2);
            cluster.time().runFor(SimulatedCluster.SECOND);
        }
        for (SimulatedNode node : List.of(cluster.node(2), cluster.node(3))) {
            long log = node.disk().files().stream()
                    .filter(file -> file.contains("/log/"))
                    .count();
            assertThat(log).as("segments of " + node).isLessThanOrEqualTo(15);
        }
    }

    /** It answers nothing to the next leader, which so does not know where it is. */
    @Test
    void H38_aLeaderThatIsDegradedAndStaysConnectedDoesNotKeepTheNextLeadersLog() {
        long segment = 1 << 20;
        int most = 16;
        SimulatedCluster cluster = new SimulatedCluster(3, 0, 31, Duration.ofSeconds(1), 32 << 20, Parts.real(), null);
        cluster.template().replicationLagMax(most * segment);
        for (int i = 0; i < 3; i++) {
            SimulatedNode.Machine machine = new SimulatedNode.Machine();
            machine.segmentBytes = segment;
            cluster.add(machine, 50_000, 1_000_000);
        }
        cluster.startAll();
        create(cluster);
        SimulatedNode first = cluster.awaitLeader();
        first.diskFault(true);
        first.disk().failForce(path -> path.contains("/log/"), 1);
        cluster.awaitLeader().client().write(new Action.Offer("orders", List.of(new byte[1])), TIMEOUT);
        cluster.time().runUntil(() -> first.is(NodeState.DEGRADED), 30 * SimulatedCluster.SECOND);
        for (int i = 0; i < 800; i++) { // three times the bound
            GridClient client = cluster.awaitLeader().client();
            cluster.await(client.write(new Action.Offer("orders", List.of(new byte[60_000])), TIMEOUT));
            cluster.await(client.write(new Action.Poll("orders", 1), TIMEOUT));
        }
        cluster.time().runFor(40 * SimulatedCluster.SECOND); // a checkpoint
        for (SimulatedNode node : cluster.nodes()) {
            long log = node.disk().files().stream()
                    .filter(file -> file.contains("/log/"))
                    .count();
            assertThat(node == first ? 0 : log).as("segments of " + node).isLessThanOrEqualTo(most + 4);
        }
    }

    /**
     * [D3] Node-1 has space for a checkpoint and for a snapshot, of one value, but not for a segment of its log. It applies
     * what the others have, and its checkpoint of that waits for its log: the snapshot must not wait for that checkpoint.
     */
    @Test
    void H16_aStalledLogDoesNotKeepAWholeSnapshotFromBeingInstalled() {
        SimulatedCluster cluster = new SimulatedCluster(3, 0, 50);
        cluster.nodes().forEach(node -> node.machine().segmentBytes = 64 << 10);
        cluster.startAll();
        create(cluster);
        SimulatedNode full = cluster.node(1);
        long used = full.disk().files().stream()
                .mapToLong(path -> full.disk().content(path).length)
                .sum();
        full.disk().capacity(used + (30 << 10));
        put(cluster, 150);
        cluster.time().runFor(40 * SimulatedCluster.SECOND);
        NodeStatus stalled = Objects.requireNonNull(full.status());
        assertThat(stalled.appliedIndex()).isGreaterThan(stalled.flushedIndex());
        assertThat(stalled.checkpointIndex()).isZero();
        assertThat(full.disk().files()).as("one is written").anyMatch(path -> path.contains("/checkpoint-"));

        cut(cluster, full, true);
        cluster.time().runFor(5 * SimulatedCluster.SECOND);
        put(cluster, 400);
        cut(cluster, full, false);
        awaitEqual(cluster, full);

        assertThat(cluster.watch().logs.installs()).isEqualTo(1);
        assertThat(full.disk().files()).noneMatch(path -> path.contains("/gen-1/"));
    }

    /** One key's value, again and again: the state stays as small as it is. */
    private static void put(SimulatedCluster cluster, int times) {
        for (int i = 0; i < times; i++) {
            byte[] value = ByteBuffer.allocate(1_000).putInt(i).array();
            Action put = new Action.Put("prices", new byte[1], value, Action.Condition.ALWAYS, 0);
            cluster.await(cluster.awaitLeader().client().write(put, TIMEOUT));
        }
    }

    private static void cut(SimulatedCluster cluster, SimulatedNode node, boolean cut) {
        for (SimulatedNode other : cluster.nodes()) {
            if (other != node) {
                for (Line line : List.of(
                        cluster.network().line(node.id(), other.id()),
                        cluster.network().line(other.id(), node.id()))) {
                    if (cut) {
                        line.cut();
                    } else {
                        line.mend();
                    }
                }
            }
        }
    }

    /** [C1] Nobody waits for a voter that is away: the log stays bounded. */
    @Test
    void H38_H40_theLogIsCompactedWithoutWaitingForAnAbsentVoter() {
        SimulatedCluster cluster = cluster(30);
        cluster.startAll();
        create(cluster);
        cluster.node(1).crash(Loss.NONE);
        work(cluster, 1_000);
        cluster.time().runFor(SimulatedCluster.SECOND);
        for (SimulatedNode node : List.of(cluster.node(2), cluster.node(3))) {
            long log = node.disk().files().stream()
                    .filter(file -> file.contains("/log/"))
                    .count();
            assertThat(log).as("segments of " + node).isLessThanOrEqualTo(6);
        }
    }
}
