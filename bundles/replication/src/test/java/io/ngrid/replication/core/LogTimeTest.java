package io.ngrid.replication.core;

import static io.ngrid.replication.core.Solo.at;
import static org.assertj.core.api.Assertions.assertThat;

import io.ngrid.spi.EntryKind;
import io.ngrid.spi.LogEntry;
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
}
