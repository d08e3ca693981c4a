package io.ngrid.replication.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.ngrid.spi.LogEntry;
import io.ngrid.spi.LogPosition;
import io.ngrid.spi.message.ReplicationRequest;
import io.ngrid.spi.replication.ReplicationEvent;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Schedules that once lost data somewhere, step by step; {@link Truth} watches. */
@Timeout(20)
class ScenarioTest {
    static boolean entriesOnlyUpTo(SimCluster.Wire wire, long index) {
        return !(wire.message() instanceof ReplicationRequest request)
                || request.previous().index() + request.entries().size() <= index;
    }

    @Test
    void threeNodesCommitAndFollow() {
        SimCluster cluster = new SimCluster(3, 0);
        cluster.elect(3);
        cluster.node(3).propose("a");
        cluster.settle();
        cluster.node(3).heartbeat();
        cluster.settle();
        assertThat(cluster.nodes()).extracting(node -> node.commitIndex).containsOnly(3L);
        assertThat(cluster.nodes())
                .extracting(node -> node.core.view().releaseIndex())
                .containsOnly(3L);
    }

    @Test
    void aClusterOfOneCommitsByItsOwnDisk() {
        SimCluster cluster = new SimCluster(1, 0);
        cluster.elect(1);
        assertThat(cluster.node(1).commitIndex).isZero();
        cluster.settle();
        assertThat(cluster.node(1).commitIndex).isEqualTo(2);
        assertThat(cluster.node(1).answerableIndex).isEqualTo(2);
        long read = cluster.node(1).read();
        assertThat(cluster.node(1).confirmed).containsExactly(read);
    }

    /** Raft, figure 8: an entry of an older epoch on a majority is not committed by that. */
    @Test
    void figure8_anEntryOfAnOlderEpochIsNotCommittedByCountingItsCopies() {
        SimCluster cluster = new SimCluster(5, 0, 1, 8 << 20);
        cluster.elect(1); // epoch 2, index 2 on nodes 1 and 2
        cluster.deliver(wire -> wire.between(1, 2));
        cluster.flush(1, 2);
        cluster.crash(1);
        cluster.wires.clear();

        cluster.elect(cluster.node(5), List.of(cluster.node(5), cluster.node(3), cluster.node(4))); // epoch 3
        cluster.flush(5); // another entry at index 2, on node 5 only
        cluster.crash(5);
        cluster.wires.clear();

        cluster.restart(1);
        cluster.elect(cluster.node(1), List.of(cluster.node(1), cluster.node(2), cluster.node(3))); // epoch 4
        cluster.deliver(wire -> (wire.between(1, 3) || wire.between(1, 2)) && entriesOnlyUpTo(wire, 2));
        cluster.flush(3);
        cluster.deliver(wire -> (wire.between(1, 3) || wire.between(1, 2)) && entriesOnlyUpTo(wire, 2));
        cluster.flush(1);
        long onDisk = cluster.nodes().stream()
                .filter(node -> node.log.holds(new LogPosition(2, 2)))
                .count();
        assertThat(onDisk).as("index 2 of epoch 2 is on a majority").isEqualTo(3);
        assertThat(cluster.node(1).commitIndex).as("and not committed").isZero();
        cluster.crash(1);
        cluster.wires.clear();

        cluster.restart(5);
        cluster.elect(5); // by nodes whose log ends in epoch 2
        cluster.settle();
        cluster.restart(1);
        cluster.settle();
        for (SimNode node : cluster.nodes()) {
            assertThat(node.log.entry(2).epoch()).as("index 2 at %s", node).isEqualTo(3);
        }
        assertThat(cluster.node(5).commitIndex)
                .isEqualTo(cluster.node(5).log.last().index());
    }

    /** The other end of figure 8: with an entry of the new epoch on a majority, the older one is safe. */
    @Test
    void figure8_theNoOpOfTheNewEpochCommitsWhatLiesBeforeIt() {
        SimCluster cluster = new SimCluster(5, 0);
        cluster.elect(1);
        cluster.deliver(wire -> wire.between(1, 2));
        cluster.flush(1, 2);
        cluster.crash(1);
        cluster.wires.clear();
        cluster.elect(2);
        cluster.settle();
        assertThat(cluster.node(2).commitIndex).isEqualTo(3);
        assertThat(cluster.truth.committedIndex()).isEqualTo(3);
    }

