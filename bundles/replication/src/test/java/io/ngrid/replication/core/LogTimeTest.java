package io.ngrid.replication.core;

import static io.ngrid.replication.core.Solo.at;
import static org.assertj.core.api.Assertions.assertThat;

import io.ngrid.spi.EntryKind;
import io.ngrid.spi.LogEntry;
import io.ngrid.spi.replication.ReplicationEvent;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Log time [R6]. */
@Timeout(20)
class LogTimeTest {
    @Test
    void aLeaderStampsTheLastEntrysTimeAndItsOwnTimeSinceItReceivedThat() {
        Solo node = new Solo(1).follow(2, Solo.TWO);
        node.now = 500;
        node.request(2, at(1, 1), 0, new LogEntry(2, 2, 7_000, EntryKind.COMMAND, new byte[0]));
        node.now = 560;
        node.lead(3);
        assertThat(node.log.entry(3).time()).isEqualTo(7_060);
        node.now = 600;
        node.propose(1, 1);
        assertThat(node.log.entry(4).time()).isEqualTo(7_100);
        assertThat(node.log.entry(5).time()).isEqualTo(7_100);
    }

    @Test
    void afterARestartTheTimeSinceThenCounts() {
        Solo node = new Solo(1, 2);
        node.now = 30;
        node.lead(3);
        assertThat(node.log.entry(3).time()).isEqualTo(20 + 30);
    }

    @Test
    void aClockThatGoesBackDoesNotTakeLogTimeWithIt() {
        Solo node = new Solo(1, 2);
        node.now = -1_000;
        node.lead(3);
        assertThat(node.log.entry(3).time()).isEqualTo(20);
    }

    @Test
    void aCutTailTakesItsTimeWithIt() {
        Solo node = new Solo(1, 2, 2, 2).follow(3, Solo.TWO);
        node.request(3, at(2, 2), 0, new LogEntry(3, 3, 25, EntryKind.NO_OP, new byte[0]));
        node.lead(4);
        assertThat(node.log.entry(4).time()).isEqualTo(25);
    }

    // ---- ticks

    /** Leads epoch 3; its last entry, at index 3, has log time 20 and came at 0. */
    private static Solo leading() {
        Solo node = new Solo(1, 2);
        node.lead(3);
        node.flush();
        return node;
    }

    private static Solo due(Solo node, long logTime) {
        assertThat(node.handle(new ReplicationEvent.DeadlineSet(logTime))).isEmpty();
        return node;
    }

    @Test
    void aDeadlineThatIsDueMakesOneTickStampedNotBeforeIt() {
        Solo node = due(leading(), 120);
        assertThat(node.core.nextTickNanos()).isEqualTo(100);
        node.now = 99;
        assertThat(node.tick()).isEmpty();
        node.now = 103;
        node.tick();
        LogEntry tick = node.log.entry(4);
        assertThat(tick.kind()).isEqualTo(EntryKind.TICK);
        assertThat(tick.time()).isEqualTo(123);
        node.now = 500;
        node.tick();
        assertThat(node.log.last().index())
                .as("one, until the state has applied it")
                .isEqualTo(4);
        due(node, 200);
        node.tick();
        assertThat(node.log.entry(5).time()).isEqualTo(520);
    }

    @Test
    void whatIsWrittenAnywayNeedsNoTick() {
        Solo node = due(leading(), 120);
        node.now = 50;
        node.propose(1);
        assertThat(node.core.nextTickNanos()).as("that one is too early").isEqualTo(100);
        node.now = 100;
        node.propose(1);
        assertThat(node.core.nextTickNanos()).isEqualTo(Long.MAX_VALUE);
        node.now = 200;
        node.tick();
        assertThat(node.log.all()).extracting(LogEntry::kind).doesNotContain(EntryKind.TICK);
    }

    @Test
    void onlyTheLeaderTicks() {
        Solo node = due(new Solo(1, 2).follow(3, Solo.TWO), 120);
        node.now = 1_000;
        assertThat(node.core.nextTickNanos()).isEqualTo(Long.MAX_VALUE);
        assertThat(node.tick()).isEmpty();
        node.lead(4);
        assertThat(node.log.entry(3).time()).as("its no-op does").isEqualTo(1_020);
        assertThat(node.core.nextTickNanos()).isEqualTo(Long.MAX_VALUE);
    }

    @Test
    void C3_withoutADeadlineNothingIsEverWritten() {
        Solo node = leading();
        node.now = Long.MAX_VALUE / 2;
        assertThat(node.core.nextTickNanos()).isEqualTo(Long.MAX_VALUE);
        due(node, Long.MAX_VALUE);
        node.tick();
        assertThat(node.log.last().index()).isEqualTo(3);
    }
}
