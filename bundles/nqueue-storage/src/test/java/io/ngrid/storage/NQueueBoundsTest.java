package io.ngrid.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.ngrid.spi.storage.CorruptionException;
import io.ngrid.spi.storage.StorageException;
import io.ngrid.storage.NQueueOptions.Durability;
import io.ngrid.storage.NQueueOptions.WhenFull;
import io.ngrid.testkit.Loss;
import io.ngrid.testkit.MemoryDisk;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@Timeout(60)
class NQueueBoundsTest {
    private static final byte[] TEN = new byte[10];
    private static final NQueueOptions SMALL = NQueueOptions.defaults().withSizes(2000, 100);

    private final MemoryDisk disk = new MemoryDisk(1);
    private final ExecutorService others = Executors.newCachedThreadPool();

    @AfterEach
    void stop() {
        others.shutdownNow();
    }

    @Test
    void aFullQueueThatRejectsSaysWhatItHoldsAndChangesNothing() {
        try (NQueue queue = NQueue.open(disk, SMALL.withBounds(3, 25, WhenFull.REJECT))) {
            queue.append(TEN);
            queue.append(TEN);
            assertThatThrownBy(() -> queue.append(TEN))
                    .isInstanceOf(QueueFullException.class)
                    .hasMessageContainingAll("memory", "2 elements of 20 bytes", "at most 3 and 25");
            assertThat(queue.append(new byte[5])).isEqualTo(3);
            assertThat(queue.offer(new byte[0], Duration.ofHours(1))).isEmpty();
            assertThat(queue.size()).isEqualTo(3);
            assertThat(queue.bytes()).isEqualTo(25);
            queue.poll();
            assertThat(queue.append(TEN)).isEqualTo(4);
        }
    }

    /** A queue of nothing but empty elements would fill the memory with its first page. */
    @Test
    void whatIsReadAheadOfEmptyElementsIsBoundedToo() throws Exception {
        QueueCore core = QueueCore.open(disk, SMALL.withSizes(1 << 20, 4096), 7);
        for (int i = 0; i < 1_000; i++) {
            core.append(0, new byte[0]);
        }
        assertThat(core.page(1)).hasSizeBetween(70, 80);
        core.close();
    }

    @Test
    void aNumberThatIsTooLowDropsNothing() {
        try (NQueue queue = NQueue.open(disk, SMALL.withBounds(2, NQueueOptions.UNBOUNDED, WhenFull.DROP_OLDEST))) {
            queue.append(5, TEN);
            queue.append(6, TEN);
            assertThatThrownBy(() -> queue.append(6, TEN)).isInstanceOf(IllegalArgumentException.class);
            assertThat(queue.read(5)).isPresent();
            queue.append(7, TEN);
            assertThat(queue.read(5)).isEmpty();
        }
    }

    @Test
    void aBatchLargerThanASegmentKeepsTheBoundsToo() {
        try (NQueue queue = NQueue.open(disk, SMALL.withBounds(500, NQueueOptions.UNBOUNDED, WhenFull.REJECT))) {
            queue.appendAll(Collections.nCopies(400, TEN));
            assertThatThrownBy(() -> queue.appendAll(Collections.nCopies(300, TEN)))
                    .isInstanceOf(QueueFullException.class);
            assertThat(queue.size()).isEqualTo(400);
        }
        NQueueOptions drops = SMALL.withBounds(500, NQueueOptions.UNBOUNDED, WhenFull.DROP_OLDEST);
        try (NQueue queue = NQueue.open(disk, drops)) {
            assertThat(queue.appendAll(Collections.nCopies(300, TEN))).isEqualTo(401);
            assertThat(queue.size()).isEqualTo(500);
            assertThat(queue.peek().orElseThrow().sequence()).isEqualTo(201);
        }
    }

