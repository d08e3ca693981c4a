package io.ngrid.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.ngrid.api.ConfigurationException;
import io.ngrid.api.Durability;
import io.ngrid.api.NodeId;
import io.ngrid.spi.ClusterId;
import io.ngrid.spi.EntryKind;
import io.ngrid.spi.LogEntry;
import io.ngrid.spi.election.Vote;
import io.ngrid.spi.storage.CorruptionException;
import io.ngrid.spi.storage.Group;
import io.ngrid.spi.storage.Identity;
import io.ngrid.spi.storage.Storage;
import io.ngrid.spi.storage.StorageException;
import io.ngrid.spi.storage.StorageFactory;
import io.ngrid.spi.storage.StorageOptions;
import io.ngrid.testkit.Loss;
import io.ngrid.testkit.MemoryDisk;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.ServiceLoader;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class NodeStorageTest {
    private static final StorageOptions OPTIONS =
            new StorageOptions(new NodeId("node-1"), Durability.FSYNC, 16 << 10, 16 << 10, 16 << 10);
    private static final ClusterId CLUSTER = new ClusterId(new UUID(7, 8));
    private static final LogEntry FORMATION = new LogEntry(1, 1, 0, EntryKind.CONFIGURATION, new byte[100]);

    private final Random random = new Random(1);
    private MemoryDisk disk = new MemoryDisk(1);

    private Storage open() {
        return new NqueueStorageFactory().open(disk, OPTIONS, random);
    }

    @Test
    void theFactoryIsFoundByServiceLoader() {
        assertThat(ServiceLoader.load(StorageFactory.class).findFirst().orElseThrow())
                .isInstanceOf(NqueueStorageFactory.class);
    }

    @Test
    void aFreshDirectoryGetsAnIdentityAndCountsItsStarts() {
        Identity first = open().identity();
        assertThat(first.node()).isEqualTo(OPTIONS.node());
        assertThat(first.cluster()).isNull();
        assertThat(first.start()).isEqualTo(1);
        disk = disk.crash(Loss.ALL);
        Identity second = open().identity();
        assertThat(second.storage()).isEqualTo(first.storage());
        assertThat(second.start()).isEqualTo(2);
    }

    @Test
    void theDirectoryIsLockedUntilClosed() {
        Storage storage = open();
        assertThatThrownBy(this::open)
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("in use");
        assertThatThrownBy(this::open)
                .isInstanceOf(ConfigurationException.class); // the first refusal took nothing away
        storage.close();
        open().close();
    }

    @Test
    void formingMakesVoteThenLogThenIdentityDurable() {
        List<String> forced = new ArrayList<>();
        Storage storage = open();
        disk.onForce(forced::add);
        Group group = storage.form(FORMATION, CLUSTER);
        assertThat(group.votes().read()).isEqualTo(new Vote(1, null));
        assertThat(group.log().entries(1, 1).get(0).payload()).isEqualTo(FORMATION.payload());
        assertThat(group.log().flushedIndex()).isEqualTo(1);
        int vote = forced.indexOf("group-0/vote.tmp");
        int log = forced.lastIndexOf("group-0/log/0000000000000001.log");
        int identity = forced.indexOf("identity.tmp");
        assertThat(vote).isNotNegative();
        assertThat(identity).isGreaterThan(vote);
        assertThat(forced.indexOf("group-0/log")).isBetween(vote, identity);
        assertThat(log).isGreaterThan(vote);

        disk = disk.crash(Loss.ALL);
        Storage again = open();
        assertThat(again.identity().cluster()).isEqualTo(CLUSTER);
        assertThat(again.openGroup().log().last().index()).isEqualTo(1);
    }

    @Test
    void aCrashAnywhereInFormingLeavesNothingOrAll() {
        for (int at = 0; at < 40; at++) {
            for (Loss loss : Loss.values()) {
                MemoryDisk one = new MemoryDisk(at);
                MemoryDisk[] after = new MemoryDisk[1];
                int[] left = {at};
                Storage storage = NodeStorage.open(one, OPTIONS, random);
                one.onForce(path -> {
                    if (left[0]-- == 0) {
                        after[0] = one.crash(loss);
                    }
                });
                try {
                    storage.form(FORMATION, CLUSTER);
                } catch (StorageException e) {
                    assertThat(after[0]).isNotNull();
                }
                disk = after[0] != null ? after[0] : one.crash(loss);
                Storage again = open();
                if (again.identity().cluster() == null) {
                    assertThat(disk.files()).doesNotContain("group-0/vote");
                    again.form(FORMATION, CLUSTER);
                } else {
                    Group group = again.openGroup();
                    assertThat(group.votes().read()).isEqualTo(new Vote(1, null));
                    assertThat(group.log().last().index()).isEqualTo(1);
                }
            }
        }
    }

    @Test
    void droppingAClusterForgetsItUnderANewStorageId() {
        Storage storage = open();
        Identity before = storage.identity();
        storage.form(FORMATION, CLUSTER).close();
        Identity after = storage.dropCluster();
        assertThat(after.cluster()).isNull();
        assertThat(after.storage()).isNotEqualTo(before.storage());
        disk = disk.crash(Loss.ALL);
        assertThat(disk.files()).containsExactly("identity", "lock");
        assertThat(open().identity().storage()).isEqualTo(after.storage());
    }

    @Test
    void aDirectoryOfAnotherNodeStaysItsOwnWhileItHasACluster() {
        StorageOptions other = StorageOptions.of(new NodeId("node-2"), Durability.FSYNC);
        Storage storage = open();
        storage.close();
        Storage taken = NodeStorage.open(disk, other, random);
        assertThat(taken.identity().node()).isEqualTo(other.node()); // no cluster yet: it may change hands
        taken.close();
        Storage mine = open();
        mine.form(FORMATION, CLUSTER);
        mine.close();
        Storage foreign = NodeStorage.open(disk, other, random);
        assertThat(foreign.identity().node()).isEqualTo(OPTIONS.node());
        assertThat(foreign.identity().cluster()).isEqualTo(CLUSTER);
        Identity dropped = foreign.dropCluster();
        assertThat(dropped.node()).isEqualTo(other.node());
        foreign.close();
        Storage own = NodeStorage.open(disk, other, random);
        assertThat(own.identity().storage()).isEqualTo(dropped.storage());
        own.close();
    }

    @Test
    void H24_aLostVoteBesideALogIsCorruptionNeverADefault() throws Exception {
        formed();
        disk.delete("group-0/vote");
        assertThatThrownBy(() -> open().openGroup())
                .isInstanceOf(CorruptionException.class)
                .hasMessageContaining("group-0/vote");
    }

    @Test
    void H24_aLostIdentityBesideAGroupIsCorruptionNeverAFreshNode() throws Exception {
        formed();
        disk.delete("identity");
        assertThatThrownBy(this::open).isInstanceOf(CorruptionException.class).hasMessageContaining("identity");
    }

    @Test
    void H24_aLostLogOrGroupIsCorruption() throws Exception {
        formed();
        disk.delete("group-0/log/0000000000000001.log");
        assertThatThrownBy(() -> open().openGroup()).isInstanceOf(CorruptionException.class);
    }

    @Test
    void H24_epochsNeverGoBackAcrossCrashes() {
        Storage storage = open();
        Group group = storage.form(FORMATION, CLUSTER);
        for (int epoch = 2; epoch < 200; epoch++) {
            Vote durable = new Vote(epoch, new NodeId("node-" + epoch % 3));
            group.votes().write(durable);
            disk.failForce(path -> path.equals("group-0/vote"), 1 + random.nextInt(2));
            Vote lost = new Vote(epoch + 1, new NodeId("node-9"));
            Group present = group;
            assertThatThrownBy(() -> present.votes().write(lost)).isInstanceOf(StorageException.class);
            disk = disk.crash();
            group = open().openGroup();
            assertThat(group.votes().read()).isIn(durable, lost);
            epoch += group.votes().read().equals(lost) ? 1 : 0;
        }
    }

    @Test
    void H42_aFailedVoteWriteIsNeverRepeated() {
        Group group = open().form(FORMATION, CLUSTER);
        disk.failForce(path -> path.equals("group-0/vote"), 1);
        assertThatThrownBy(() -> group.votes().write(new Vote(2, null))).isInstanceOf(StorageException.class);
        long writes = disk.counters().writes();
        assertThatThrownBy(() -> group.votes().write(new Vote(2, null))).hasMessageContaining("poisoned");
        assertThat(disk.counters().writes()).isEqualTo(writes);
        assertThat(group.votes().read()).isEqualTo(new Vote(1, null));
    }

    @Test
    void aPromiseIsNotBroken() {
        Group group = open().form(FORMATION, CLUSTER);
        group.votes().write(new Vote(5, new NodeId("node-2")));
        assertThatThrownBy(() -> group.votes().write(new Vote(5, new NodeId("node-3"))))
                .isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> group.votes().write(new Vote(4, null))).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void H37_oneBadVoteSlotIsRepairedBothAreCorruption() throws Exception {
        Storage storage = open();
        Vote vote = new Vote(3, new NodeId("node-2"));
        storage.form(FORMATION, CLUSTER).votes().write(vote);
        storage.close();
        MemoryDisk good = disk;
        for (int at = 0; at < 40; at++) {
            for (int slot = 0; slot < 2; slot++) {
                disk = good.copy();
                disk.flipBit("group-0/vote", slot * 4096L + at, at % 8);
                Storage repaired = open();
                assertThat(repaired.openGroup().votes().read()).isEqualTo(vote);
                repaired.close();
                disk.flipBit("group-0/vote", (1 - slot) * 4096L + at % 30, at % 8); // the other one, later
                assertThat(open().openGroup().votes().read()).isEqualTo(vote);
            }
            disk = good.copy();
            disk.flipBit("group-0/vote", at % 30, at % 8);
            disk.flipBit("group-0/vote", 4096 + at % 30, at % 8);
            Throwable thrown = catchThrowable(() -> open().openGroup());
            FileLayout.assertTold(thrown, "group-0/vote", good.content("group-0/vote"), at % 30);
        }
    }

    @Test
    void H37_everyByteOfTheIdentityIsChecked() {
        formed();
        MemoryDisk good = disk;
        for (int at = 0; at < good.content("identity").length; at++) {
            disk = good.copy();
            disk.flipBit("identity", at, at % 8);
            FileLayout.assertTold(catchThrowable(this::open), "identity", good.content("identity"), at);
        }
    }

    private void full(long free) {
        MemoryDisk present = disk;
        disk.capacity(present.files().stream()
                        .mapToLong(path -> present.content(path).length)
                        .sum()
                + free);
    }

    @Test
    void D3_aNodeStartsOnAFullDiskByItsReserve() {
        Storage storage = open();
        Group group = storage.form(FORMATION, CLUSTER);
        assertThat(group.reserve()).isTrue();
        group.votes().write(new Vote(2, null));
        storage.close();
        full(0);
        Storage again = open();
        assertThat(again.identity().start()).isEqualTo(storage.identity().start() + 1);
        assertThat(disk.files()).doesNotContain("group-0/reserve");
        Group opened = again.openGroup();
        assertThat(opened.votes().read()).isEqualTo(new Vote(2, null));
        opened.log().append(1, List.of(new LogEntry(2, 2, 0, EntryKind.COMMAND, new byte[100])));
        opened.log().flush(0);
        assertThat(opened.log().flushedIndex()).isEqualTo(2);
        disk.capacity(Long.MAX_VALUE);
        assertThat(opened.reserve()).isTrue();
        assertThat(disk.files()).contains("group-0/reserve");
        again.close();
    }

    @Test
    void D3_aNodeWithoutAReserveDoesNotStartOnAFullDisk() {
        formed();
        full(0);
        assertThatThrownBy(this::open).isInstanceOf(StorageException.class).hasMessageContaining("No space left");
        disk.capacity(Long.MAX_VALUE);
        open().openGroup();
    }

    /** The seal, by which a start proves what it has found, needs the next segment. */
    @Test
    void D3_aLogWhoseLastSegmentIsFullIsOpenedByTheReserve() {
        Group group = open().form(FORMATION, CLUSTER);
        assertThat(group.reserve()).isTrue();
        full(0);
        MemoryDisk before = disk.copy();
        for (long index = 2; disk.files().contains("group-0/reserve"); index++) {
            assertThat(index).isLessThan(1_000);
            before = disk.copy();
            group.log().append(index, List.of(new LogEntry(index, 1, 0, EntryKind.COMMAND, new byte[0])));
            group.log().flush(0);
        }
        disk = before;
        full(200); // enough for the identity
        Storage storage = open();
        assertThat(disk.files()).contains("group-0/reserve");
        assertThat(storage.openGroup().log().last().index()).isGreaterThan(100);
        assertThat(disk.files()).doesNotContain("group-0/reserve");
    }

    private void formed() {
        Storage storage = open();
        storage.form(FORMATION, CLUSTER);
        storage.close();
    }
}
