package io.ngrid.node.loop;

import static io.ngrid.node.loop.GroupScript.entry;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import io.ngrid.api.Durability;
import io.ngrid.api.NodeId;
import io.ngrid.spi.ClusterId;
import io.ngrid.spi.Configuration;
import io.ngrid.spi.EntryKind;
import io.ngrid.spi.LogEntry;
import io.ngrid.spi.LogPosition;
import io.ngrid.spi.Member;
import io.ngrid.spi.message.SnapshotAck;
import io.ngrid.spi.message.SnapshotChunk;
import io.ngrid.spi.storage.Group;
import io.ngrid.spi.storage.Snapshot;
import io.ngrid.spi.storage.Storage;
import io.ngrid.spi.storage.StorageOptions;
import io.ngrid.storage.NqueueStorageFactory;
import io.ngrid.testkit.MemoryDisk;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** [C1] What a follower takes of a snapshot, and what it makes of it. */
class SnapshotReceivingTest {
    private static final LogPosition FORMATION = new LogPosition(1, 1);
    private final GroupScript node = new GroupScript();

    /** A leader's checkpoint at an index, as bytes. */
    private static byte[] checkpoint(long index, int size) {
        MemoryDisk disk = new MemoryDisk(7);
        Storage storage = new NqueueStorageFactory()
                .open(disk, StorageOptions.of(new NodeId("node-9"), Durability.FSYNC), new Random(7));
        Configuration one = new Configuration(
                new ClusterId(new UUID(1, 1)),
                List.of(new Member(new NodeId("node-9"), storage.identity().storage())),
                0);
        Group group = storage.form(new LogEntry(1, 1, 0, EntryKind.CONFIGURATION, one.encode()), one.cluster());
        List<LogEntry> entries = new ArrayList<>();
        for (long i = 2; i <= index; i++) {
            entries.add(entry(2, i));
        }
        group.log().append(2, entries);
        group.log().flush(0);
        group.checkpoints()
                .write(
                        group.bodies().freeze(index, 2, index),
                        out -> out.write(new byte[size]),
                        queue -> sequence -> false);
        group.checkpoints().publish();
        Snapshot pinned = group.checkpoints().pin();
        return pinned.read(0, (int) pinned.length());
    }

    @Test
    void aSnapshotThatIsWholeIsNotDiscardedForAnotherBeforeItIsInstalled() {
        byte[] a = checkpoint(40, 100);
        byte[] b = checkpoint(50, 1000);
        List<Long> installed = new ArrayList<>();
        node.onInstall = snapshot -> {
            if (node.group.wants(snapshot)) {
                node.group.install(snapshot);
                installed.add(snapshot.index());
            }
        };
        node.request(2, FORMATION, 3, entry(2, 2), entry(2, 3));
        node.run("log");
        received(a, 40); // it waits for what was to be applied before

        // node-1 becomes the leader, and sends the beginning of its own, 50
        node.request(node.one, 3, new LogPosition(2, 3), 3);
        node.group.received(
                node.one, new SnapshotChunk(3, new LogPosition(2, 50), b.length, 0, Arrays.copyOf(b, 300)), node.now);
        node.run("checkpoint");
        node.run("apply");
        node.run("checkpoint");
        assertThat(installed).containsExactly(40L);
        node.storage.close();
        Storage again = new NqueueStorageFactory()
                .open(node.disk, StorageOptions.of(new NodeId("node-2"), Durability.FSYNC), new Random(2));
        assertThatCode(again::openGroup).doesNotThrowAnyException();
    }

    /** Node-3 sends all of it. */
    private void received(byte[] checkpoint, long index) {
        node.group.received(
                node.three,
                new SnapshotChunk(2, new LogPosition(2, index), checkpoint.length, 0, checkpoint),
                node.now);
        node.run("checkpoint");
    }

    @Test
    void theNodesOwnCheckpointThatWasWrittenIsPublishedIfTheSnapshotIsNotWantedAnyMore() {
        List<Boolean> wanted = new ArrayList<>();
        node.onInstall = snapshot -> wanted.add(node.group.wants(snapshot));
        node.request(2, FORMATION, 3, entry(2, 2), entry(2, 3));
        node.run("apply");
        for (int i = 0; i < 70; i++) { // a checkpoint of its own becomes due
            node.now += 500_000_000L;
            node.request(2, new LogPosition(2, 3), 3);
            node.group.tick(node.now);
        }
        node.run("apply"); // frozen
        received(checkpoint(6, 100), 6); // whole, and its own is written; the log is not flushed
        node.request(2, new LogPosition(2, 3), 6, entry(2, 4), entry(2, 5), entry(2, 6));
        node.run("log");
        node.run("apply");
        node.run("checkpoint");
        assertThat(wanted).containsExactly(false);
        assertThat(node.group.store().checkpoints().index()).isEqualTo(3);
    }

    /** What it stands for is known to be committed from the log meanwhile: installed, it might take the state back. */
    @Test
    void aSnapshotThatTheCommitIndexHasReachedIsNeitherInstalledNorTaken() {
        byte[] late = checkpoint(3, 100);
        SnapshotChunk all = new SnapshotChunk(2, new LogPosition(2, 3), late.length, 0, late);
        List<Boolean> wanted = new ArrayList<>();
        node.onInstall = snapshot -> wanted.add(node.group.wants(snapshot));
        node.request(2, FORMATION, 1, entry(2, 2), entry(2, 3));
        node.run("log");
        node.group.received(node.three, all, node.now);
        node.request(2, new LogPosition(2, 3), 3);
        node.run("checkpoint");
        node.run("apply");
        node.run("checkpoint");
        assertThat(wanted).containsExactly(false);
        node.sent.clear();
        node.group.received(node.three, all, node.now);
        node.run("checkpoint");
        assertThat(node.sent(SnapshotAck.class)).isEmpty();
    }

    /** The checkpoint lane is busy, and the leader sends again and again. */
    @Test
    void whatComesBeforeItIsKnownHowMuchIsThereIsBounded() {
        byte[] a = checkpoint(40, 3 * SnapshotSending.PIECE_BYTES);
        node.request(2, FORMATION, 1);
        for (int i = 0; i < 20; i++) {
            for (int at = 0; at < a.length; at += SnapshotSending.PIECE_BYTES) {
                byte[] piece = Arrays.copyOfRange(a, at, Math.min(a.length, at + SnapshotSending.PIECE_BYTES));
                node.group.received(
                        node.three, new SnapshotChunk(2, new LogPosition(2, 40), a.length, at, piece), node.now);
            }
        }
        node.sent.clear();
        node.run("checkpoint");
        assertThat(node.sent(SnapshotAck.class)).hasSizeLessThanOrEqualTo(4);
    }
}