    /** A follower with a longer, dead tail acknowledges only what the new leader has verified. */
    @Test
    void anAckForAnUnverifiedTailIsNeverCounted() {
        SimCluster cluster = new SimCluster(3, 0);
        cluster.isolate(1);
        cluster.elect(cluster.node(1), List.of(cluster.node(1), cluster.node(2)));
        cluster.node(1).propose("dead");
        cluster.node(1).propose("dead too");
        cluster.flush(1); // epoch 2 up to index 4, on node 1 alone
        cluster.elect(cluster.node(3), List.of(cluster.node(3), cluster.node(2)));
        cluster.node(3).propose("alive");
        cluster.flush(3); // epoch 3 up to index 3, on node 3 alone
        cluster.wires.clear();
        cluster.cut(2, 3);
        cluster.heal(1, 3);
        cluster.deliver(wire -> entriesOnlyUpTo(wire, 1));
        assertThat(cluster.node(1).log.last()).as("the tail is still there").isEqualTo(new LogPosition(2, 4));
        assertThat(cluster.node(3).commitIndex).isZero();
        cluster.deliver(wire -> true);
        assertThat(cluster.node(1).log.last()).isEqualTo(new LogPosition(3, 3));
        assertThat(cluster.node(3).commitIndex)
                .as("cut and replaced, not yet on disk")
                .isZero();
        cluster.settle();
        assertThat(cluster.node(3).commitIndex).isEqualTo(3);
    }

    @Test
    void H03_aLoneNodeOfThreeAcknowledgesNothing() {
        SimCluster cluster = new SimCluster(3, 0);
        cluster.elect(3);
        cluster.settle();
        long before = cluster.node(3).commitIndex;
        cluster.crash(1);
        cluster.crash(2);
        cluster.node(3).propose("lonely");
        long read = cluster.node(3).read();
        for (int i = 0; i < 20; i++) {
            cluster.node(3).heartbeat();
            cluster.settle();
            cluster.elapse(SimCluster.SECOND);
        }
        assertThat(cluster.node(3).commitIndex).isEqualTo(before);
        assertThat(cluster.node(3).answerableIndex).isEqualTo(before);
        assertThat(cluster.node(3).confirmed).doesNotContain(read);
    }

    @Test
    void withMoreDisksPromisedThanNeededToCommitALostNodeStopsAnswersOnly() {
        SimCluster cluster = new SimCluster(3, 3);
        cluster.elect(3);
        cluster.settle();
        cluster.crash(1);
        cluster.node(3).propose("a");
        long read = cluster.node(3).read();
        cluster.node(3).heartbeat();
        cluster.settle();
        assertThat(cluster.node(3).commitIndex).isEqualTo(3);
        assertThat(cluster.node(3).answerableIndex).isEqualTo(2);
        assertThat(cluster.node(3).confirmed).contains(read);
        cluster.restart(1);
        cluster.settle();
        assertThat(cluster.node(3).answerableIndex).isEqualTo(3);
    }

    @Test
    void H06_everyNodeCommitsInTheOrderOfTheLogAcrossALeaderChange() {
        SimCluster cluster = new SimCluster(3, 0);
        cluster.elect(3);
        for (int i = 0; i < 50; i++) {
            cluster.node(3).propose("p" + i);
            if (i % 7 == 0) {
                cluster.deliverAll();
            }
            if (i % 5 == 0) {
                cluster.flush(1 + i % 3);
            }
        }
        cluster.settle();
        cluster.elect(2);
        cluster.node(2).propose("next");
        cluster.settle();
        cluster.node(2).heartbeat();
        cluster.settle();
        List<LogEntry> log = cluster.node(2).log.all();
        assertThat(log).hasSize(1 + 1 + 50 + 1 + 1);
        for (SimNode node : cluster.nodes()) {
            assertThat(node.log.all()).isEqualTo(log);
            assertThat(node.commitIndex).isEqualTo(log.size());
        }
    }

    @Test
    void H10_aNewLeaderIsWritableAsSoonAsAQuorumHasItsNoOp() {
        SimCluster cluster = new SimCluster(3, 0);
        cluster.elect(3);
        cluster.node(3).propose("a");
        cluster.settle();
        cluster.crash(3);
        cluster.elect(2);
        assertThat(cluster.node(2).commitIndex).as("of the epoch before").isLessThan(4);
        cluster.settle();
        assertThat(cluster.node(2).core.view().noOpIndex()).isEqualTo(4);
        assertThat(cluster.node(2).commitIndex).isEqualTo(4);
    }

