package io.ngrid.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.ngrid.storage.QueueStore.Listed;
import io.ngrid.testkit.MemoryDisk;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Nobody waits for a checkpoint that lets go of many bodies [C2]. */
@Timeout(60)
class BodyStoreTest {
    private static final long QUEUE = 1;
    private static final int MANY = 3 * BodyStore.RELEASED_AT_ONCE;
    private static final Duration SOON = Duration.ofSeconds(30);

    private final BodyStore store = new BodyStore(new MemoryDisk(1), "bodies", 7, 1 << 20, new Pins());
    private final ExecutorService other = Executors.newSingleThreadExecutor();

    @AfterEach
    void stop() {
        other.shutdownNow();
    }

    private void put(long first, long last) {
        for (long sequence = first; sequence <= last; sequence++) {
            store.put(QUEUE, sequence, body(sequence));
        }
    }

    private void release(long first, long last) {
        for (long sequence = first; sequence <= last; sequence++) {
            store.release(QUEUE, sequence);
        }
    }

    private static byte[] body(long sequence) {
        return new byte[] {(byte) sequence};
    }

    private long inMemory(long first, long last) {
        long count = 0;
        for (long sequence = first; sequence <= last; sequence++) {
            count += store.inMemory(QUEUE, sequence) ? 1 : 0;
        }
        return count;
    }

    private BodyInstant freeze(long index) {
        return (BodyInstant) store.freeze(index, 1, index);
    }

    private static long live(Map<Long, List<Listed>> listed) {
        return listed.values().stream()
                .flatMap(List::stream)
                .mapToLong(Listed::live)
                .sum();
    }

    @Test
    void theBytesInMemoryAndABodyAreToldWithoutTheLock() {
        put(1, 10);
        synchronized (store) { // as while puts and releases are under way
            CompletableFuture<Void> told = CompletableFuture.runAsync(
                    () -> {
                        assertThat(store.memoryBytes()).isGreaterThan(10 * BodyStore.BODY_OVERHEAD);
                        assertThat(store.read(QUEUE, 3)).isEqualTo(body(3));
                        assertThat(store.inMemory(QUEUE, 3)).isTrue();
                    },
                    other);
            assertThat(told).succeedsWithin(SOON);
        }
    }

    @Test
    void whatACheckpointHasOnDiskGoesFromMemoryWithoutTheLock() throws IOException {
        put(1, MANY);
        BodyInstant instant = freeze(1);
        Map<Long, List<Listed>> listed = store.write(instant, queue -> sequence -> true);
        CompletableFuture<Void> published;
        synchronized (store) {
            published = CompletableFuture.runAsync(() -> store.published(instant, listed), other);
            await().atMost(SOON).until(() -> store.memoryBytes() == 0);
            assertThat(store.read(QUEUE, 3)).isEqualTo(body(3));
        }
        assertThat(published).succeedsWithin(SOON);
        assertThat(inMemory(1, MANY)).isZero();
        assertThat(store.read(QUEUE, 3)).isEqualTo(body(3));
    }

    @Test
    void releasesPutOffHappenInOrderAFewUnderOneHoldOfTheLock() {
        put(1, MANY + 1);
        BodyInstant instant = freeze(1);
        release(1, MANY);
        assertThat(inMemory(1, MANY)).isEqualTo(MANY);
        for (int round = 1; round <= 2; round++) {
            assertThat(store.releasePutOff(instant)).isTrue();
            long gone = round * BodyStore.RELEASED_AT_ONCE;
            assertThat(inMemory(1, gone)).isZero();
            assertThat(inMemory(gone + 1, MANY)).isEqualTo(MANY - gone);
        }
        store.release(QUEUE, MANY + 1); // behind those that are still put off
        assertThat(store.inMemory(QUEUE, MANY + 1)).isTrue();
        assertThat(store.releasePutOff(instant)).isTrue();
        assertThat(store.releasePutOff(instant)).isFalse();
        assertThat(inMemory(1, MANY + 1)).isZero();
        assertThat(store.memoryBytes()).isZero();
    }

    @Test
    void aCheckpointThatIsFrozenAmongReleasesPutOffListsNoneOfThem() throws IOException {
        put(1, MANY + 5);
        BodyInstant instant = freeze(1);
        assertThat(live(store.write(instant, queue -> sequence -> true))).isEqualTo(MANY + 5);
        release(1, MANY);
        assertThat(store.releasePutOff(instant)).isTrue();
        BodyInstant next = freeze(2);
        assertThat(store.releasePutOff(instant))
                .as("it is not the open one any more")
                .isFalse();
        assertThat(live(store.write(next, queue -> sequence -> sequence > MANY)))
                .isEqualTo(5);
    }

    /** One thread applies, another one writes checkpoints: nothing is counted twice, or not at all. */
    @Test
    void bodiesArePutAndReleasedWhileACheckpointLetsGoOfOthers() throws Exception {
        long first = 1;
        long last = 0;
        for (int round = 1; round <= 20; round++) {
            put(last + 1, last + MANY);
            last += MANY;
            BodyInstant instant = freeze(round);
            Map<Long, List<Listed>> listed = store.write(instant, queue -> sequence -> true);
            CompletableFuture<Void> published =
                    CompletableFuture.runAsync(() -> store.published(instant, listed), other);
            for (int i = 0; i < MANY; i++) {
                store.put(QUEUE, ++last, body(last));
                store.release(QUEUE, first++);
            }
            assertThat(published).succeedsWithin(SOON);
            assertThat(inMemory(first, last)).isEqualTo(MANY);
            release(first, first + MANY - 1); // at most as many are left as were put meanwhile
            first += MANY;
        }
        assertThat(first).isEqualTo(last + 1);
        assertThat(store.memoryBytes()).isZero();
        BodyInstant end = freeze(21);
        assertThat(live(store.write(end, queue -> sequence -> false))).isZero();
    }
}
