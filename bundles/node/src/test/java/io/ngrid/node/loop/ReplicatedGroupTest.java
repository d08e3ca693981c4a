package io.ngrid.node.loop;

import static io.ngrid.node.loop.GroupScript.entry;
import static org.assertj.core.api.Assertions.assertThat;

import io.ngrid.spi.LogPosition;
import io.ngrid.spi.message.ReplicationAck;
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
}