    @Test
    void H22_aVoterKilledRightAfterFormationCatchesUpInAnIdleCluster() {
        SimCluster cluster = new SimCluster(3, 0);
        cluster.crash(1);
        cluster.elect(3);
        cluster.settle();
        cluster.elapse(10 * SimCluster.SECOND);
        cluster.settle();
        cluster.restart(1);
        cluster.settle();
        assertThat(cluster.node(1).log.all()).isEqualTo(cluster.node(3).log.all());
        cluster.node(3).heartbeat();
        cluster.settle();
        assertThat(cluster.node(1).commitIndex).isEqualTo(2);
        assertThat(cluster.node(3).core.view().releaseIndex()).isEqualTo(2);
    }

    @Test
    void H25_theLongerDeadTailOfAnOldLeaderIsCutWhenItReturns() {
        SimCluster cluster = new SimCluster(3, 0);
        cluster.elect(3);
        cluster.node(3).propose("kept");
        cluster.settle();
        cluster.isolate(3);
        for (int i = 0; i < 20; i++) {
            cluster.node(3).propose("dead" + i);
        }
        cluster.flush(3);
        cluster.elect(2);
        cluster.node(2).propose("alive");
        cluster.settle();
        cluster.heal();
        cluster.settle();
        cluster.elapse(SimCluster.SECOND);
        cluster.settle();
        assertThat(cluster.node(3).leading).isFalse();
        assertThat(cluster.node(3).log.all()).isEqualTo(cluster.node(2).log.all());
        assertThat(cluster.node(3).log.last()).isEqualTo(new LogPosition(3, 5));
    }

    @Test
    void H35_aLeaderThatIsNoneAnyMoreConfirmsNoRead() {
        SimCluster cluster = new SimCluster(3, 0);
        cluster.elect(3);
        cluster.settle();
        cluster.isolate(3);
        cluster.elect(2);
        cluster.node(2).propose("newer");
        cluster.settle();
        long stale = cluster.node(3).read();
        cluster.node(3).heartbeat();
        cluster.settle();
        cluster.heal();
        cluster.node(3).heartbeat();
        cluster.settle();
        cluster.node(2).heartbeat();
        cluster.settle();
        assertThat(cluster.node(3).leading).isFalse();
        assertThat(cluster.node(3).confirmed).doesNotContain(stale);
        assertThat(cluster.node(3).handle(new ReplicationEvent.Echoed(SimCluster.member(1), 100)))
                .isEmpty();
    }

    @Test
    void aReadIsConfirmedOnlyByAnEchoOfARoundThatBeganAfterIt() {
        SimCluster cluster = new SimCluster(3, 0);
        cluster.elect(3);
        cluster.settle();
        cluster.node(3).heartbeat(); // on the way while the read arrives
        long read = cluster.node(3).read();
        cluster.settle();
        assertThat(cluster.node(3).confirmed).isEmpty();
        cluster.node(3).heartbeat();
        cluster.settle();
        assertThat(cluster.node(3).confirmed).containsExactly(read);
    }

    @Test
    void H46_aVoterThatReturnsIsKnownByItsIdentityWhateverItsAddress() {
        SimCluster cluster = new SimCluster(3, 0);
        cluster.elect(3);
        cluster.settle();
        cluster.crash(1);
        cluster.node(3).propose("while away");
        cluster.settle();
        cluster.restart(1); // Connected names node ID and storage ID, and nothing else
        cluster.settle();
        assertThat(cluster.node(1).log.all()).isEqualTo(cluster.node(3).log.all());
    }

    @Test
    void aFollowerFarBehindCatchesUpFromTheLogWithinTheBounds() {
        SimCluster cluster = new SimCluster(3, 0, 1000, 3000);
        cluster.elect(3);
        cluster.settle();
        cluster.crash(1);
        for (int i = 0; i < 2000; i++) {
            cluster.node(3).propose("p" + i);
        }
        cluster.settle();
        cluster.restart(1);
        while (!cluster.wires.isEmpty()) {
            long inFlight = cluster.node(3).core.view().progress().get(0).inFlightBytes();
            assertThat(inFlight).isLessThanOrEqualTo(3000);
            cluster.deliver(cluster.wires.remove(0));
            if (cluster.wires.isEmpty()) {
                cluster.flush(1);
            }
        }
        assertThat(cluster.node(1).log.all()).isEqualTo(cluster.node(3).log.all());
    }

    @Test
    void anIdleClusterHasNothingToSend() {
        SimCluster cluster = new SimCluster(3, 0);
        cluster.elect(3);
        cluster.settle();
        cluster.elapse(100 * SimCluster.SECOND);
        assertThat(cluster.wires).isEmpty();
        assertThat(cluster.nodes())
                .extracting(node -> node.core.nextTickNanos())
                .containsOnly(Long.MAX_VALUE);
        assertThat(Set.copyOf(cluster.nodes())).hasSize(3);
    }
}
