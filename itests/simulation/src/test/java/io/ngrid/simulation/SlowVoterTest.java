package io.ngrid.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import io.ngrid.api.QueueSettings;
import io.ngrid.node.client.GridClient;
import io.ngrid.node.state.Action;
import io.ngrid.testkit.Loss;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * [R7] Node-1's disk is slower than what comes in at node-3, the leader: 1 MB/s, if nobody holds it up. The log's segments and the
 * bound are small, so that one second without backpressure would do for a snapshot.
 */
@Timeout(value = 120, unit = TimeUnit.SECONDS)
class SlowVoterTest {
    private static final long MILLI = 1_000_000L;
    private static final long TIMEOUT = 10 * SimulatedCluster.SECOND;
    private static final long SEGMENT = 64 << 10;
    private static final long BOUND = 64 << 10;
    private static final int BODY = 1_000;

    /** What is proposed in one turn may pass the bound. */
    private static final long ENTRIES = BOUND / BODY + 8;

    private SimulatedCluster cluster;
    private SimulatedNode slow;
    private final Deque<CompletableFuture<?>> calls = new ArrayDeque<>();
    private final List<Long> lags = new ArrayList<>();
    private long done;

    @BeforeEach
    void threeNodes() {
        cluster = new SimulatedCluster(3, 0, 7, Duration.ofSeconds(1), 32 << 20, Parts.real(), null);
        cluster.template().replicationLagMax(BOUND);
        for (int i = 0; i < 3; i++) {
            SimulatedNode.Machine machine = new SimulatedNode.Machine();
            machine.segmentBytes = SEGMENT;
            cluster.add(machine, 50_000, MILLI);
        }
        cluster.startAll();
        slow = cluster.node(1);
        cluster.time().runUntil(() -> cluster.node(3).leads(), 20 * SimulatedCluster.SECOND);
        cluster.await(client().write(new Action.CreateQueue(QueueSettings.of("orders", "bytes")), TIMEOUT));
    }

    private GridClient client() {
        return cluster.node(3).client();
    }

    private void forcesTake(long nanos) {
        slow.machine().minForceNanos = nanos;
        slow.machine().maxForceNanos = nanos;
    }

    /** Offers one element a millisecond, as far as no more than 200 are not answered, and looks how far behind node-1 is. */
    private void offerFor(long nanos) {
        long end = cluster.time().now() + nanos;
        while (cluster.time().now() < end) {
            while (!calls.isEmpty() && calls.getFirst().isDone()) {
                calls.removeFirst().join();
                done++;
            }
            if (calls.size() < 200) {
                calls.add(client().write(new Action.Offer("orders", List.of(new byte[BODY])), TIMEOUT));
            }
            cluster.time().runFor(MILLI);
            lags.add(lag());
        }
    }

    /** Entries that the leader has and node-1's disk does not. */
    private long lag() {
        return copy(cluster.node(3)).staged.end() - copy(slow).durable.end();
    }

    private LogCopy copy(SimulatedNode node) {
        return cluster.watch().logs.copies().stream()
                .filter(copy -> copy.member.node().equals(node.id()))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void H18_theInputGoesAtThePaceOfAConnectedVoterAndNoneFails() {
        forcesTake(200 * MILLI);
        offerFor(8 * SimulatedCluster.SECOND);
        assertThat(lags).as("entries behind").allMatch(lag -> lag <= ENTRIES);
        assertThat(done).as("what its disk can take").isGreaterThan(8 * BOUND / BODY);
        forcesTake(MILLI / 10);
        cluster.time().runFor(SimulatedCluster.SECOND);
        assertThat(lag()).isZero();
        assertThat(cluster.watch().logs.installs()).as("snapshots").isZero();
    }

    @Test
    void H18_aVoterThatTakesNothingIsNotWaitedForAndGetsOneSnapshotLater() {
        offerFor(SimulatedCluster.SECOND);
        forcesTake(60 * SimulatedCluster.SECOND);
        offerFor(3 * SimulatedCluster.SECOND);
        long before = done;
        offerFor(4 * SimulatedCluster.SECOND);
        assertThat(done - before).as("the others go on").isGreaterThan(1_000);
        slow.crash(Loss.NONE);
        forcesTake(MILLI / 10);
        slow.start();
        offerFor(6 * SimulatedCluster.SECOND);
        assertThat(cluster.watch().logs.installs()).as("snapshots").isEqualTo(1);
        assertThat(lags.subList(lags.size() - 1_000, lags.size())).allMatch(lag -> lag <= ENTRIES);
    }
}