    @Test
    void whatNeverFitsIsRefusedAtOnce() {
        try (NQueue queue = NQueue.open(disk, SMALL.withBounds(3, 25, WhenFull.BLOCK))) {
            assertThatThrownBy(() -> queue.append(new byte[26]))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContainingAll("26 bytes", "at most 3 elements and 25 bytes");
            assertThatThrownBy(() -> queue.appendAll(Collections.nCopies(4, new byte[1])))
                    .isInstanceOf(IllegalArgumentException.class);
            assertThat(queue.size()).isZero();
        }
    }

    @ParameterizedTest
    @EnumSource(Durability.class)
    void aFullQueueThatBlocksGoesOnWhenThereIsRoom(Durability durability) throws Exception {
        try (NQueue queue =
                NQueue.open(disk, SMALL.with(durability).withBounds(2, NQueueOptions.UNBOUNDED, WhenFull.BLOCK))) {
            queue.append(TEN);
            queue.append(TEN);
            CompletableFuture<Long> third = CompletableFuture.supplyAsync(() -> queue.append(TEN), others);
            await().until(() -> threadsIn("awaitRoom") == 1);
            assertThat(third).isNotDone();
            assertThat(queue.release(2)).isTrue();
            assertThat(third.get()).isEqualTo(3);
            CompletableFuture<Long> fourth = CompletableFuture.supplyAsync(() -> queue.append(TEN), others);
            await().until(() -> threadsIn("awaitRoom") == 1);
            assertThat(queue.poll().orElseThrow().sequence()).isEqualTo(1);
            assertThat(fourth.get()).isEqualTo(4);
        }
    }

    @Test
    void theWaitForRoomEndsInTimeAndByAnInterruptAndByTheEnd() throws Exception {
        NQueue queue = NQueue.open(disk, SMALL.withBounds(1, NQueueOptions.UNBOUNDED, WhenFull.BLOCK));
        assertThat(queue.offer(TEN, Duration.ZERO)).isEqualTo(OptionalLong.of(1));
        assertThat(queue.offer(TEN, Duration.ofMillis(5))).isEmpty();
        Thread.currentThread().interrupt();
        assertThatThrownBy(() -> queue.append(TEN))
                .isInstanceOf(QueueFullException.class)
                .hasMessageContaining("interrupted");
        assertThat(Thread.interrupted()).isTrue();
        CompletableFuture<Long> waits = CompletableFuture.supplyAsync(() -> queue.append(TEN), others);
        await().until(() -> threadsIn("awaitRoom") == 1);
        queue.close();
        assertThatThrownBy(waits::join)
                .hasCauseInstanceOf(IllegalStateException.class)
                .hasMessageContaining("closed");
    }

    /** Whoever waits is woken by every change; each time it took a segment for its own. */
    @Test
    void whatWaitsForRoomMakesNoSegments() throws Exception {
        NQueueOptions options = SMALL.with(Durability.OS).withBounds(NQueueOptions.UNBOUNDED, 6_000, WhenFull.BLOCK);
        try (NQueue queue = NQueue.open(disk, options)) {
            queue.append(new byte[1_500]);
            queue.append(new byte[1_500]);
            CompletableFuture<Long> batch =
                    CompletableFuture.supplyAsync(() -> queue.appendAll(Collections.nCopies(400, TEN)), others);
            CompletableFuture<Long> single = CompletableFuture.supplyAsync(() -> queue.append(new byte[4_000]), others);
            await().until(() -> threadsIn("awaitRoom") == 2);
            for (int i = 0; i < 100; i++) {
                queue.append(TEN);
                await().pollInterval(Duration.ofMillis(1)).until(() -> threadsIn("awaitRoom") == 2);
            }
            assertThat(segments()).isLessThan(10);
            assertThat(batch).isNotDone();
            assertThat(single).isNotDone();
            assertThat(queue.poll(102)).hasSize(102);
            CompletableFuture.anyOf(batch, single).get();
            while (!batch.isDone() || !single.isDone()) {
                queue.poll();
            }
            assertThat(batch).isCompleted();
            assertThat(single).isCompleted();
        }
    }

