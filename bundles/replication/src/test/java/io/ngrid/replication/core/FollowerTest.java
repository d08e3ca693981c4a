package io.ngrid.replication.core;

import static io.ngrid.replication.core.Solo.at;
import static io.ngrid.replication.core.Solo.entry;
import static io.ngrid.replication.core.Solo.sent;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ngrid.spi.EntryKind;
import io.ngrid.spi.LogEntry;
import io.ngrid.spi.message.ReplicationAck;
import io.ngrid.spi.replication.ReplicationEffect;
import io.ngrid.spi.replication.ReplicationEvent;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a follower stores, acknowledges and refuses. */
@Timeout(20)
class FollowerTest {
    private static ReplicationAck accepted(long epoch, long index) {
        return new ReplicationAck(epoch, Solo.SELF.storage(), true, index, 0);
    }

    private static ReplicationAck rejected(long epoch, long hint, long previousIndex) {
        return new ReplicationAck(epoch, Solo.SELF.storage(), false, hint, previousIndex);
    }

    @Test
    void entriesAreAcknowledgedWhenTheyAreOnDiskAndNotBefore() {
        Solo node = new Solo(1).follow(2, Solo.TWO);
        List<ReplicationEffect> effects = node.request(2, at(1, 1), 0, entry(2, 2), entry(3, 2));
        assertThat(effects).containsExactly(new ReplicationEffect.Append(1, node.log.entries(2, 1000)));
        assertThat(sent(node.flush())).containsExactly(accepted(2, 3));
        assertThat(node.handle(new ReplicationEvent.Flushed(1))).isEmpty();
    }

    @Test
    void anAcknowledgementNeverNamesTheUnverifiedEndOfTheLog() {
        Solo node = new Solo(1, 2, 2, 2).follow(3, Solo.TWO);
        assertThat(sent(node.request(3, at(1, 1), 0))).containsExactly(accepted(3, 1));
        assertThat(sent(node.request(3, at(2, 3), 0))).containsExactly(accepted(3, 3));
    }

    @Test
    void whatAnEarlierEpochVerifiedIsNotVerifiedInTheNext() {
        Solo node = new Solo(1).follow(2, Solo.TWO);
        node.request(2, at(1, 1), 0, entry(2, 2), entry(3, 2));
        node.follow(3, Solo.THREE);
        assertThat(sent(node.flush())).as("acknowledged to nobody").isEmpty();
        node.handle(new ReplicationEvent.CommitHeard(Solo.THREE, 3, 3, 3));
        assertThat(node.core.view().commitIndex()).isZero();
        assertThat(node.core.view().releaseIndex()).isZero();
    }

    @Test
    void aConflictingTailIsCutBeforeWhatReplacesItAndBothAreOnDiskBeforeTheAcknowledgement() {
        Solo node = new Solo(1, 2, 2, 2).follow(3, Solo.TWO);
        List<ReplicationEffect> effects = node.request(3, at(2, 2), 0, entry(3, 3));
        assertThat(effects)
                .containsExactly(
                        new ReplicationEffect.Truncate(1, 3),
                        new ReplicationEffect.Append(2, List.of(node.log.entry(3))));
        assertThat(node.log.last()).isEqualTo(at(3, 3));
        assertThat(sent(node.handle(new ReplicationEvent.Flushed(node.log.flush(1)))))
                .containsExactly(accepted(3, 2));
        assertThat(sent(node.flush())).containsExactly(accepted(3, 3));
    }

    @Test
    void aCutTakesBackWhatWasOnDisk() {
        Solo node = new Solo(1, 2, 2, 2).follow(3, Solo.TWO);
        node.request(3, at(2, 2), 0, entry(3, 3), entry(4, 3));
        assertThat(sent(node.request(3, at(3, 4), 0)))
                .as("cut, and not on disk again")
                .containsExactly(accepted(3, 2));
    }

