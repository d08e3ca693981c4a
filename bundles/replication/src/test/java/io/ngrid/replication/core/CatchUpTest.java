package io.ngrid.replication.core;

import static io.ngrid.replication.core.Solo.at;
import static io.ngrid.replication.core.Solo.entry;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ngrid.spi.LogEntry;
import io.ngrid.spi.LogPosition;
import io.ngrid.spi.message.LogEntries;
import io.ngrid.spi.message.LogFetch;
import io.ngrid.spi.message.ReplicationAck;
import io.ngrid.spi.replication.ReplicationEffect;
import io.ngrid.spi.replication.ReplicationEffect.Append;
import io.ngrid.spi.replication.ReplicationEffect.FetchEnded;
import io.ngrid.spi.replication.ReplicationEffect.Truncate;
import io.ngrid.spi.replication.ReplicationEvent;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

/** [E4] The log's part of a fetch: what is asked, what is answered, what is taken over. */
class CatchUpTest {
    private static final long MANY = 4 << 20;

    @Test
    void whatIsAskedNamesTheEndOfEachEpochDownToTheCommitIndex() {
        Solo node = new Solo(1, 1, 1, 3, 3, 5).follow(5, Solo.TWO);
        node.request(5, at(1, 2), 2);

        assertThat(ask(node, 7).ends()).containsExactly(at(5, 6), at(3, 5), at(1, 3), at(1, 2));
    }

    @Test
    void theAnswerBeginsBehindTheLastEntryThatBothHave() {
        Solo ahead = new Solo(1, 1, 2, 2, 2, 4);

        LogEntries answer = answer(ahead, new LogFetch(7, MANY, List.of(at(3, 6), at(2, 4), at(1, 2))));

        assertThat(answer.number()).isEqualTo(7);
        assertThat(answer.last()).isEqualTo(at(4, 6));
        assertThat(answer.previous()).isEqualTo(at(2, 4));
        assertThat(positions(answer.entries())).containsExactly(at(2, 5), at(4, 6));
    }

    @Test
    void anEpochThatOnlyTheAskerHasIsPassedOver() {
        Solo ahead = new Solo(1, 1, 4, 4);

        LogEntries answer = answer(ahead, new LogFetch(1, MANY, List.of(at(3, 5), at(2, 3), at(1, 2))));

        assertThat(answer.previous()).isEqualTo(at(1, 2));
    }

    @Test
    void moreThanIsAskedForIsNotSentNorIsAPart() {
        Solo ahead = new Solo(1, 2, 2, 2);
        long bytes = entry(2, 2).size() + entry(3, 2).size() + entry(4, 2).size();

        LogEntries enough = answer(ahead, new LogFetch(1, bytes, List.of(at(1, 1))));
        LogEntries tooMuch = answer(ahead, new LogFetch(2, bytes - 1, List.of(at(1, 1))));

        assertThat(enough.entries()).hasSize(3);
        assertThat(tooMuch.entries()).isEmpty();
        assertThat(tooMuch.last()).isEqualTo(at(2, 4));
    }

    @Test
    void whereLogsAreNotKnownToMeetNothingIsSent() {
        Solo ahead = new Solo(1, 2, 2, 2);
        ahead.log.compact(3);

        assertThat(answer(ahead, new LogFetch(1, MANY, List.of(at(1, 1)))).entries())
                .isEmpty();
        assertThat(positions(answer(ahead, new LogFetch(2, MANY, List.of(at(2, 3))))
                        .entries()))
                .containsExactly(at(2, 4));
    }

    @Test
    void aConflictingTailIsCutAndTheOutcomeToldWhenAllIsDurable() {
        Solo node = new Solo(1, 2, 2, 3).follow(5, Solo.TWO);

        List<ReplicationEffect> effects = take(node, 4, at(2, 2), at(4, 4), entry(3, 4), entry(4, 4));

        assertThat(effects).hasSize(2).startsWith(new Truncate(1, 3));
        assertThat(positions(((Append) effects.get(1)).entries())).containsExactly(at(4, 3), at(4, 4));
        node.log.flush(1);
        assertThat(node.handle(new ReplicationEvent.Flushed(1))).isEmpty();
        assertThat(node.flush()).contains(new FetchEnded(9, true));
        assertThat(positions(node.log.all())).containsExactly(at(1, 1), at(2, 2), at(4, 3), at(4, 4));
    }

    @Test
    void nothingAtOrBelowTheCommitIndexIsCut() {
        Solo node = new Solo(1, 2, 2).follow(5, Solo.TWO);
        node.request(5, at(2, 2), 2);

        List<ReplicationEffect> effects = take(node, 4, at(1, 1), at(4, 2), entry(2, 4));

        assertThat(effects).containsExactly(new FetchEnded(9, false));
        assertThat(positions(node.log.all())).containsExactly(at(1, 1), at(2, 2), at(2, 3));
    }

    @Test
    void anAnswerThatDoesNotMeetTheLogOrDoesNotReachTheEndIsRefused() {
        Solo node = new Solo(1, 2, 2).follow(5, Solo.TWO);

        assertThat(take(node, 4, at(3, 3), at(4, 4), entry(4, 4))).containsExactly(new FetchEnded(9, false));
        assertThat(take(node, 4, at(2, 3), at(4, 5), entry(4, 4))).containsExactly(new FetchEnded(9, false));
        assertThat(take(node, 4, at(1, 1), at(2, 2), entry(2, 2))).containsExactly(new FetchEnded(9, false));
    }