    @Test
    void whatIsRejectedMakesNoSegments() throws Exception {
        NQueueOptions rejects = SMALL.withBounds(NQueueOptions.UNBOUNDED, 6_000, WhenFull.REJECT);
        try (NQueue queue = NQueue.open(disk, rejects)) {
            fillBesideWhatDoesNotFit(
                    queue,
                    () -> assertThatThrownBy(() -> queue.appendAll(Collections.nCopies(400, TEN)))
                            .isInstanceOf(QueueFullException.class));
        }
        NQueueOptions blocks = SMALL.withBounds(NQueueOptions.UNBOUNDED, 6_000, WhenFull.BLOCK);
        try (NQueue queue = NQueue.open(disk, blocks)) {
            fillBesideWhatDoesNotFit(
                    queue,
                    () -> assertThat(queue.offer(new byte[4_000], Duration.ZERO))
                            .isEmpty());
        }
    }

    private void fillBesideWhatDoesNotFit(NQueue queue, Runnable attempt) {
        queue.append(new byte[1_500]);
        queue.append(new byte[1_500]);
        for (int i = 0; i < 100; i++) {
            queue.append(TEN);
            attempt.run();
        }
        assertThat(segments()).isLessThan(10);
        assertThat(queue.poll(200)).hasSize(102);
    }

    private long segments() {
        return disk.files().stream().filter(path -> path.endsWith(".seg")).count();
    }

    @ParameterizedTest
    @EnumSource(Durability.class)
    void theOldestGoForNewOnesAndNoNewOneIsLostForThem(Durability durability) {
        NQueueOptions options = SMALL.with(durability).withBounds(50, NQueueOptions.UNBOUNDED, WhenFull.DROP_OLDEST);
        try (NQueue queue = NQueue.open(disk, options)) {
            for (int i = 1; i <= 170; i++) { // its head is on disk only
                assertThat(queue.append(TEN)).isEqualTo(i);
            }
            queue.appendAll(Collections.nCopies(30, TEN));
            assertThat(queue.size()).isEqualTo(50);
            queue.sync();
        }
        try (NQueue after = NQueue.open(disk.crash(Loss.ALL), options)) {
            List<Long> found = new ArrayList<>();
            after.iterate(1).forEachRemaining(e -> found.add(e.sequence()));
            assertThat(found).hasSize(50).startsWith(151L).endsWith(200L);
        }
    }

    @Test
    void theOldestStayIfTheNewOnesAreNotDurable() {
        NQueueOptions options =
                SMALL.withSizes(64 << 10, 1000).withBounds(200, NQueueOptions.UNBOUNDED, WhenFull.DROP_OLDEST);
        NQueue queue = NQueue.open(disk, options);
        queue.appendAll(Collections.nCopies(200, TEN)); // its head is on disk only
        disk.failForce(path -> path.endsWith(".seg"), 1);
        assertThatThrownBy(() -> queue.appendAll(Collections.nCopies(100, TEN))).isInstanceOf(StorageException.class);
        assertThatThrownBy(queue::close).isInstanceOf(StorageException.class);
        try (NQueue after = NQueue.open(disk.crash(Loss.ALL), options)) {
            assertThat(after.peek().orElseThrow().sequence()).isEqualTo(1);
            assertThat(after.size()).isGreaterThanOrEqualTo(200); // perhaps with the first few new ones
        }
    }

