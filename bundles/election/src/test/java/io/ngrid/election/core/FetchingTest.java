package io.ngrid.election.core;

import static io.ngrid.election.core.Solo.LOG;
import static io.ngrid.election.core.Solo.lost;
import static io.ngrid.election.core.Solo.only;
import static io.ngrid.election.core.Solo.sent;
import static io.ngrid.election.core.TestCluster.HEARTBEAT;
import static io.ngrid.election.core.TestCluster.TIMEOUT;
import static io.ngrid.election.core.TestCluster.member;
import static org.assertj.core.api.Assertions.assertThat;

import io.ngrid.spi.EntryKind;
import io.ngrid.spi.LogEntry;
import io.ngrid.spi.LogPosition;
import io.ngrid.spi.election.ElectionEffect;
import io.ngrid.spi.election.ElectionEffect.Fetch;
import io.ngrid.spi.election.ElectionEffect.Follow;
import io.ngrid.spi.election.ElectionEffect.PersistVote;
import io.ngrid.spi.election.ElectionEffect.TakeEntries;
import io.ngrid.spi.election.ElectionEvent;
import io.ngrid.spi.election.Vote;
import io.ngrid.spi.message.ElectionRequest;
import io.ngrid.spi.message.Heartbeat;
import io.ngrid.spi.message.LogEntries;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** [E4] Node-2, which is the highest there is but behind node-1, fetches before it stands: every guard of the answer. */
@Timeout(10)
class FetchingTest {
    private static final LogPosition AHEAD = new LogPosition(4, 12);

    private final Solo node = new Solo();
    private final long number = asks();

    private long asks() {
        node.forgetsItsLeader();
        List<ElectionEffect> effects = node.receives(lost(1, 5, AHEAD), member(1));
        assertThat(only(effects, Fetch.class)).hasSize(1);
        assertThat(sent(effects, ElectionRequest.class)).isEmpty();
        return only(effects, Fetch.class).get(0).number();
    }

    private static LogEntries entries(long number, long epoch, LogPosition last) {
        LogEntry entry = new LogEntry(last.index(), last.epoch(), 0, EntryKind.COMMAND, new byte[0]);
        return new LogEntries(number, epoch, last, LOG, List.of(entry));
    }

    private static boolean takes(List<ElectionEffect> effects) {
        return !only(effects, TakeEntries.class).isEmpty();
    }

    @Test
    void theSendersEpochIsDurableBeforeTheLogIsTouched() {
        LogEntries answer = entries(number, 7, new LogPosition(6, 11));

        List<ElectionEffect> effects = node.receives(answer, member(1));

        assertThat(effects)
                .containsSubsequence(new PersistVote(new Vote(7, null)), new Follow(7, null), new TakeEntries(answer));
        assertThat(sent(effects, ElectionRequest.class)).isEmpty();
    }

    @Test
    void whatIsSentInTheSameStepShowsTheOldLogSoItGoesBefore() {
        node.now += HEARTBEAT;

        List<ElectionEffect> effects = node.receives(entries(number, 5, AHEAD), member(1));

        assertThat(sent(effects, Heartbeat.class))
                .isNotEmpty()
                .allMatch(beat -> beat.last().equals(LOG));
        assertThat(effects).last().isInstanceOf(TakeEntries.class);
    }

    /** The leader of epoch 5 may count what it acknowledged there, also if it comes back. */
    @Test
    void aTailIsCutInAnEpochOfItsOwn() {
        LogPosition meeting = new LogPosition(LOG.epoch(), LOG.index() - 1);
        LogEntry entry = new LogEntry(LOG.index(), AHEAD.epoch(), 0, EntryKind.COMMAND, new byte[0]);
        LogEntries answer = new LogEntries(number, 5, AHEAD, meeting, List.of(entry));

        List<ElectionEffect> effects = node.receives(answer, member(1));

        assertThat(effects)
                .containsSubsequence(new PersistVote(new Vote(6, null)), new Follow(6, null), new TakeEntries(answer));
    }

    /** Its winner would hear of a higher epoch, and step down. */
    @Test
    void whoHasGivenItsVoteMeanwhileHasNoUseForTheAnswer() {
        LogPosition meeting = new LogPosition(LOG.epoch(), LOG.index() - 1);
        LogEntry entry = new LogEntry(LOG.index(), AHEAD.epoch(), 0, EntryKind.COMMAND, new byte[0]);
        List<ElectionEffect> voted = node.receives(new ElectionRequest(false, 5, AHEAD, 1, false), member(3));
        assertThat(only(voted, PersistVote.class))
                .containsExactly(new PersistVote(new Vote(5, member(3).node())));

        List<ElectionEffect> effects =
                node.receives(new LogEntries(number, 5, AHEAD, meeting, List.of(entry)), member(1));

        assertThat(takes(effects)).isFalse();
        assertThat(only(effects, PersistVote.class)).isEmpty();
    }

    @Test
    void anEpochThatIsNoHigherPromisesNothing() {
        List<ElectionEffect> effects = node.receives(entries(number, 5, AHEAD), member(1));

        assertThat(takes(effects)).isTrue();
        assertThat(only(effects, PersistVote.class)).isEmpty();
    }

    @Test
    void preVotesAreAskedForOnlyWhenAllIsDurable() {
        node.receives(entries(number, 5, AHEAD), member(1));
        assertThat(sent(node.handle(new ElectionEvent.LogChanged(AHEAD, 0, 0)), ElectionRequest.class))
                .isEmpty();
        node.now += HEARTBEAT;
        assertThat(sent(node.handle(new ElectionEvent.Tick()), ElectionRequest.class))
                .isEmpty();

        List<ElectionEffect> effects = node.handle(new ElectionEvent.FetchEnded(number, true));

        assertThat(sent(effects, ElectionRequest.class))
                .hasSize(2)
                .allMatch(request -> request.preVote()
                        && request.epoch() == 6
                        && request.last().equals(AHEAD));
    }

