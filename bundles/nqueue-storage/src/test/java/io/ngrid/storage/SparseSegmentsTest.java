package io.ngrid.storage;

import static org.assertj.core.api.Assertions.assertThat;

import io.ngrid.spi.StorageId;
import io.ngrid.spi.storage.Group;
import io.ngrid.spi.storage.IncomingSnapshot;
import io.ngrid.spi.storage.Snapshot;
import io.ngrid.spi.storage.StorageException;
import io.ngrid.testkit.Loss;
import io.ngrid.testkit.MemoryDisk;
import java.io.IOException;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Bodies of a replicated queue of which some stay for long. */
@Timeout(120)
class SparseSegmentsTest {
    private GroupModel model = model(1);

    private static GroupModel model(int seed) {
        return new GroupModel(new MemoryDisk(seed), new Random(5), GroupModel.withLargeQueueSegments());
    }

    private static List<String> segments(MemoryDisk disk) {
        return disk.files().stream().filter(file -> file.endsWith(".seg")).toList();
    }

    private static long bytes(MemoryDisk disk) {
        return segments(disk).stream()
                .mapToLong(file -> disk.content(file).length)
                .sum();
    }

    @Test
    void H40_oneOldElementKeepsLittleOfTheSegmentItLiesIn() throws IOException {
        long elements = 0;
        for (int i = 0; i < 60; i++) {
            fillThenDrainBut(model, 60);
            model.checkpoint(false);
            elements++;
        }
        assertThat(model.live().get(1L)).hasSize((int) elements);
        assertThat(bytes(model.disk)).as("%s elements", elements).isLessThan(elements * 1_000 + 4 * (16 << 10));
        assertThat(segments(model.disk)).hasSizeLessThan(14);
        model.check();
        model.storage.close();
        assertThat(new DirectoryCheck(model.disk, path -> {}).whole().report().corrupt())
                .isZero();
        model.recover(model.disk.crash(Loss.ALL));
        fillThenDrainBut(model, 60);
        model.checkpoint(true);
        model.check();
    }

    /** A checkpoint in between brings them to disk; the first one stays. */
    private static void fillThenDrainBut(GroupModel to, int count) {
        long first = to.offer(count);
        to.checkpoint(false);
        to.poll(first + 1, count - 1);
    }

    @Test
    void H40_aSegmentThatIsJustBeingUsedUpIsNotCopied() {
        long first = model.offer(60);
        model.checkpoint(false);
        List<String> before = segments(model.disk);
        assertThat(before).hasSize(2);
        long second = Long.parseLong(before.get(1).replaceAll(".*/|[.]seg", ""));
        model.poll(first, (int) (second - first - 2));
        model.checkpoint(false);
        assertThat(segments(model.disk)).isEqualTo(before);
    }

    @Test
    void H40_aPinnedSegmentStaysUntilItIsSent() {
        fillThenDrainBut(model, 60);
        model.checkpoint(false);
        fillThenDrainBut(model, 60);
        Snapshot snapshot = model.group.checkpoints().pin();
        assertThat(snapshot).isNotNull();
        List<String> pinned = segments(model.disk);
        model.checkpoint(false);
        assertThat(segments(model.disk)).containsAll(pinned).hasSizeGreaterThan(pinned.size());
        snapshot.close();
        model.offer(1);
        model.checkpoint(false);
        assertThat(segments(model.disk)).doesNotContainAnyElementsOf(pinned.subList(1, pinned.size() - 1));
        model.check();
    }

    @Test
    void H40_aCrashAtAnyForceLeavesTheOldFilesOrTheCopy() throws IOException {
        int crashes = 0;
        boolean crashed = true;
        for (int nth = 0; crashed; nth++) {
            for (Loss loss : Loss.values()) {
                GroupModel one = model(nth);
                fillThenDrainBut(one, 60);
                one.checkpoint(false);
                fillThenDrainBut(one, 120);
                MemoryDisk[] after = new MemoryDisk[1];
                int[] left = {nth};
                one.disk.onForce(path -> {
                    if (after[0] == null && left[0]-- == 0) {
                        after[0] = one.disk.crash(loss);
                    }
                });
                try {
                    one.checkpoint(false);
                } catch (StorageException e) {
                    assertThat(after[0]).isNotNull();
                }
                crashed = after[0] != null;
                if (crashed) {
                    crashes++;
                    one.recover(after[0]);
                    fillThenDrainBut(one, 60);
                    one.checkpoint(false);
                    one.check();
                    one.recover(one.disk.crash(Loss.ALL));
                }
            }
        }
        assertThat(crashes).isGreaterThan(10);
    }

    @Test
    void aSnapshotOfCopiesIsReceived() throws IOException {
        for (int i = 0; i < 5; i++) {
            fillThenDrainBut(model, 60);
            model.checkpoint(false);
        }
        Snapshot snapshot = model.group.checkpoints().pin();
        assertThat(snapshot).isNotNull();
        GroupModel other = model(2);
        IncomingSnapshot incoming = other.group
                .checkpoints()
                .receive(
                        snapshot.index(), snapshot.epoch(), snapshot.checkpointLength(), new StorageId(new UUID(4, 4)));
        boolean whole = false;
        while (!whole) {
            whole = incoming.write(snapshot.read(incoming.position(), 1_000));
        }
        other.group.install(incoming);
        other.group.close();
        Group group = other.storage.openGroup();
        for (long sequence : model.live().get(1L)) {
            assertThat(group.bodies().read(1, sequence)).isEqualTo(GroupModel.body(1, sequence));
        }
        assertThat(segments(other.disk)).anyMatch(file -> file.endsWith("-1.seg"));
    }

    @Test
    void H40_withoutSpaceForTheCopyTheOldFilesStay() throws IOException {
        for (int nth = 1; nth < 6; nth++) {
            GroupModel one = model(nth);
            fillThenDrainBut(one, 60);
            one.disk.failWrite(path -> path.endsWith(".new") && path.contains("/queues/"), nth);
            one.checkpoint(false);
            one.disk.clearFaults();
            one.check();
            one.offer(1);
            one.checkpoint(false);
            assertThat(bytes(one.disk)).isLessThan(8_000);
            one.recover(one.disk.crash(Loss.ALL));
        }
    }
}
