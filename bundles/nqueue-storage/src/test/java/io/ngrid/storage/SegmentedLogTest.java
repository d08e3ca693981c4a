package io.ngrid.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.awaitility.Awaitility.await;

import io.ngrid.api.Durability;
import io.ngrid.spi.storage.CorruptionException;
import io.ngrid.spi.storage.StorageException;
import io.ngrid.testkit.Loss;
import io.ngrid.testkit.MemoryDisk;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class SegmentedLogTest {
    private MemoryDisk disk = new MemoryDisk(1);
    private LogModel model;

    @BeforeEach
    void create() throws IOException {
        model = LogModel.create(disk, 42);
    }

    @Test
    void whatIsStagedIsReadableAtOnceAndDurableAfterFlush() throws IOException {
        model.append(10, 20, 30);
        model.check();
        assertThat(model.log.flushedIndex()).isZero();
        assertThat(model.log.hasStaged()).isTrue();
        model.flush();
        model.append(40);
        disk = disk.crash(Loss.ALL);
        model.open(disk);
        model.expected.remove(3);
        model.check();
    }

    @Test
    void aLogGoesOnOverManySegmentsAndReopens() throws IOException {
        for (int i = 0; i < 200; i++) {
            model.append(i, 2 * i);
            model.flush();
        }
        model.check();
        assertThat(disk.list("log").size()).isGreaterThan(5);
        disk = disk.crash(Loss.ALL);
        model.open(disk);
        model.check();
    }

    @Test
    void anEntryLargerThanASegmentFits() throws IOException {
        model.append(10, 50_000, 10);
        model.flush();
        model.append(70_000);
        model.flush();
        disk = disk.crash(Loss.ALL);
        model.open(disk);
        model.check();
    }

    @Test
    void truncationIsDurableAndNewEntriesFollow() throws IOException {
        for (int i = 0; i < 60; i++) {
            model.append(300);
            model.flush();
        }
        model.truncate(7);
        model.append(500, 20);
        model.check();
        model.flush();
        disk = disk.crash(Loss.ALL);
        model.open(disk);
        model.check();
        model.truncate(1);
        model.flush();
        model.check();
        model.append(1);
        model.flush();
        disk = disk.crash(Loss.ALL);
        model.open(disk);
        model.check();
    }

    @Test
    void compactionDropsWholeSegmentsAndKeepsTheEpochBefore() throws IOException {
        for (int i = 0; i < 100; i++) {
            model.epoch = 1 + i / 10;
            model.append(300);
            model.flush();
        }
        model.log.compact(77, 0);
        long first = model.log.firstIndex();
        assertThat(first).isBetween(40L, 78L);
        assertThat(model.log.epochAt(first - 1)).isEqualTo(1 + (first - 2) / 10);
        model.flush();
        model.check();
        disk = disk.crash(Loss.ALL);
        model.open(disk);
        assertThat(model.log.firstIndex()).isEqualTo(first);
        assertThat(model.log.epochAt(first - 1)).isEqualTo(1 + (first - 2) / 10);
        model.check();
        assertThatThrownBy(() -> model.log.entries(first - 1, 100)).isInstanceOf(IndexOutOfBoundsException.class);
    }

    @Test
    void theLogIsNotCompactedBeyondTheCheckpoint() {
        model.checkpoint = 5;
        assertThatThrownBy(() -> model.log.compact(6, 0)).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void flushReturnsOnlyAfterTheForce() throws Exception {
        model.append(10);
        disk.holdForces(path -> path.endsWith(".log"));
        ExecutorService writer = Executors.newSingleThreadExecutor();
        try {
            CompletableFuture<Long> flush = CompletableFuture.supplyAsync(() -> model.log.flush(1), writer);
            await().until(() -> disk.heldForces() == 1);
            assertThat(flush).isNotDone();
            assertThat(model.log.flushedIndex()).isZero();
            disk.releaseForces();
            assertThat(flush.get()).isEqualTo(1);
        } finally {
            writer.shutdownNow();
        }
    }

    @Test
    void withDurabilityOsNothingIsForcedUntilTheSeal() throws IOException {
        model.open(disk, Durability.OS);
        long before = disk.counters().forces();
        model.append(10);
        model.flush();
        assertThat(disk.counters().forces()).isEqualTo(before);
        model.open(disk.crash(Loss.NONE));
        model.check();
    }

    @Test
    void H42_withDurabilityOsCompactionLeavesALogThatAPowerCutDoesNotBreak() throws IOException {
        model.open(disk, Durability.OS);
        for (int i = 0; i < 200; i++) {
            model.append(500);
            model.flush();
            model.log.compact(model.lastIndex(), 0);
            model.log.flush(model.now);
            long first = model.log.firstIndex();
            MemoryDisk after = disk.copyAfterPowerCut();
            LogModel again = new LogModel();
            again.open(after);
            assertThat(again.log.firstIndex()).isEqualTo(first);
        }
        assertThat(model.log.firstIndex()).as("some segments are gone").isGreaterThan(100);
    }

    @Test
    void oneForceCoversAllThatIsStaged() {
        long before = disk.counters().forces();
        for (int i = 0; i < 10; i++) {
            model.append(10);
        }
        model.flush();
        assertThat(disk.counters().forces()).isEqualTo(before + 1);
        assertThat(model.log.figures().entries()).isEqualTo(10);
    }

    @Test
    void anIdleLogIsSealedOnceAndThenSilent() {
        model.append(10);
        model.flush();
        assertThat(model.log.nextFlushNanos()).isEqualTo(model.now + 1_000_000_000L);
        model.seal();
        long writes = disk.counters().writes();
        model.log.flush(model.now + 10_000_000_000L);
        assertThat(disk.counters().writes()).isEqualTo(writes);
    }

    @Test
    void H42_aFailedForcePoisonsTheLogForGood() throws IOException {
        model.append(10);
        model.flush();
        disk.failForce(path -> path.endsWith(".log"), 1);
        model.append(10);
        assertThatThrownBy(() -> model.log.flush(1)).isInstanceOf(StorageException.class);
        assertThat(model.log.flushedIndex()).isEqualTo(1);
        long forces = disk.counters().forces();
        model.append(10);
        assertThatThrownBy(() -> model.log.flush(2))
                .isInstanceOf(StorageException.class)
                .hasMessageContaining("poisoned");
        assertThat(disk.counters().forces()).isEqualTo(forces);
    }

    /** What was staged is neither written nor staged any more: no later flush may take it for flushed. */
    @Test
    void H42_anErrorPoisonsTheLogAsAFailureDoes() {
        model.append(10);
        model.flush();
        disk.onForce(path -> {
            throw new OutOfMemoryError("planned");
        });
        model.append(10);
        assertThatThrownBy(() -> model.log.flush(1)).isInstanceOf(OutOfMemoryError.class);
        disk.onForce(null);
        assertThatThrownBy(() -> model.log.flush(2)).hasMessageContaining("poisoned");
        assertThat(model.log.flushedIndex()).isEqualTo(1);
    }

    @Test
    void H42_anErrorInTheForceForACheckpointPoisonsTheLog() throws IOException {
        model.open(disk, Durability.OS);
        model.append(10);
        model.flush();
        disk.onForce(path -> {
            throw new OutOfMemoryError("planned");
        });
        assertThatThrownBy(() -> model.log.forceUpTo(1)).isInstanceOf(OutOfMemoryError.class);
        disk.onForce(null);
        assertThatThrownBy(() -> model.log.flush(1)).hasMessageContaining("poisoned");
    }

    /** Found by simulated seed 307980: what a flush wrote counted as flushed although its compaction had failed. */
    @Test
    void H42_nothingCountsAsFlushedByAFlushThatFails() {
        model.append(500, 500, 500);
        model.flush();
        for (int i = 0; i < 200; i++) {
            model.append(500);
            model.flush();
        }
        long flushed = model.log.flushedIndex();
        disk.failForce(path -> !path.endsWith(".log"), 1);
        model.append(10);
        model.log.compact(flushed, 0);
        assertThatThrownBy(() -> model.log.flush(1)).isInstanceOf(StorageException.class);
        assertThat(model.log.flushedIndex()).isEqualTo(flushed);
    }

    /** A force fails, the process ends, and the operating system takes for written what is not. */
    @Test
    void H42_whatAFailedForceLeftInTheCacheIsOnDiskBeforeItIsBelieved() throws IOException {
        for (int seed = 0; seed < 200; seed++) {
            disk = new MemoryDisk(seed);
            model = LogModel.create(disk, 42);
            model.append(10, 700);
            model.flush();
            disk.failForce(path -> path.endsWith(".log"), 1);
            model.append(300, 20, 1_000);
            assertThatThrownBy(() -> model.log.flush(1)).isInstanceOf(StorageException.class);

            disk = disk.crash(Loss.NONE);
            model.open(disk);
            model.check();
            long believed = model.log.flushedIndex();
            assertThat(believed).as("seed " + seed).isEqualTo(5);

            disk = disk.crash(Loss.RANDOM);
            model.open(disk);
            assertThat(model.log.last().index()).as("seed " + seed).isEqualTo(believed);
            model.check();
        }
    }

    /** Found by simulated seed 906746: once that segment was full, the node did not start any more. */
    @Test
    void H42_aSegmentWhoseLengthAFailedForceHasLostIsMadeWhole() throws IOException {
        model.append(300, 300, 300, 300);
        model.flush();
        model.truncate(3);
        disk.failForce(
                path -> path.endsWith(".log"), 2); // the first one was for the cut, this one is for the zeros behind
        assertThatThrownBy(model::flush).isInstanceOf(StorageException.class);
        disk = disk.crash(Loss.NONE);
        model.open(disk);
        int shortOnes = 0;
        for (int i = 0; i < 40; i++) {
            model.append(500);
            model.flush();
            MemoryDisk found = disk.copyAfterPowerCut();
            shortOnes += found.content("log/" + found.list("log").get(0)).length < LogModel.SEGMENT ? 1 : 0;
            LogModel after = new LogModel();
            after.open(found);
            after.assertHolds(model.expected);
        }
        assertThat(shortOnes).isPositive();
    }

    /** Had it its name already, the next start would put entries behind a header that is not on disk. */
    @Test
    void H42_aSegmentWhoseForceFailedWhileItWasMadeIsMadeAnew() throws IOException {
        for (int seed = 0; seed < 20; seed++) {
            disk = new MemoryDisk(seed);
            model = LogModel.create(disk, 42);
            disk.failForce(path -> path.contains(Segments.name(2, "")), 1);
            assertThatThrownBy(() -> fill(model)).as("seed " + seed).isInstanceOf(StorageException.class);
            disk = disk.crash(Loss.NONE);
            model.open(disk);
            model.expected.removeIf(entry -> entry.index() > model.log.last().index());
            fill(model);
            disk = disk.crash(Loss.ALL);
            model.open(disk);
            model.check();
        }
    }

    private static void fill(LogModel model) {
        for (int bytes = 0; bytes < 2 * LogModel.SEGMENT; bytes += 500) {
            model.append(500);
            model.flush();
        }
    }

    @Test
    void aFailedWritePoisonsTheLogForGood() {
        disk.failWrite(path -> path.endsWith(".log"), 1);
        model.append(10);
        assertThatThrownBy(() -> model.log.flush(1)).isInstanceOf(StorageException.class);
        assertThatThrownBy(() -> model.log.flush(2)).hasMessageContaining("poisoned");
    }

    @Test
    void noSpaceForTheNextSegmentIsNoFailureUntilItIsNeeded() throws IOException {
        disk.capacity(LogModel.SEGMENT + 100);
        model.append(3000, 3000);
        model.flush();
        assertThat(disk.list("log")).hasSize(1);
        disk.clearFaults();
        for (int i = 0; i < 20; i++) {
            model.append(700);
            model.flush();
        }
        model.check();
    }

    private static void takeAllThatIsFree(MemoryDisk disk) {
        disk.capacity(disk.files().stream()
                .mapToLong(path -> disk.content(path).length)
                .sum());
    }

    @Test
    void D3_withoutAReserveACutWhoseBlocksAreTakenEndsTheLogUntilThereIsSpace() throws IOException {
        for (int i = 0; i < 10; i++) {
            model.append(300);
            model.flush();
        }
        disk.onForce(path -> takeAllThatIsFree(disk));
        model.truncate(5);
        assertThatThrownBy(() -> model.log.flush(1)).isInstanceOf(StorageException.class);
        disk = disk.crash(Loss.ALL);
        model.open(disk);
        model.check();
    }

    @Test
    void H07_positionsAreNeverReusedAfterRestart() throws IOException {
        for (int round = 0; round < 20; round++) {
            model.append(50, 60);
            model.flush();
            disk = disk.crash(Loss.ALL);
            model.open(disk);
            assertThat(model.log.last().index()).isEqualTo(2L * (round + 1));
        }
        model.check();
    }

    @Test
    void H37_everyByteFlippedBeforeTheLastProofIsCorruption() throws IOException {
        for (int i = 0; i < 12; i++) {
            model.append(40);
            model.flush();
        }
        model.seal();
        model.log.close();
        String file = "log/0000000000000001.log";
        long end = SegmentHeader.BYTES + Records.HEADER + 12 * Records.size(40);
        for (long at = 0; at < end; at++) {
            MemoryDisk rotten = disk.copy();
            rotten.flipBit(file, at, (int) (at % 8));
            FileLayout.assertTold(catchThrowable(() -> model.open(rotten)), file, disk.content(file), at);
        }
    }

    @Test
    void H37_aMissingSegmentIsCorruption() throws IOException {
        for (int i = 0; i < 100; i++) {
            model.append(400);
            model.flush();
        }
        List<String> segments = disk.list("log");
        for (String name : segments.subList(1, segments.size() - 2)) {
            MemoryDisk without = disk.copy();
            without.delete("log/" + name);
            assertThatThrownBy(() -> model.open(without))
                    .isInstanceOf(CorruptionException.class)
                    .hasMessageContaining("is missing, but later segments are there");
        }
    }

    @Test
    void aTornLastWriteIsCutAtEveryByte() throws IOException {
        model.append(40);
        model.flush();
        MemoryDisk before = disk.copy();
        byte[] old = before.content("log/0000000000000001.log");
        model.append(10, 20);
        model.flush();
        byte[] now = disk.content("log/0000000000000001.log");
        int from = 0;
        while (old[from] == now[from]) {
            from++;
        }
        for (int kept = 0; kept < 2 * Records.HEADER + 40; kept++) {
            MemoryDisk torn = before.copy();
            byte[] part = java.util.Arrays.copyOfRange(now, from, from + kept);
            torn.overwrite("log/0000000000000001.log", from, part);
            model.open(torn);
            assertThat(model.log.last().index()).isBetween(1L, 3L);
            model.assertHolds(model.expected.subList(0, (int) model.log.last().index()));
            model.log.append(1, List.of(LogModel.entry(model.log.last().index() + 1, 1, 100)));
            model.log.flush(0);
            model.open(torn.crash(Loss.ALL));
        }
    }

    @Test
    void anUnflushedBadRecordBeforeAGoodOneIsATornTail() throws IOException {
        model.append(40);
        model.flush();
        model.append(50, 60); // one write, whose pages reach the disk in any order
        model.flush();
        String file = "log/0000000000000001.log";
        long second = SegmentHeader.BYTES + Records.HEADER + Records.size(40);
        disk.flipBit(file, second + Records.HEADER + 5, 3);
        model.open(disk);
        model.assertHolds(model.expected.subList(0, 1));
    }
}