    @Test
    void theQuorumIsCountedAgainOverTheConfigurationThatWasFetched() {
        node.receives(entries(number, 5, AHEAD), member(1));
        node.handle(new ElectionEvent.LogChanged(AHEAD, 0, 0));
        node.handle(new ElectionEvent.Configured(Solo.voters(1, 2, 3, 4, 5)));

        List<ElectionEffect> effects = node.handle(new ElectionEvent.FetchEnded(number, true));

        assertThat(sent(effects, ElectionRequest.class))
                .as("two of five are not three")
                .isEmpty();
        assertThat(only(effects, Fetch.class)).isEmpty();
    }

    @Test
    void anAnswerWithAnotherNumberIsDropped() {
        assertThat(node.receives(entries(number + 1, 5, AHEAD), member(1))).isEmpty();
        assertThat(node.receives(entries(number - 1, 5, AHEAD), member(1))).isEmpty();
        assertThat(node.receives(entries(number, 5, AHEAD), member(3)))
                .as("of another")
                .isEmpty();
    }

    @Test
    void anAnswerToAnEarlierFetchIsDroppedThoughAnotherIsUnderWay() {
        node.now += TIMEOUT / 2;
        List<ElectionEffect> again = node.handle(new ElectionEvent.Tick());
        assertThat(only(again, Fetch.class)).extracting(Fetch::number).containsExactly(number + 1);

        assertThat(takes(node.receives(entries(number, 5, AHEAD), member(1)))).isFalse();
        assertThat(takes(node.receives(entries(number + 1, 5, AHEAD), member(1))))
                .isTrue();
    }

    @Test
    void anAnswerThatCameTwiceIsUsedOnce() {
        assertThat(takes(node.receives(entries(number, 5, AHEAD), member(1)))).isTrue();
        assertThat(takes(node.receives(entries(number, 5, AHEAD), member(1)))).isFalse();
        node.handle(new ElectionEvent.LogChanged(AHEAD, 0, 0));
        node.handle(new ElectionEvent.FetchEnded(number, true));
        assertThat(takes(node.receives(entries(number, 5, new LogPosition(4, 13)), member(1))))
                .isFalse();
    }

    @Test
    void anAnswerIsDroppedIfTheEpochHasChangedSince() {
        node.receives(node.vote(6, AHEAD), member(3));
        assertThat(node.core.view().epoch()).isEqualTo(6);

        assertThat(takes(node.receives(entries(number, 5, AHEAD), member(1)))).isFalse();
    }

    @Test
    void anAnswerIsDroppedIfALeaderIsKnown() {
        node.receives(Solo.leading(3, 5), member(3));

        assertThat(takes(node.receives(entries(number, 5, AHEAD), member(1)))).isFalse();
    }

    @Test
    void anAnswerIsDroppedIfItsSenderIsAheadNoMore() {
        node.handle(new ElectionEvent.LogChanged(AHEAD, 0, 0));

        assertThat(takes(node.receives(entries(number, 5, AHEAD), member(1)))).isFalse();
        assertThat(takes(node.receives(entries(number, 5, new LogPosition(3, 99)), member(1))))
                .isFalse();
    }

    @Test
    void whatWasTakenOverLateChangesNothing() {
        node.receives(entries(number, 5, AHEAD), member(1));
        node.handle(new ElectionEvent.LogChanged(AHEAD, 0, 0));
        node.receives(Solo.leading(3, 5), member(3));

        List<ElectionEffect> effects = node.handle(new ElectionEvent.FetchEnded(number, true));

        assertThat(sent(effects, ElectionRequest.class)).isEmpty();
        assertThat(node.core.view().leader()).isEqualTo(member(3).node());
    }

    @Test
    void oneThatLacksTooMuchForfeitsAndSaysSo() {
        List<ElectionEffect> effects =
                node.receives(new LogEntries(number, 5, AHEAD, LogPosition.ZERO, List.of()), member(1));

        assertThat(sent(effects, Heartbeat.class)).hasSize(2).allMatch(Heartbeat::forfeits);
        node.now += HEARTBEAT;
        assertThat(only(node.handle(new ElectionEvent.Tick()), Fetch.class)).isEmpty();
    }

    @Test
    void oneWhoseLogRefusesTwiceForfeitsAndSaysSo() {
        node.receives(entries(number, 5, AHEAD), member(1));
        List<ElectionEffect> first = node.handle(new ElectionEvent.FetchEnded(number, false));
        assertThat(only(first, Fetch.class)).extracting(Fetch::number).containsExactly(number + 1);
        node.receives(entries(number + 1, 5, AHEAD), member(1));

        List<ElectionEffect> second = node.handle(new ElectionEvent.FetchEnded(number + 1, false));

        assertThat(only(second, Fetch.class)).isEmpty();
        assertThat(sent(second, Heartbeat.class)).hasSize(2).allMatch(Heartbeat::forfeits);
    }

    @Test
    void aLeaderEndsTheForfeit() {
        node.receives(new LogEntries(number, 5, AHEAD, LogPosition.ZERO, List.of()), member(1));

        List<ElectionEffect> effects = node.receives(Solo.leading(3, 6), member(3));

        assertThat(sent(effects, Heartbeat.class)).isNotEmpty().noneMatch(Heartbeat::forfeits);
    }
}
