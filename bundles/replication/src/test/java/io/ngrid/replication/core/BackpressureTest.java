package io.ngrid.replication.core;

import static io.ngrid.replication.core.Solo.LAG;
import static io.ngrid.replication.core.Solo.PATIENCE;
import static io.ngrid.replication.core.Solo.THREE;
import static io.ngrid.replication.core.Solo.TWO;
import static org.assertj.core.api.Assertions.assertThat;

import io.ngrid.spi.replication.ReplicationEvent;
import io.ngrid.spi.replication.ReplicationView;
import java.util.Arrays;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** [R7] How much a leader says that it may propose while a connected voter is behind: the bound here is 64 entries of 100 bytes. */
@Timeout(20)
class BackpressureTest {
    private static final int PAYLOAD = 36; // an entry of 100 bytes
    private static final int ENTRY = 100;
    private static final int LAG_ENTRIES = 110; // empty ones, of 64 bytes

    /** What node-2 leaves, which has everything. */
    private static final long FREE = LAG;

    private final Solo leader = new Solo(1);
    private long taken;

    /** Node-1 leads epoch 2; both others have its no-op at 2; node-2 keeps up, of node-3 the test says what it takes. */
    @BeforeEach
    void bothHaveTheNoOp() {
        leader.connect(TWO, THREE);
        leader.lead(2);
        leader.accept(TWO, 2, 1);
        leader.accept(THREE, 2, 1);
        upTo(2);
        leader.accept(THREE, 2, 2);
        taken = 2;
        assertThat(leader.core.room()).isEqualTo(LAG);
    }

    private void upTo(long index) {
        leader.flush();
        leader.accept(TWO, 2, index);
    }

    private void propose(int entries) {
        int[] sizes = new int[entries];
        Arrays.fill(sizes, PAYLOAD);
        leader.propose(sizes);
        upTo(leader.log.last().index());
    }

    private void threeTakes(int entries) {
        taken += entries;
        leader.accept(THREE, 2, taken);
    }

    private ReplicationView.Progress three() {
        return leader.core.view().progress().get(1);
    }

    @Test
    void H18_theRoomIsWhatTheSlowestConnectedVoterMayStillLack() {
        propose(10);
        assertThat(leader.core.room()).isEqualTo(LAG - 10 * ENTRY);
        propose(54);
        assertThat(leader.core.room()).as("64 entries behind").isZero();
        threeTakes(3);
        assertThat(leader.core.room()).isEqualTo(3 * ENTRY);
        propose(3);
        assertThat(leader.core.room()).isZero();
        assertThat(three().awaited()).isTrue();
    }

    /** It comes from far behind: the input goes on at half its pace until it is within the bound. */
    @Test
    void H18_whoComesFromFarBehindIsWaitedForAtHalfItsPaceSoItCatchesUp() {
        leader.handle(new ReplicationEvent.Disconnected(THREE));
        propose(200);
        assertThat(leader.core.room()).as("who is away is not waited for").isEqualTo(FREE);
        leader.connect(THREE);
        leader.accept(THREE, 2, 2);
        assertThat(leader.core.room()).isZero();
        assertThat(three().awaited()).isTrue();
        int proposed = 0;
        for (int round = 0; three().awaited(); round++) {
            assertThat(round).as("rounds").isLessThan(40);
            leader.now += PATIENCE / 2;
            threeTakes(10);
            int more = three().awaited() ? (int) (leader.core.room() / ENTRY) : 0;
            assertThat(more).as("half of what it takes").isLessThanOrEqualTo(5);
            propose(more);
            proposed += more;
        }
        assertThat(proposed).isBetween(120, 140); // 200 - 64 to make up for, at half its pace
    }

    /** Its disk is stuck, its heartbeats go on. */
    @Test
    void H18_whoTakesNothingIsNotWaitedForAndNothingIsKeptForItUntilItGoesOn() {
        propose(70);
        long applied = leader.log.last().index();
        assertThat(leader.core.room()).isZero();
        assertThat(leader.core.view().releaseIndex()).isEqualTo(2);
        leader.now += PATIENCE - 1;
        leader.tick();
        assertThat(leader.core.room()).as("within its patience").isZero();
        assertThat(leader.core.nextTickNanos()).isLessThanOrEqualTo(leader.now + 1);
        leader.now += 1;
        leader.tick();
        assertThat(leader.core.room()).isEqualTo(FREE);
        assertThat(three().awaited()).isFalse();
        assertThat(leader.core.view().releaseIndex())
                .as("nothing is kept for it")
                .isEqualTo(applied);
        propose(30);
        threeTakes(1);
        assertThat(leader.core.room()).as("it has taken a 64th of the bound").isZero();
        assertThat(three().awaited()).isTrue();
        threeTakes(2);
        assertThat(leader.core.room()).isEqualTo(ENTRY);
    }

    /** Its disk is stuck for good: the others wait for it once. */
    @Test
    void H18_whoIsLeftStaysLeftHoweverShortTheLogHasBecomeWithoutIt() {
        propose(70);
        leader.now += PATIENCE;
        leader.tick();
        for (int round = 0; round < 5; round++) {
            long last = leader.log.last().index();
            leader.log.compact(last - 10);
            leader.tick();
            assertThat(leader.core.room()).isEqualTo(FREE);
            assertThat(leader.core.view().releaseIndex()).isEqualTo(last);
            propose(70);
            assertThat(leader.core.room()).as("nobody waits for it").isEqualTo(FREE);
        }
    }

    /** It takes something now and then, but less than a 64th of the bound in the leader's patience. */
    @Test
    void H18_whoTakesNextToNothingIsNotWaitedForEither() {
        Solo slow = new Solo(1);
        slow.connect(THREE);
        slow.lead(2);
        slow.accept(THREE, 2, 1);
        slow.accept(THREE, 2, 2);
        int[] tiny = new int[LAG_ENTRIES];
        slow.propose(tiny);
        assertThat(slow.core.room()).isZero();
        slow.now += PATIENCE - 1;
        slow.accept(THREE, 2, 3); // 64 of 100 bytes
        slow.now += 1;
        slow.tick();
        assertThat(slow.core.room()).isEqualTo(Long.MAX_VALUE);
    }

    /** While it is sent a snapshot the log behind that grows; it may, by half of what the follower has written of it. */
    @Test
    void H18_aSnapshotUnderWayLeavesHalfOfItsPaceToTheInput() {
        leader.handle(new ReplicationEvent.Disconnected(THREE));
        propose(100);
        leader.log.compact(50);
        leader.connect(THREE);
        leader.reject(THREE, 2, 3, 50);
        assertThat(leader.core.room())
                .as("which snapshot it gets is not known yet")
                .isEqualTo(FREE);
        leader.handle(new ReplicationEvent.SnapshotPinned(THREE, 60));
        assertThat(leader.core.room()).isEqualTo(LAG - 42 * ENTRY);
        propose(22);
        assertThat(leader.core.room()).isZero();
        leader.handle(new ReplicationEvent.SnapshotMoved(THREE, 10 * ENTRY));
        assertThat(leader.core.room()).isEqualTo(5 * ENTRY);
        propose(5);
        assertThat(leader.core.room()).isZero();
        leader.now += PATIENCE;
        leader.tick();
        assertThat(leader.core.room()).as("the snapshot does not move").isEqualTo(FREE);
        assertThat(leader.core.view().releaseIndex())
                .as("the log behind it stays")
                .isEqualTo(60);
    }
}
