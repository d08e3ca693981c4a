package io.ngrid.node.loop;

import static io.ngrid.node.loop.GroupScript.entry;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ngrid.spi.EntryKind;
import io.ngrid.spi.LogEntry;
import io.ngrid.spi.LogPosition;
import io.ngrid.spi.message.Heartbeat;
import io.ngrid.spi.message.LogEntries;
import io.ngrid.spi.message.LogFetch;
import io.ngrid.spi.message.ReplicationAck;
import io.ngrid.spi.message.ReplicationRequest;
import io.ngrid.spi.storage.StorageException;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a node makes of its cores' decisions and its disk's answers. */
class ReplicatedGroupTest {
    private static final LogPosition FORMATION = new LogPosition(1, 1);

    private final GroupScript node = new GroupScript();

    @Test
    void entriesAreAcknowledgedWhenTheLogHasBeenForced() {
        node.request(2, FORMATION, 0, entry(2, 2));
        assertThat(node.acks()).isEmpty();
        node.run("log");
        assertThat(node.acks()).extracting(ReplicationAck::index).containsExactly(2L);
    }

    /** [D1] */
    @Test
    void H42_aFailedForceIsAcknowledgedNeitherThenNorLater() {
        node.disk.failForce(path -> path.startsWith("group-0/log/"), 1);
        node.request(2, FORMATION, 0, entry(2, 2));
        node.run("log");
        assertThat(node.failures).hasSize(1);
        node.run("log");
        node.run("log");
        assertThat(node.acks()).isEmpty();
    }

    /** [D1] whichever file it was that failed. */
    @Test
    void aNodeThatIsDegradedAcknowledgesNothingMoreAlthoughItsLogIsSound() {
        node.request(2, FORMATION, 0, entry(2, 2));
        node.group.degraded(node.now);
        node.run("log");
        assertThat(node.acks()).isEmpty();
    }

    /** [E1], [D1] */
    @Test
    void anEpochThatCannotBeMadeDurableIsNotAcknowledgedIn() {
        node.disk.failForce(path -> path.equals("group-0/vote"), 1);
        try {
            node.request(2, FORMATION, 0, entry(2, 2));
        } catch (RuntimeException e) {
            node.group.degraded(node.now);
        }
        node.run("log");
        assertThat(node.acks()).isEmpty();
    }

    /** [E1] A heartbeat is due in the very turn in which the tail that it shows is replaced. */
    @Test
    void aHeartbeatShowsTheLogAsItIsAlsoInTheTurnInWhichAFetchReplacesItsTail() {
        node.request(2, FORMATION, 0, entry(2, 2), entry(2, 3));
        node.run("log");
        for (int beats = 0; node.sent(LogFetch.class).isEmpty() && beats < 30; beats++) {
            node.now += 100_000_000;
            node.lostLeader(node.one, 3, new LogPosition(2, 3), true);
            node.lostLeader(node.three, 3, new LogPosition(3, 3), true);
            node.group.tick(node.now);
        }
        LogFetch fetch = node.sent(LogFetch.class).get(0);
        node.sent.clear();
        node.untrue.clear();
        node.now += 150_000_000;
        node.group.received(
                node.three,
                new LogEntries(fetch.number(), 3, new LogPosition(3, 3), FORMATION, List.of(entry(3, 2), entry(3, 3))),
                node.now);
        assertThat(node.sent(Heartbeat.class)).isNotEmpty();
        assertThat(node.untrue).isEmpty();
    }

    /** [E1] An entry is taken, and then what is committed cannot be read: what tells others of that shows the entry. */
    @Test
    void aHeartbeatShowsTheLogAsItIsAlsoInTheTurnInWhichTheNodeIsDegraded() {
        LogEntry[] large = new LogEntry[12]; // so that the first are no longer in memory
        for (int i = 0; i < large.length; i++) {
            large[i] = new LogEntry(2 + i, 2, 2 + i, EntryKind.NO_OP, new byte[1 << 20]);
        }
        node.request(2, FORMATION, 0, large);
        node.run("log");
        node.disk.failRead(path -> path.startsWith("group-0/log/"), 1);
        node.sent.clear();
        node.untrue.clear();
        assertThatThrownBy(() -> node.request(2, new LogPosition(2, 13), 2, entry(2, 14)))
                .isInstanceOf(StorageException.class);
        node.group.degraded(node.now); // as the engine does
        assertThat(node.sent(Heartbeat.class)).isNotEmpty();
        assertThat(node.untrue).isEmpty();
    }

    /** [D1] Another epoch is seen, its write fails: whoever connects is sent nothing more in the old one. */
    @Test
    void aLeaderThatCannotWriteTheEpochThatEndsItLeadsNoMore() {
        node.lead();
        node.disk.failForce(path -> path.equals("group-0/vote"), 1);
        try {
            node.group.received(node.one, new ReplicationAck(9, node.one.storage(), false, 1, 1), node.now);
        } catch (StorageException e) {
            node.group.degraded(node.now); // as the engine does
        }
        node.sent.clear();
        node.group.disconnected(node.three, node.now);
        node.group.connected(node.three, node.now);
        assertThat(node.sent(ReplicationRequest.class)).isEmpty();
    }
}
