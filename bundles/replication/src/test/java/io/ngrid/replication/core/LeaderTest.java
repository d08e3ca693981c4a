package io.ngrid.replication.core;

import static io.ngrid.replication.core.Solo.THREE;
import static io.ngrid.replication.core.Solo.TWO;
import static io.ngrid.replication.core.Solo.at;
import static io.ngrid.replication.core.Solo.requests;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ngrid.spi.EntryKind;
import io.ngrid.spi.LogEntry;
import io.ngrid.spi.Member;
import io.ngrid.spi.StorageId;
import io.ngrid.spi.message.ReplicationAck;
import io.ngrid.spi.message.ReplicationRequest;
import io.ngrid.spi.replication.ReplicationEffect;
import io.ngrid.spi.replication.ReplicationEvent;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a leader appends, sends, counts and repeats. */
@Timeout(20)
class LeaderTest {
    private static final int SMALL = 100; // payload whose entry counts 164 bytes

    private static ReplicationRequest empty(long epoch, long previousEpoch, long previousIndex, long commitIndex) {
        return new ReplicationRequest(epoch, at(previousEpoch, previousIndex), commitIndex, List.of());
    }

    /** Leads epoch 2, has the no-op at 2, and streams to node-2. */
    private static Solo streaming(int maxBatchBytes, long maxInFlightBytes) {
        Solo leader = new Solo(0, maxBatchBytes, maxInFlightBytes, Solo.entries(1));
        leader.connect(TWO);
        leader.lead(2);
        leader.flush();
        leader.accept(TWO, 2, 1);
        leader.accept(TWO, 2, 2);
        return leader;
    }

    @Test
    void itAppendsANoOpFirstAndAsksEachVoterWhereItsLogMatches() {
        Solo leader = new Solo(1);
        leader.connect(TWO);
        List<ReplicationEffect> effects = leader.lead(2);
        LogEntry noOp = leader.log.entry(2);
        assertThat(noOp.kind()).isEqualTo(EntryKind.NO_OP);
        assertThat(noOp.position()).isEqualTo(at(2, 2));
        assertThat(effects)
                .containsExactly(
                        new ReplicationEffect.Append(1, List.of(noOp)),
                        new ReplicationEffect.Send(TWO.node(), empty(2, 1, 1, 0)));
        assertThat(leader.core.view().noOpIndex()).isEqualTo(2);
    }

    @Test
    void itSendsBeforeItsOwnDiskHasTheEntry() {
        Solo leader = streaming(1 << 20, 8 << 20);
        List<ReplicationEffect> effects = leader.propose(SMALL, SMALL);
        LogEntry[] entries = {leader.log.entry(3), leader.log.entry(4)};
        assertThat(effects)
                .containsExactly(
                        new ReplicationEffect.Append(2, List.of(entries)),
                        new ReplicationEffect.Send(
                                TWO.node(), new ReplicationRequest(2, at(2, 2), 2, List.of(entries))));
    }

    @Test
    void theFollowersDiskAloneCommitsNothingAndNeitherDoesTheLeadersAlone() {
        Solo leader = streaming(1 << 20, 8 << 20);
        leader.connect(THREE);
        leader.propose(SMALL);
        assertThat(leader.accept(TWO, 2, 3)).isEmpty();
        assertThat(leader.flush())
                .containsExactly(new ReplicationEffect.Committed(3), new ReplicationEffect.Answerable(3));
        leader.propose(SMALL);
        assertThat(leader.flush()).isEmpty();
        assertThat(leader.accept(TWO, 2, 4))
                .containsExactly(new ReplicationEffect.Committed(4), new ReplicationEffect.Answerable(4));
        assertThat(leader.core.view().releaseIndex()).as("node-3 has nothing").isZero();
        assertThat(leader.accept(THREE, 2, 4)).containsExactly(new ReplicationEffect.Releasable(4));
    }

    /** [C1] */
    @Test
    void H38_theLogIsKeptForWhoIsConnectedOrBeingSentASnapshot() {
        Solo leader = streaming(1 << 20, 8 << 20);
        leader.connect(THREE);
        leader.propose(SMALL);
        leader.flush();
        leader.accept(TWO, 2, 3);
        assertThat(leader.core.view().releaseIndex()).as("node-3 has nothing").isZero();
        leader.handle(new ReplicationEvent.Disconnected(THREE));
        assertThat(leader.core.view().releaseIndex()).isEqualTo(3);
        leader.handle(new ReplicationEvent.SnapshotPinned(THREE, 2));
        assertThat(leader.core.view().releaseIndex()).isEqualTo(2);
        leader.handle(new ReplicationEvent.SnapshotPinned(THREE, 0));
        assertThat(leader.core.view().releaseIndex()).isEqualTo(3);
        leader.handle(new ReplicationEvent.SnapshotPinned(THREE, 2));
        leader.connect(THREE);
        assertThat(leader.accept(THREE, 2, 2)).contains(new ReplicationEffect.SnapshotDone(THREE));
        assertThat(leader.core.view().releaseIndex()).isEqualTo(2);
        leader.accept(THREE, 2, 3);
        assertThat(leader.core.view().releaseIndex()).isEqualTo(3);
    }

