package io.ngrid.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.ngrid.api.Durability;
import io.ngrid.spi.storage.Bodies;
import io.ngrid.spi.storage.CorruptionException;
import io.ngrid.spi.storage.StorageException;
import io.ngrid.testkit.Loss;
import io.ngrid.testkit.MemoryDisk;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class CheckpointTest {
    private final MemoryDisk disk = new MemoryDisk(1);
    private final GroupModel model = new GroupModel(disk, new Random(5));

    private void fill(int entries) {
        model.append(entries);
        model.flush();
        model.applyAll();
    }

    private void reopen() throws IOException {
        model.storage.close();
        model.recover(disk);
    }

    @Test
    void aCheckpointIsRefusedWhileItsOwnLogIsNotFlushedToIt() {
        fill(10);
        model.append(5);
        model.applyAll();
        Bodies.Instant instant = model.freeze();
        model.group.checkpoints().write(instant, out -> out.writeInt(0), model.liveBodies());
        assertThatThrownBy(() -> model.group.checkpoints().publish())
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("ahead of the log");
        model.flush();
        model.group.checkpoints().publish();
        assertThat(model.group.checkpoints().index()).isEqualTo(16);
    }

    /** Else the next start would take the checkpoint for damage. */
    @Test
    void H42_withDurabilityOsACheckpointIsNotAheadOfItsLogAfterAPowerCut() throws IOException {
        GroupModel unforced = new GroupModel(new MemoryDisk(2), new Random(6), Durability.OS);
        for (int i = 0; i < 5; i++) {
            unforced.append(70);
            unforced.flush();
            unforced.applyAll();
            unforced.checkpoint(i % 2 == 0);
            unforced.recover(unforced.disk.crash(Loss.ALL));
        }
    }

    @Test
    void H42_afterAFailedForceOfTheLogByACheckpointNothingIsWrittenToIt() {
        MemoryDisk failing = new MemoryDisk(2);
        GroupModel unforced = new GroupModel(failing, new Random(6), Durability.OS);
        unforced.append(70);
        unforced.flush();
        unforced.applyAll();
        failing.failForce(path -> path.endsWith(".log"), 1);
        assertThatThrownBy(() -> unforced.checkpoint(false)).isInstanceOf(StorageException.class);
        unforced.append(1);
        assertThatThrownBy(unforced::flush).hasMessageContaining("poisoned");
    }

    @Test
    void nothingIsDeletedBeforeCurrentIsForced() {
        fill(100);
        model.checkpoint(false);
        fill(100);
        var before = disk.files();
        Bodies.Instant instant = model.freeze();
        model.group.checkpoints().write(instant, out -> out.writeInt(0), model.liveBodies());
        assertThat(disk.files()).containsAll(before);
        disk.failForce(path -> path.equals("group-0/CURRENT.tmp"), 1);
        assertThatThrownBy(() -> model.group.checkpoints().publish()).isInstanceOf(StorageException.class);
        assertThat(disk.files()).containsAll(before);
    }

    /** By its index, which another thread may do at any time. */
    @Test
    void theLogIsNotReleasedBeforeCurrentIsForced() {
        fill(100);
        model.checkpoint(false);
        long before = model.group.checkpoints().index();
        fill(100);
        model.group.checkpoints().write(model.freeze(), out -> out.writeInt(0), model.liveBodies());
        List<Long> meanwhile = new ArrayList<>();
        disk.onForce(path -> {
            if (path.equals("group-0/CURRENT.tmp") || path.equals("group-0")) {
                meanwhile.add(model.group.checkpoints().index());
            }
        });
        model.group.checkpoints().publish();
        assertThat(meanwhile).containsExactly(before, before);
        assertThat(model.group.checkpoints().index()).isGreaterThan(before);
    }

    @Test
    void H42_afterAFailedForceNoCheckpointIsTriedAgain() {
        fill(100);
        disk.failForce(path -> path.contains("gen-1/checkpoint-"), 1);
        assertThatThrownBy(() -> model.checkpoint(false)).isInstanceOf(StorageException.class);
        assertThatThrownBy(() -> model.checkpoint(false)).hasMessageContaining("poisoned");
    }

    @Test
    void bodiesConsumedAfterTheInstantAreStillWritten() throws IOException {
        fill(50);
        Bodies.Instant instant = model.freeze();
        var then = model.live().firstEntry();
        long queue = then.getKey();
        long sequence = then.getValue().first();
        model.group.bodies().release(queue, sequence);
        assertThat(model.group.bodies().read(queue, sequence)).isEqualTo(GroupModel.body(queue, sequence));
        model.group.checkpoints().write(instant, out -> out.writeInt(0), model.liveBodies());
        assertThat(model.group.bodies().inMemory(queue, sequence)).isTrue();
        model.group.checkpoints().publish();
        model.group.close();
        assertThat(model.storage.openGroup().bodies().read(queue, sequence))
                .isEqualTo(GroupModel.body(queue, sequence));
    }

    @Test
    void filesOfBodiesReleasedGoWithTheNextCheckpoint() {
        fill(400);
        model.checkpoint(false);
        long bodies = disk.files().stream().filter(f -> f.contains("/queues/")).count();
        assertThat(bodies).isGreaterThan(5);
        assertThat(model.group.bodies().memoryBytes()).isZero();
        model.live()
                .forEach((queue, sequences) ->
                        sequences.forEach(s -> model.group.bodies().release(queue, s)));
        assertThat(disk.files().stream().filter(f -> f.contains("/queues/")).count())
                .isEqualTo(bodies);
        model.live().clear();
        fill(1);
        model.checkpoint(false);
        assertThat(disk.files().stream().filter(f -> f.contains("/queues/")).count())
                .isLessThanOrEqualTo(1);
    }

    @Test
    void whatCurrentDoesNotNameIsDeletedAtTheStart() throws IOException {
        fill(100);
        model.checkpoint(false);
        fill(50);
        model.group.checkpoints().write(model.freeze(), out -> out.writeInt(0), model.liveBodies()); // never published
        assertThat(disk.files().stream().filter(f -> f.contains("/checkpoint-")).count())
                .isEqualTo(2);
        reopen();
        assertThat(disk.files().stream().filter(f -> f.contains("/checkpoint-")).count())
                .isEqualTo(1);
        fill(50);
        model.checkpoint(true);
        reopen();
    }

    @Test
    void H37_everyByteOfCheckpointCurrentAndBodiesIsChecked() throws IOException {
        fill(120); // some segments of bodies are sealed
        model.checkpoint(false);
        model.storage.close();
        for (String path : disk.files()) {
            boolean body = path.contains("/queues/");
            if (!body && !path.contains("checkpoint-") && !path.endsWith("CURRENT")) {
                continue;
            }
            int length = disk.content(path).length;
            for (int at = 0; at < length; at += body ? 5 : 1) {
                MemoryDisk rotten = disk.copy();
                rotten.flipBit(path, at, at % 8);
                FileLayout.assertTold(catchThrowable(() -> openAndReadAll(rotten)), path, disk.content(path), at);
            }
        }
    }

    @Test
    void H37_lostCheckpointOrBodiesAreCorruption() throws IOException {
        fill(30);
        model.checkpoint(false);
        model.storage.close();
        for (String path : disk.files()) {
            if (path.contains("/queues/") || path.contains("checkpoint-")) {
                MemoryDisk without = disk.copy();
                without.delete(path);
                assertThatThrownBy(() -> openAndReadAll(without)).as(path).isInstanceOf(CorruptionException.class);
            }
        }
    }

    @Test
    void H37_aLostCurrentIsCorruptionOnceTheLogIsCompacted() throws IOException {
        fill(30);
        model.checkpoint(false);
        model.storage.close();
        MemoryDisk whole = disk.copy();
        whole.delete("group-0/CURRENT");
        model.recover(whole); // the log has all of it
        for (int i = 0; i < 30; i++) {
            fill(30);
        }
        model.checkpoint(false);
        assertThat(model.group.log().firstIndex()).isGreaterThan(1);
        model.storage.close();
        whole.delete("group-0/CURRENT");
        assertThatThrownBy(() -> openAndReadAll(whole))
                .isInstanceOf(CorruptionException.class)
                .hasMessageContaining("CURRENT");
    }

    @Test
    void aLogThatEndsBeforeTheCheckpointIsCorruption() throws IOException {
        MemoryDisk early = null;
        fill(10);
        early = disk.copy();
        fill(30);
        model.checkpoint(false);
        model.storage.close();
        disk.overwrite("group-0/log/0000000000000001.log", 0, early.content("group-0/log/0000000000000001.log"));
        assertThatThrownBy(() -> openAndReadAll(disk))
                .isInstanceOf(CorruptionException.class)
                .hasMessageContaining("but the checkpoint is at 41");
    }

    @Test
    void aStateLargerThanABlockComesBack() throws IOException {
        fill(1);
        byte[] state = new byte[300_000];
        new Random(3).nextBytes(state);
        model.group.checkpoints().write(model.freeze(), out -> out.write(state), model.liveBodies());
        model.group.checkpoints().publish();
        model.storage.close();
        byte[] found = new byte[state.length];
        var storage = NodeStorage.open(disk.crash(Loss.ALL), GroupModel.options(Durability.FSYNC), new Random(1));
        storage.openGroup().checkpoints().load().state().readFully(found);
        assertThat(found).isEqualTo(state);
    }

    private void openAndReadAll(MemoryDisk rotten) {
        var storage = NodeStorage.open(rotten, GroupModel.options(Durability.FSYNC), new Random(1));
        var group = storage.openGroup();
        var loaded = group.checkpoints().load();
        assertThat(loaded).isNotNull();
        model.live()
                .forEach((queue, sequences) -> sequences.forEach(sequence ->
                        assertThat(group.bodies().read(queue, sequence)).isEqualTo(GroupModel.body(queue, sequence))));
    }
}