    @Test
    void whatALeaderHasVerifiedIsNotCutInItsEpoch() {
        Solo node = new Solo(1, 2, 2).follow(5, Solo.TWO);
        assertThat(acks(node.request(5, at(2, 3), 0))).containsExactly(3L);

        assertThat(take(node, 4, at(2, 2), at(4, 4), entry(3, 4), entry(4, 4)))
                .containsExactly(new FetchEnded(9, false));
        assertThat(positions(node.log.all())).containsExactly(at(1, 1), at(2, 2), at(2, 3));

        node.follow(6, Solo.TWO);
        assertThat(take(node, 4, at(2, 2), at(4, 4), entry(3, 4), entry(4, 4))).contains(new Truncate(1, 3));
        assertThat(acks(node.flush())).as("entries of nobody that leads").isEmpty();
    }

    @Test
    void whatIsTakenOverBehindWhatALeaderHasVerifiedIsNotVerified() {
        Solo node = new Solo(1, 2, 2).follow(5, Solo.TWO);
        assertThat(acks(node.request(5, at(2, 3), 0))).containsExactly(3L);

        take(node, 4, at(2, 3), at(4, 4), entry(4, 4));

        assertThat(acks(node.flush())).as("entries of nobody that leads").isEmpty();
        assertThat(acks(node.request(5, at(2, 3), 0))).containsExactly(3L);
        node.request(5, at(2, 3), 0, entry(4, 5));
        assertThat(acks(node.flush())).as("in full again").containsExactly(4L);
    }

    @Test
    void theSendersEpochMustHaveBeenPromised() {
        Solo node = new Solo(1, 2).follow(3, Solo.TWO);

        assertThatThrownBy(() -> take(node, 4, at(2, 2), at(4, 3), entry(3, 4)))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContainingAll("epoch 4", "epoch 3");
    }

    @Test
    void positionsThatDoNotFallAreNoFetch() {
        assertThatThrownBy(() -> new LogFetch(1, 1, List.of())).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new LogFetch(1, 1, List.of(at(1, 1), at(1, 1))))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new LogFetch(1, 1, List.of(at(1, 2), at(2, 1))))
                .isInstanceOf(IllegalArgumentException.class);
    }

    /** Any two logs of one cluster: a common part, then whatever leaders of different epochs wrote. */
    @Property(tries = 500)
    void oneRoundTripMakesTheLogsEqual(@ForAll long seed) {
        Random random = new Random(seed);
        List<LogEntry> common = new ArrayList<>();
        grow(common, random, 0, 1 + random.nextInt(12));
        List<LogEntry> behind = new ArrayList<>(common);
        List<LogEntry> ahead = new ArrayList<>(common);
        grow(behind, random, 1, random.nextInt(12));
        grow(ahead, random, 0, random.nextInt(12));
        if (end(ahead).compareTo(end(behind)) <= 0) {
            return;
        }
        Solo asker = new Solo(0, 1 << 20, 8 << 20, behind).follow(end(ahead).epoch(), Solo.TWO);
        Solo sender = new Solo(0, 1 << 20, 8 << 20, ahead);

        LogEntries answer = answer(sender, ask(asker, 9));
        List<ReplicationEffect> ended = new ArrayList<>(asker.handle(new ReplicationEvent.EntriesFetched(answer)));
        ended.addAll(asker.flush());

        assertThat(ended).contains(new FetchEnded(9, true));
        assertThat(positions(asker.log.all())).isEqualTo(positions(ahead));
        assertThat(answer.previous().index()).as("nothing is sent twice").isGreaterThanOrEqualTo(common.size());
    }

    /** Epochs of the one log are even behind the common part, those of the other odd. */
    private static void grow(List<LogEntry> log, Random random, int parity, int count) {
        long epoch = log.isEmpty() ? 2 : log.get(log.size() - 1).epoch() / 2 * 2 + 2 + parity;
        for (int i = 0; i < count; i++) {
            epoch += 2L * random.nextInt(2);
            log.add(entry(log.size() + 1L, epoch));
        }
    }

    private static LogPosition end(List<LogEntry> log) {
        return log.get(log.size() - 1).position();
    }

    private static LogFetch ask(Solo node, long number) {
        return (LogFetch) Solo.sent(node.handle(new ReplicationEvent.FetchWanted(Solo.TWO.node(), number)))
                .get(0);
    }

    private static LogEntries answer(Solo node, LogFetch fetch) {
        return (LogEntries) Solo.sent(node.handle(new ReplicationEvent.FetchAsked(Solo.TWO, fetch)))
                .get(0);
    }

    private static List<ReplicationEffect> take(
            Solo node, long epoch, LogPosition previous, LogPosition last, LogEntry... entries) {
        return node.handle(
                new ReplicationEvent.EntriesFetched(new LogEntries(9, epoch, last, previous, List.of(entries))));
    }

    private static List<Long> acks(List<ReplicationEffect> effects) {
        return Solo.sent(effects).stream()
                .filter(ReplicationAck.class::isInstance)
                .map(message -> ((ReplicationAck) message).index())
                .toList();
    }

    private static List<LogPosition> positions(List<LogEntry> entries) {
        return entries.stream().map(LogEntry::position).toList();
    }
}