    @Test
    void requestsAreBoundedByBatchAndAllInFlightByTheWindow() {
        Solo leader = streaming(2 * 164, 5 * 164);
        List<ReplicationRequest> sent =
                requests(leader.propose(SMALL, SMALL, SMALL, SMALL, SMALL, SMALL, SMALL, SMALL), TWO);
        assertThat(sent).extracting(request -> request.entries().size()).containsExactly(2, 2, 1);
        assertThat(leader.core.view().progress().get(0).inFlightBytes()).isEqualTo(5 * 164);
        assertThat(requests(leader.propose(SMALL), TWO)).isEmpty();
        sent = requests(leader.accept(TWO, 2, 4), TWO);
        assertThat(sent).extracting(request -> request.previous().index()).containsExactly(7L);
        assertThat(sent.get(0).entries()).hasSize(2);
    }

    @Test
    void anEntryGreaterThanTheWindowTravelsAlone() {
        Solo leader = streaming(200, 400);
        assertThat(requests(leader.propose(SMALL, 1000, SMALL), TWO))
                .extracting(request -> request.entries().size())
                .containsExactly(1);
        List<ReplicationRequest> big = requests(leader.accept(TWO, 2, 3), TWO);
        assertThat(big).hasSize(1);
        assertThat(big.get(0).entries()).extracting(LogEntry::index).containsExactly(4L);
        assertThat(requests(leader.accept(TWO, 2, 4), TWO).get(0).entries())
                .extracting(LogEntry::index)
                .containsExactly(5L);
    }

    @Test
    void aLossIsShownByARejectionAndRepairedFromItsHint() {
        Solo leader = streaming(164, 8 << 20);
        assertThat(requests(leader.propose(SMALL, SMALL, SMALL), TWO)).hasSize(3);
        assertThat(requests(leader.reject(TWO, 2, 3, 3), TWO)).containsExactly(empty(2, 2, 2, 2));
        assertThat(leader.reject(TWO, 2, 3, 4)).as("the next of the same loss").isEmpty();
        assertThat(requests(leader.accept(TWO, 2, 2), TWO)).hasSize(3);
    }

    @Test
    void whatStaysUnansweredIsAskedForAndNotSentAgain() {
        Solo leader = streaming(164, 8 << 20);
        leader.propose(SMALL, SMALL);
        assertThat(leader.core.nextTickNanos()).isEqualTo(Solo.RETRY);
        leader.now = Solo.RETRY - 1;
        assertThat(leader.tick()).isEmpty();
        leader.now = Solo.RETRY;
        assertThat(leader.tick()).containsExactly(new ReplicationEffect.Send(TWO.node(), empty(2, 2, 4, 2)));
        assertThat(leader.core.nextTickNanos()).isEqualTo(2 * Solo.RETRY);
        leader.accept(TWO, 2, 4);
        assertThat(leader.core.nextTickNanos())
                .as("an idle leader has nothing to do")
                .isEqualTo(Long.MAX_VALUE);
    }

    @Test
    void aNewConnectionIsProbedFromWhereTheFollowerIsKnownToBe() {
        Solo leader = streaming(164, 8 << 20);
        leader.propose(SMALL, SMALL);
        leader.handle(new ReplicationEvent.Disconnected(TWO));
        assertThat(leader.core.nextTickNanos()).isEqualTo(Long.MAX_VALUE);
        assertThat(leader.propose(SMALL)).hasSize(1);
        assertThat(requests(leader.connect(TWO), TWO)).containsExactly(empty(2, 2, 2, 2));
        assertThat(requests(leader.accept(TWO, 2, 2), TWO)).hasSize(3);
    }

    @Test
    void rejectionsLeadDownToWhereTheLogsMatch() {
        Solo leader = new Solo(1, 2, 2, 4, 4);
        leader.connect(TWO);
        leader.lead(6);
        assertThat(requests(leader.reject(TWO, 6, 3, 5), TWO)).containsExactly(empty(6, 2, 2, 0));
        assertThat(requests(leader.reject(TWO, 6, 2, 2), TWO)).containsExactly(empty(6, 1, 1, 0));
        assertThat(requests(leader.accept(TWO, 6, 1), TWO).get(0).entries()).hasSize(5);
    }

