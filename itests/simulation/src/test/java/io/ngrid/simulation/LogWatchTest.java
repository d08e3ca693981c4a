package io.ngrid.simulation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ngrid.api.NodeId;
import io.ngrid.spi.ClusterId;
import io.ngrid.spi.Configuration;
import io.ngrid.spi.EntryKind;
import io.ngrid.spi.LogEntry;
import io.ngrid.spi.LogPosition;
import io.ngrid.spi.LogReader;
import io.ngrid.spi.Member;
import io.ngrid.spi.StorageId;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Leaders have what earlier epochs have committed, whenever votes and acks come; later epochs are none of their business. */
class LogWatchTest {
    private static final Configuration THREE =
            new Configuration(new ClusterId(new UUID(7, 0)), List.of(member(1), member(2), member(3)), 0);

    private final Watch watch = new Watch();
    private final LogWatch logs = watch.logs;
    private final LogCopy a = logs.opened(member(1), new EmptyLog());
    private final LogCopy b = logs.opened(member(2), new EmptyLog());
    private final LogCopy c = logs.opened(member(3), new EmptyLog());
    private long ticket;

    /** All have entry 6:1, which A has committed. C stands in epoch 7 and waits for votes, B is elected in epoch 8. */
    @BeforeEach
    void epochEightIsElectedBeforeTheVotesOfEpochSevenArrive() {
        logs.leads(a, 6);
        List.of(a, b, c).forEach(copy -> append(copy, 6, 1));
        logs.committed(a, 1, THREE);
        logs.follows(a);
        logs.leads(b, 8);
        append(b, 8, 2);
        append(a, 8, 2);
    }

    @Test
    void whatALaterEpochHasCommittedIsNotMissedInALateLeader() {
        logs.committed(b, 2, THREE);
        logs.leads(c, 7);
        assertThatCode(watch::check).doesNotThrowAnyException();
    }

    @Test
    void aLateLeaderMayKnowNothingOfAnEpochThatCommitsAfterwards() {
        logs.leads(c, 7);
        logs.committed(b, 2, THREE);
        assertThatCode(watch::check).doesNotThrowAnyException();
    }

    @Test
    void whatAnEarlierEpochHasCommittedIsMissed() {
        logs.committed(b, 2, THREE);
        logs.leads(c, 9);
        assertViolated("leads epoch 9 without the committed entry 8:2, its log ends at 6:1");
    }

    @Test
    void whatAnEarlierEpochCommitsAfterwardsIsMissed() {
        logs.leads(c, 9);
        assertThatCode(watch::check).doesNotThrowAnyException();
        logs.committed(b, 2, THREE);
        assertViolated("leads epoch 9 without the committed entry 8:2, its log ends at 6:1");
    }

    @Test
    void whatWasAcknowledgedInAnEpochIsCutInALaterOneOnly() {
        a.epoch = 8;
        a.flushed(ticket, 2);
        logs.acknowledges(a, 8, 2);
        a.epoch = 9;
        logs.truncated(a, ++ticket, 2);
        assertThatCode(watch::check).doesNotThrowAnyException();
    }

    @Test
    void whatWasAcknowledgedInAnEpochIsMissedInIt() {
        a.epoch = 8;
        a.flushed(ticket, 2);
        logs.acknowledges(a, 8, 2);
        logs.truncated(a, ++ticket, 2);
        assertViolated("cuts its log from 2 in epoch 8, in which it has acknowledged 2");
    }

    @Test
    void anotherEntryAtTheSameIndexDoesNotCount() {
        append(c, 7, 2);
        logs.committed(b, 2, THREE);
        logs.leads(c, 9);
        assertViolated("leads epoch 9 without the committed entry 8:2, its log ends at 7:2");
    }

    /** [D3] There was space for the first of two only. */
    @Test
    void ofAnAppendThatIsWrittenInPartsWhatIsOnDiskCounts() {
        ticket++;
        logs.appended(b, ticket, List.of(entry(8, 3), entry(8, 4)));
        b.flushed(ticket - 1, 3);
        assertThat(b.certain()).isEqualTo(3);
        b.flushed(ticket, 4);
        assertThat(b.certain()).isEqualTo(4);
    }

    @Test
    void nobodyCommitsBeforeALeader() {
        logs.committed(a, 2, THREE);
        assertViolated("which does not lead, is the first to commit entry 8:2");
    }

    /** [M4] */
    @Test
    void theDiskOfANodeThatIsNoVoterAnyMoreDoesNotCount() {
        LogCopy wiped = logs.opened(new Member(new NodeId("node-3"), new StorageId(new UUID(8, 3))), new EmptyLog());
        append(wiped, 6, 1);
        append(wiped, 8, 2);
        List.of(b, wiped).forEach(copy -> append(copy, 8, 3));
        logs.committed(b, 3, THREE);
        assertViolated("commits entry 8:3 that is on 1 disks, not on 2");
    }

    private void assertViolated(String words) {
        assertThatThrownBy(watch::check).isInstanceOf(Violation.class).hasMessageContaining(words);
        assertThat(watch.isViolated()).isTrue();
    }

    private void append(LogCopy copy, long epoch, long index) {
        ticket++;
        logs.appended(copy, ticket, List.of(entry(epoch, index)));
        copy.flushed(ticket, index);
    }

    private static LogEntry entry(long epoch, long index) {
        return new LogEntry(index, epoch, 0, EntryKind.NO_OP, new byte[0]);
    }

    private static Member member(int number) {
        return new Member(new NodeId("node-" + number), new StorageId(new UUID(7, number)));
    }

    private record EmptyLog() implements LogReader {
        @Override
        public long firstIndex() {
            return 1;
        }

        @Override
        public LogPosition last() {
            return new LogPosition(0, 0);
        }

        @Override
        public long epochAt(long index) {
            return 0;
        }

        @Override
        public long bytesBehind(long index) {
            return 0;
        }

        @Override
        public List<LogEntry> entries(long fromIndex, int maxBytes) {
            return List.of();
        }
    }
}
