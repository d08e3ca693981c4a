package io.ngrid.storage;

import static org.assertj.core.api.Assertions.assertThat;

import io.ngrid.api.Durability;
import io.ngrid.api.NodeId;
import io.ngrid.spi.election.Vote;
import io.ngrid.spi.storage.DiskFile;
import io.ngrid.testkit.MemoryDisk;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * The last write of each kind of file, torn at every byte: its first bytes are on disk, or its last ones, as its pages get
 * there in any order. For the changelog {@link SegmentedLogTest} does so.
 */
@Timeout(120)
class TornWritesTest {
    private static final NQueueOptions QUEUE = NQueueOptions.defaults().withSizes(3_000, 2_000);

    private interface Found {
        void check(MemoryDisk torn, boolean isWhole) throws IOException;
    }

    /** Tears what differs between two contents of a file. */
    private static void tear(MemoryDisk before, String path, byte[] now, Found found) throws IOException {
        byte[] old = before.content(path);
        assertThat(now).hasSameSizeAs(old);
        int from = Arrays.mismatch(old, now);
        int to = now.length;
        while (old[to - 1] == now[to - 1]) {
            to--;
        }
        for (int at = from; at <= to; at++) {
            MemoryDisk first = before.copy();
            first.overwrite(path, from, Arrays.copyOfRange(now, from, at));
            found.check(first, at == to);
            MemoryDisk last = before.copy();
            last.overwrite(path, at, Arrays.copyOfRange(now, at, to));
            found.check(last, at == from);
        }
    }

    private static List<Long> sequences(QueueCore core) throws IOException {
        List<Long> found = new ArrayList<>();
        core.page(1).forEach(element -> found.add(element.sequence()));
        return found;
    }

    @Test
    void anElementOfAQueueIsThereOrNot() throws IOException {
        MemoryDisk disk = new MemoryDisk(1);
        QueueCore core = QueueCore.open(disk, QUEUE, 3);
        core.append(1, new byte[30]);
        core.append(2, new byte[30]);
        core.commit(1);
        MemoryDisk before = disk.copy();
        core.append(3, new byte[] {1, 2, 3});
        core.append(4, new byte[] {4, 5, 6});
        core.commit(2);
        String path = "segments/0000000000000001.seg";
        tear(before, path, disk.content(path), (torn, isWhole) -> {
            assertThat(NQueue.verify(torn).problems()).isEmpty();
            QueueCore again = QueueCore.open(torn, QUEUE, 3);
            List<Long> there = sequences(again);
            assertThat(there).isEqualTo(List.of(1L, 2L, 3L, 4L).subList(0, there.size()));
            assertThat(there).hasSizeGreaterThanOrEqualTo(isWhole ? 4 : 2);
            long next = again.append(5, new byte[7]);
            again.commit(3);
            assertThat(next).isEqualTo(there.size() + 1L);
            again.close();
            assertThat(sequences(QueueCore.open(torn.copyAfterPowerCut(), QUEUE, 3)))
                    .hasSize(there.size() + 1);
        });
    }

    @Test
    void aCursorIsTheOldOneOrTheNewOne() throws IOException {
        MemoryDisk disk = new MemoryDisk(1);
        QueueCore core = QueueCore.open(disk, QUEUE, 3);
        for (int i = 0; i < 9; i++) {
            core.append(i, new byte[30]);
        }
        core.commit(1);
        assertThat(core.release(3)).isTrue();
        core.commit(2);
        MemoryDisk before = disk.copy();
        assertThat(core.release(1)).isTrue();
        assertThat(core.release(5)).isTrue();
        byte[] old = before.content("cursor");
        core.commit(3);
        byte[] now = disk.content("cursor");
        List<Long> without = List.of(1L, 2L, 4L, 5L, 6L, 7L, 8L, 9L);
        List<Long> withIt = List.of(2L, 4L, 6L, 7L, 8L, 9L);
        inSlots(
                before,
                "cursor",
                old,
                now,
                Cursor.SLOT,
                torn -> assertThat(sequences(QueueCore.open(torn, QUEUE, 3))).isIn(without, withIt));
    }

    @Test
    void aVoteIsTheOldOneOrTheNewOne() throws IOException {
        GroupModel model = new GroupModel(new MemoryDisk(1), new Random(5));
        Vote first = new Vote(7, new NodeId("node-2"));
        Vote second = new Vote(900, new NodeId("node-3"));
        model.group.votes().write(first);
        MemoryDisk before = model.disk.copy();
        model.group.votes().write(second);
        String path = "group-0/vote";
        inSlots(before, path, before.content(path), model.disk.content(path), 4096, torn -> {
            VoteFile votes = VoteFile.open(torn, "group-0");
            assertThat(votes.read()).isIn(first, second);
            votes.write(new Vote(901, null));
            assertThat(VoteFile.open(torn.copyAfterPowerCut(), "group-0").read().epoch())
                    .isEqualTo(901);
        });
    }

    private interface Opened {
        void check(MemoryDisk torn) throws IOException;
    }

    /** The first slot is torn while the second is the old one; then the second, while the first is the new one. */
    private static void inSlots(MemoryDisk before, String path, byte[] old, byte[] now, int slot, Opened opened)
            throws IOException {
        byte[] firstWritten = old.clone();
        System.arraycopy(now, 0, firstWritten, 0, slot);
        tear(before, path, firstWritten, (torn, isWhole) -> opened.check(torn));
        MemoryDisk between = before.copy();
        between.overwrite(path, 0, firstWritten);
        tear(between, path, now, (torn, isWhole) -> opened.check(torn));
    }

    @Test
    void aCheckpointOrCurrentThatIsNotWholeDoesNotCount() throws IOException {
        GroupModel model = new GroupModel(new MemoryDisk(1), new Random(5));
        model.append(30);
        model.flush();
        model.applyAll();
        model.checkpoint(false);
        model.append(10);
        model.flush();
        model.applyAll();
        MemoryDisk before = model.disk.copy();
        model.checkpoint(false);
        MemoryDisk after = model.disk.copy();
        String checkpoint = "group-0/gen-1/checkpoint-000000000041";
        tearNew(before, checkpoint, after.content(checkpoint));
        tearNew(before, "group-0/CURRENT.tmp", after.content("group-0/CURRENT"));
    }

    private static void tearNew(MemoryDisk before, String path, byte[] whole) throws IOException {
        for (int kept = 0; kept <= whole.length; kept++) {
            MemoryDisk torn = before.copy();
            try (DiskFile file = torn.open(path, true)) {
                file.write(new ByteBuffer[] {ByteBuffer.wrap(whole, 0, kept)}, 0);
            }
            assertThat(new DirectoryCheck(torn, p -> {}).whole().report().corrupt())
                    .isZero();
            var storage = NodeStorage.open(torn, GroupModel.options(Durability.FSYNC), new Random(1));
            var group = storage.openGroup();
            assertThat(group.checkpoints().index()).isEqualTo(31);
            assertThat(group.log().last().index()).isEqualTo(41);
            storage.close();
        }
    }
}