    @Test
    void aFollowerThatLacksWhatTheLogNoLongerHasNeedsASnapshot() {
        Solo leader = new Solo(4, 1 << 20, 8 << 20, Solo.entries(1, 2, 2, 2, 2, 2));
        leader.log.compact(4);
        leader.connect(TWO);
        leader.lead(3);
        assertThat(requests(leader.reject(TWO, 3, 2, 6), TWO))
                .as("first what it has")
                .containsExactly(empty(3, 2, 4, 4));
        assertThat(leader.reject(TWO, 3, 2, 4)).contains(new ReplicationEffect.SnapshotNeeded(TWO));
        assertThat(leader.core.nextTickNanos()).isEqualTo(Long.MAX_VALUE);
        assertThat(leader.propose(SMALL)).as("nothing is sent").hasSize(1);
        leader.handle(new ReplicationEvent.Disconnected(TWO));
        assertThat(requests(leader.connect(TWO), TWO)).as("once a connection").hasSize(1);
    }

    /** One that is DEGRADED stays connected and never answers. */
    @Test
    void H38_nothingIsKeptForAConnectedVoterThatHasAnsweredNothingInThisEpoch() {
        Solo leader = new Solo(1);
        leader.connect(TWO, THREE);
        leader.lead(2);
        for (int round = 0; round < 10; round++) {
            leader.propose(new int[110]);
            leader.flush();
            long last = leader.log.last().index();
            leader.accept(TWO, 2, last);
            assertThat(leader.core.room())
                    .as("who has said nothing is not waited for")
                    .isPositive();
            if (round == 0) {
                assertThat(leader.core.view().releaseIndex())
                        .as("within its patience")
                        .isZero();
                leader.now += Solo.PATIENCE;
                leader.tick();
            }
            assertThat(leader.core.view().releaseIndex()).isEqualTo(last);
            leader.log.compact(last - 1);
        }
        long last = leader.log.last().index();
        leader.accept(THREE, 2, last);
        leader.propose(SMALL);
        leader.flush();
        leader.accept(TWO, 2, last + 1);
        assertThat(leader.core.view().releaseIndex()).as("now it counts").isEqualTo(last);
    }

    /** Its rejection came late: behind what it has taken since. */
    @Test
    void anAcknowledgementThatReachesTheLogEndsBeingBehind() {
        Solo leader = new Solo(4, 1 << 20, 8 << 20, Solo.entries(1, 2, 2, 2, 2, 2));
        leader.log.compact(4);
        leader.connect(TWO);
        leader.lead(3);
        leader.reject(TWO, 3, 2, 6);
        assertThat(leader.reject(TWO, 3, 2, 4)).contains(new ReplicationEffect.SnapshotNeeded(TWO));
        assertThat(requests(leader.accept(TWO, 3, 4), TWO)).containsExactly(empty(3, 2, 4, 4));
    }

    @Test
    void H15_onlyVotersOfTheLogCountWhoeverIsConnected() {
        Solo leader = new Solo(1);
        Member stranger = SimCluster.member(9);
        Member wiped = new Member(THREE.node(), new StorageId(new UUID(0, 99)));
        leader.connect(TWO, stranger, wiped);
        assertThat(requests(leader.lead(2), TWO)).hasSize(1);
        leader.flush();
        for (Member other : List.of(stranger, wiped)) {
            assertThat(leader.accept(other, 2, 2)).isEmpty();
            leader.handle(new ReplicationEvent.Acked(THREE, new ReplicationAck(2, other.storage(), true, 2, 0)));
            leader.handle(new ReplicationEvent.Echoed(other, 1));
        }
        assertThat(leader.core.view().commitIndex())
                .as("dead and foreign nodes are not counted")
                .isZero();
        assertThat(leader.core.view().progress()).hasSize(2);
        assertThat(leader.accept(TWO, 2, 2)).contains(new ReplicationEffect.Committed(2));
        assertThat(leader.handle(new ReplicationEvent.ReadRequested(1, 1))).isEmpty();
        assertThat(leader.handle(new ReplicationEvent.Echoed(TWO, 1)))
                .containsExactly(new ReplicationEffect.ReadConfirmed(1, 2));
    }

    @Test
    void acknowledgementsOfAnotherEpochAreDropped() {
        Solo leader = new Solo(1);
        leader.lead(2);
        leader.propose(SMALL);
        leader.flush();
        leader.follow(3, TWO);
        leader.lead(4);
        leader.flush();
        assertThat(leader.accept(TWO, 2, 4)).isEmpty();
        assertThat(leader.accept(TWO, 3, 4)).isEmpty();
        assertThat(leader.core.view().commitIndex()).isZero();
        assertThat(leader.accept(TWO, 4, 4)).contains(new ReplicationEffect.Committed(4));
    }