    @Test
    void aFlushOfEntriesThatAreCutMeanwhileAcknowledgesNothingOfThem() {
        Solo node = new Solo(1).follow(2, Solo.TWO);
        node.request(2, at(1, 1), 0, entry(2, 2), entry(3, 2), entry(4, 2));
        node.follow(3, Solo.TWO);
        node.request(3, at(2, 2), 0, entry(3, 3), entry(4, 3));
        assertThat(sent(node.handle(new ReplicationEvent.Flushed(node.log.flush(1)))))
                .containsExactly(accepted(3, 2));
        assertThat(sent(node.flush())).containsExactly(accepted(3, 4));
    }

    @Test
    void aRejectionHintsAtTheFirstIndexOfTheConflictingEpoch() {
        Solo node = new Solo(1, 2, 3, 3, 3, 3).follow(5, Solo.TWO);
        assertThat(sent(node.request(5, at(4, 6), 0))).containsExactly(rejected(5, 3, 6));
        assertThat(sent(node.request(5, at(4, 3), 0))).containsExactly(rejected(5, 3, 3));
        assertThat(sent(node.request(5, at(4, 9), 0))).as("behind the end").containsExactly(rejected(5, 7, 9));
        assertThat(node.log.last()).isEqualTo(at(3, 6));
    }

    @Test
    void aRejectionNeverHintsAtOrBelowTheCommitIndex() {
        Solo node = new Solo(4, 1 << 20, 8 << 20, Solo.entries(1, 2, 2, 2, 2, 2)).follow(5, Solo.TWO);
        assertThat(sent(node.request(5, at(4, 6), 0))).containsExactly(rejected(5, 5, 6));
    }

    @Test
    void anOlderEpochIsRejectedWithTheNewerOne() {
        Solo node = new Solo(1).follow(4, Solo.TWO);
        assertThat(sent(node.request(3, at(1, 1), 0, entry(2, 3)))).containsExactly(rejected(4, 2, 1));
        assertThat(node.log.last()).isEqualTo(at(1, 1));
    }

    @Test
    void aRequestOfAnEpochThatTheNodeWasNotToldOfIsRefused() {
        Solo node = new Solo(1).follow(4, Solo.TWO);
        assertThatThrownBy(() -> node.request(5, at(1, 1), 0))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("epoch 5")
                .hasMessageContaining("epoch 4");
    }

    @Test
    void nothingAtOrBelowTheCommitIndexIsEverCut() {
        Solo node = new Solo(3, 1 << 20, 8 << 20, Solo.entries(1, 2, 2, 2)).follow(3, Solo.TWO);
        assertThatThrownBy(() -> node.request(3, at(2, 2), 0, entry(3, 3)))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("from 3")
                .hasMessageContaining("commit index 3");
        assertThatThrownBy(() -> node.request(3, at(3, 3), 0))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("commit index 3");
    }

    @Test
    void twoLeadersOfOneEpochAreRefused() {
        Solo node = new Solo(1).follow(2, Solo.TWO);
        assertThatThrownBy(() -> node.follow(2, Solo.THREE)).hasMessageContaining("two leaders: node-2 and node-3");
    }

    @Test
    void H28_duplicatedReorderedAndOverlappingRequestsAreIdempotent() {
        Solo node = new Solo(1).follow(2, Solo.TWO);
        node.request(2, at(1, 1), 0, entry(2, 2), entry(3, 2), entry(4, 2), entry(5, 2));
        node.flush();
        List<LogEntry> log = node.log.all();
        for (int repeat = 0; repeat < 2; repeat++) {
            assertThat(node.request(2, at(2, 2), 0, entry(3, 2)))
                    .as("an old, short one")
                    .hasSize(1);
            assertThat(node.request(2, at(1, 1), 0, entry(2, 2), entry(3, 2))).hasSize(1);
            assertThat(node.request(2, at(1, 1), 0)).hasSize(1);
        }
        assertThat(node.log.all()).as("nothing that matches is cut").isEqualTo(log);
        List<ReplicationEffect> overlapping = node.request(2, at(2, 3), 0, entry(4, 2), entry(5, 2), entry(6, 2));
        assertThat(overlapping).hasSize(1);
        assertThat(((ReplicationEffect.Append) overlapping.get(0)).entries())
                .extracting(LogEntry::index)
                .containsExactly(6L);
        assertThat(sent(node.flush())).containsExactly(accepted(2, 6));
    }