    @Test
    void D2_theOldestStayIfOneOfThemCannotBeRead() {
        NQueueOptions options = SMALL.withBounds(70, NQueueOptions.UNBOUNDED, WhenFull.DROP_OLDEST);
        try (NQueue queue = NQueue.open(disk, options)) {
            for (int i = 1; i <= 72; i++) {
                queue.append(TEN);
            }
        }
        List<String> files =
                disk.files().stream().filter(path -> path.endsWith(".seg")).toList();
        assertThat(files).hasSize(3);
        disk.flipBit(files.get(1), SegmentHeader.BYTES + 5 * Records.size(10) + 60, 1);
        try (NQueue queue = NQueue.open(disk, options)) {
            queue.release(10);
            assertThat(queue.append(TEN)).isEqualTo(73);
            for (int size : new int[] {20, 40}) { // also larger than a segment
                assertThat(queue.appendAll(Collections.nCopies(size / 10, TEN))).isPositive();
                assertThatThrownBy(() -> queue.appendAll(Collections.nCopies(40, TEN)))
                        .isInstanceOf(CorruptionException.class)
                        .hasMessageContaining(files.get(1));
            }
            assertThat(queue.size()).isEqualTo(70);
            assertThat(queue.peek().orElseThrow().sequence()).isEqualTo(9);
        }
        try (NQueue after = NQueue.open(disk.crash(Loss.ALL), options)) {
            assertThat(after.size()).isEqualTo(70);
            assertThat(after.peek().orElseThrow().sequence()).isEqualTo(9);
        }
    }

    @Test
    void D2_aLargeBatchThatHasRoomIsNotToldOfRotInTheFirstElement() {
        NQueueOptions options = SMALL.withBounds(1_000, NQueueOptions.UNBOUNDED, WhenFull.DROP_OLDEST);
        try (NQueue queue = NQueue.open(disk, options)) {
            for (int i = 1; i <= 72; i++) {
                queue.append(TEN);
            }
        }
        String first = disk.files().stream()
                .filter(path -> path.endsWith(".seg"))
                .findFirst()
                .orElseThrow();
        disk.flipBit(first, SegmentHeader.BYTES + 60, 1);
        try (NQueue queue = NQueue.open(disk, options)) {
            assertThat(queue.appendAll(Collections.nCopies(40, TEN))).isEqualTo(73);
            assertThatThrownBy(queue::poll).isInstanceOf(CorruptionException.class);
        }
    }

    @Test
    void theOldestGoForABatchLargerThanASegmentBesideBusyAppenders() throws Exception {
        NQueueOptions options = SMALL.with(Durability.OS)
                .withSizes(16 << 10, 64 << 10)
                .withBounds(500, NQueueOptions.UNBOUNDED, WhenFull.DROP_OLDEST);
        AtomicBoolean stop = new AtomicBoolean();
        try (NQueue queue = NQueue.open(disk, options)) {
            List<CompletableFuture<Void>> busy = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                busy.add(CompletableFuture.runAsync(
                        () -> {
                            while (!stop.get()) {
                                queue.append(TEN);
                            }
                        },
                        others));
            }
            try {
                assertThat(CompletableFuture.supplyAsync(() -> queue.appendAll(Collections.nCopies(300, TEN)), others))
                        .succeedsWithin(Duration.ofSeconds(10));
            } finally {
                stop.set(true);
                busy.forEach(CompletableFuture::join);
            }
        }
    }

    @Test
    void aTimeoutLongerThanALongOfNanosecondsIsForEver() throws Exception {
        try (NQueue queue = NQueue.open(disk, SMALL.withBounds(1, NQueueOptions.UNBOUNDED, WhenFull.BLOCK))) {
            assertThat(queue.offer(TEN, Duration.ofSeconds(Long.MIN_VALUE))).hasValue(1);
            assertThat(queue.offer(TEN, Duration.ofSeconds(Long.MIN_VALUE))).isEmpty();
            CompletableFuture<OptionalLong> second =
                    CompletableFuture.supplyAsync(() -> queue.offer(TEN, Duration.ofSeconds(Long.MAX_VALUE)), others);
            await().until(() -> threadsIn("awaitRoom") == 1);
            queue.poll();
            assertThat(second.get()).hasValue(2);
        }
    }

    private static long threadsIn(String method) {
        return Thread.getAllStackTraces().values().stream()
                .filter(stack -> List.of(stack).toString().contains(method))
                .count();
    }
}