    /** Found by simulated seed 60060: it had installed a snapshot, and was taken for as far behind as before. */
    @Test
    void aFollowerThatComesBackIsAskedWhereItIsBeforeItIsTakenToBeBehind() {
        Solo leader = streaming(1 << 20, 8 << 20);
        leader.propose(SMALL, SMALL, SMALL);
        leader.flush();
        leader.handle(new ReplicationEvent.Disconnected(TWO));
        leader.log.compact(3);
        assertThat(leader.connect(TWO))
                .contains(new ReplicationEffect.Send(TWO.node(), empty(2, 2, 3, 2)))
                .noneMatch(ReplicationEffect.SnapshotNeeded.class::isInstance);
        assertThat(requests(leader.accept(TWO, 2, 3), TWO).get(0).entries()).hasSize(2);
    }

    /** Found by simulated seed 428: the retry came first, asked for what the log no longer has, and the leader failed. */
    @Test
    void aRetryToAFollowerThatTheLogHasGoneOnWithoutBeginsWhereTheLogDoes() {
        Solo leader = streaming(1, 1);
        leader.propose(SMALL, SMALL, SMALL);
        leader.flush();
        leader.log.compact(4);
        leader.now += Solo.RETRY;
        assertThat(requests(leader.tick(), TWO)).containsExactly(empty(2, 2, 4, 2));
        assertThat(leader.reject(TWO, 2, 3, 4)).contains(new ReplicationEffect.SnapshotNeeded(TWO));
    }

    /** With durability {@code os} a power cut may take what was acknowledged: it was asked for that again and again. */
    @Test
    void aFollowerThatHasLostWhatItAcknowledgedGetsItAgain() {
        Solo leader = streaming(1 << 20, 8 << 20);
        leader.propose(SMALL, SMALL, SMALL);
        leader.flush();
        leader.accept(TWO, 2, 5);
        leader.handle(new ReplicationEvent.Disconnected(TWO));
        leader.connect(TWO);
        assertThat(requests(leader.reject(TWO, 2, 4, 5), TWO)).containsExactly(empty(2, 2, 3, 5));
        assertThat(leader.core.view().progress().get(0).matchIndex()).isEqualTo(3);
        assertThat(requests(leader.accept(TWO, 2, 3), TWO).get(0).entries()).hasSize(2);
        assertThat(leader.core.view().commitIndex()).isEqualTo(5);
    }

    @Test
    void anAcknowledgementBehindTheLeadersLogIsRefused() {
        Solo leader = streaming(164, 8 << 20);
        assertThatThrownBy(() -> leader.accept(TWO, 2, 3)).hasMessageContaining("acknowledges 3");
    }

    @Test
    void itLeadsAnEpochOnceAndOnlyForward() {
        Solo leader = new Solo(1);
        leader.lead(3);
        assertThatThrownBy(() -> leader.lead(3)).hasMessageContaining("having led epoch 3");
        leader.handle(new ReplicationEvent.Follow(3, null));
        assertThatThrownBy(() -> leader.lead(3)).hasMessageContaining("having led epoch 3");
        assertThatThrownBy(() -> leader.handle(new ReplicationEvent.Follow(2, null)))
                .hasMessageContaining("epoch 2");
        assertThatThrownBy(() -> leader.propose(SMALL)).hasMessageContaining("does not lead");
    }

    @Test
    void H10_aFreshLeaderServesReadsAsSoonAsItsNoOpHasCommittedAndNotBefore() {
        Solo leader = new Solo(3, 1 << 20, 8 << 20, Solo.entries(1, 2, 2, 2));
        leader.connect(TWO);
        leader.lead(3);
        leader.handle(new ReplicationEvent.ReadRequested(7, 1));
        assertThat(leader.handle(new ReplicationEvent.Echoed(TWO, 1)))
                .as("4 may have committed")
                .isEmpty();
        leader.flush();
        leader.accept(TWO, 3, 4);
        assertThat(leader.core.view().commitIndex())
                .as("an entry of another epoch")
                .isEqualTo(3);
        assertThat(leader.accept(TWO, 3, 5))
                .containsExactly(
                        new ReplicationEffect.Committed(5),
                        new ReplicationEffect.Answerable(5),
                        new ReplicationEffect.ReadConfirmed(7, 5),
                        new ReplicationEffect.Releasable(5));
    }
}