    @Test
    void theCommitIndexIsObeyedOnlyAsFarAsTheEpochHasVerified() {
        Solo node = new Solo(1, 2, 2, 2).follow(3, Solo.TWO);
        node.handle(new ReplicationEvent.CommitHeard(Solo.TWO, 3, 4, 4));
        assertThat(node.core.view().commitIndex()).isZero();
        node.request(3, at(2, 2), 4);
        assertThat(node.core.view().commitIndex()).isEqualTo(2);
        node.handle(new ReplicationEvent.CommitHeard(Solo.TWO, 2, 4, 4));
        assertThat(node.core.view().commitIndex()).as("another epoch's").isEqualTo(2);
        assertThat(node.core.view().releaseIndex()).isZero();
        node.request(3, at(2, 3), 2);
        assertThat(node.handle(new ReplicationEvent.CommitHeard(Solo.TWO, 3, 3, 3)))
                .containsExactly(new ReplicationEffect.Committed(3), new ReplicationEffect.Releasable(3));
    }

    @Test
    void whatMayBeReleasedIsOnDiskHere() {
        Solo node = new Solo(1).follow(2, Solo.TWO);
        node.request(2, at(1, 1), 3, entry(2, 2), entry(3, 2));
        node.handle(new ReplicationEvent.CommitHeard(Solo.TWO, 2, 3, 3));
        assertThat(node.core.view().commitIndex()).isEqualTo(3);
        assertThat(node.core.view().releaseIndex()).isEqualTo(1);
    }

    @Test
    void aRequestBelowACompactedLogMatchesWhatWasCommitted() {
        Solo node = new Solo(4, 1 << 20, 8 << 20, Solo.entries(1, 2, 2, 2, 2)).follow(3, Solo.TWO);
        node.log.compact(4);
        assertThat(sent(node.request(3, at(1, 1), 0, entry(2, 2), entry(3, 2), entry(4, 2), entry(5, 2))))
                .containsExactly(accepted(3, 5));
        assertThat(sent(node.request(3, at(3, 5), 0))).containsExactly(rejected(3, 5, 5));
    }

    @Test
    void requestsWithGapsOrFallingTimesAreRefused() {
        Solo node = new Solo(1).follow(2, Solo.TWO);
        assertThatThrownBy(() -> node.request(2, at(1, 1), 0, entry(3, 2))).hasMessageContaining("2:3 follows 1:1");
        assertThatThrownBy(() -> node.request(2, at(1, 1), 0, entry(2, 3))).hasMessageContaining("epoch 2");
        LogEntry earlier = new LogEntry(3, 2, 19, EntryKind.COMMAND, new byte[0]);
        assertThatThrownBy(() -> node.request(2, at(1, 1), 0, entry(2, 2), earlier))
                .hasMessageContaining("time 19");
    }

    @Test
    void aDriverThatDoesNotCarryEffectsOutIsNoticed() {
        Solo node = new Solo(1).follow(2, Solo.TWO);
        node.core.handle(
                new ReplicationEvent.Requested(
                        Solo.TWO, new io.ngrid.spi.message.ReplicationRequest(2, at(1, 1), 0, List.of(entry(2, 2)))),
                0);
        assertThatThrownBy(node::tick).isInstanceOf(IllegalStateException.class).hasMessageContaining("ends at 1:1");
        assertThatThrownBy(() -> new Solo(1).handle(new ReplicationEvent.Flushed(1)))
                .hasMessageContaining("ticket 1");
    }
}
