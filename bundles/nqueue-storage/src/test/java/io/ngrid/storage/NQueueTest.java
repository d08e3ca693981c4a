package io.ngrid.storage;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.awaitility.Awaitility.await;

import io.ngrid.api.ConfigurationException;
import io.ngrid.spi.storage.CorruptionException;
import io.ngrid.spi.storage.Disk;
import io.ngrid.spi.storage.DiskFile;
import io.ngrid.spi.storage.StorageException;
import io.ngrid.storage.NQueueOptions.Durability;
import io.ngrid.testkit.Loss;
import io.ngrid.testkit.MemoryDisk;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@Timeout(60)
class NQueueTest {
    private static final NQueueOptions SMALL = NQueueOptions.defaults()
            .withInterval(Duration.ofMillis(10))
            .with(Durability.FSYNC)
            .withSizes(4000, 2000);

    private MemoryDisk disk = new MemoryDisk(1);
    private NQueue queue = NQueue.open(disk, SMALL);

    @AfterEach
    void close() {
        try {
            queue.close();
        } catch (StorageException e) {
            assertThat(e).isNotNull(); // a test broke it
        }
    }

    private void crash(Loss loss) {
        disk = disk.crash(loss);
        queue = NQueue.open(disk, SMALL);
    }

    private List<String> segments() {
        return disk.files().stream()
                .filter(path -> path.endsWith(".seg"))
                .sorted()
                .toList();
    }

    private static byte[] body(long number) {
        return ("element " + number).getBytes(UTF_8);
    }

    @Test
    void elementsComeOutOnceInOrderAcrossPowerCuts() {
        for (int i = 1; i <= 500; i++) {
            assertThat(queue.append(body(i))).isEqualTo(i);
        }
        for (int i = 1; i <= 500; i++) {
            assertThat(queue.poll().orElseThrow().body()).isEqualTo(body(i));
            if (i % 100 == 0) {
                crash(Loss.ALL);
                assertThat(queue.size()).isEqualTo(500 - i);
            }
        }
        assertThat(queue.poll()).isEmpty();
        assertThat(disk.files().stream().filter(f -> f.endsWith(".seg")).count())
                .isEqualTo(1);
    }

    @Test
    void batchesPeekReadReleaseIterateTruncate() {
        assertThat(queue.appendAll(List.of(body(1), body(2), body(3), body(4)))).isEqualTo(1);
        assertThat(queue.peek().orElseThrow().sequence()).isEqualTo(1);
        assertThat(queue.release(2)).isTrue();
        assertThat(queue.read(2)).isEmpty();
        assertThat(queue.read(3).orElseThrow()).isEqualTo(body(3));
        List<Long> seen = new ArrayList<>();
        queue.iterate(1).forEachRemaining(e -> seen.add(e.sequence()));
        assertThat(seen).containsExactly(1L, 3L, 4L);
        queue.truncateTail(4);
        crash(Loss.ALL);
        assertThat(queue.size()).isEqualTo(2);
        assertThat(queue.bytes()).isEqualTo(body(1).length * 2L);
        assertThat(queue.poll(10)).extracting(Element::sequence).containsExactly(1L, 3L);
    }

    @Test
    void H07_sequencesAreNeverReusedAfterAllIsConsumed() {
        for (int round = 0; round < 10; round++) {
            long first = queue.appendAll(List.of(body(1), body(2)));
            assertThat(first).isEqualTo(1 + 2L * round);
            assertThat(queue.poll(2)).hasSize(2);
            crash(Loss.ALL);
        }
    }

    @Test
    void anAppendReturnsOnlyAfterItsForceAndAppendersShareOne() throws Exception {
        queue.append(body(0));
        ExecutorService callers = Executors.newFixedThreadPool(8);
        try {
            disk.holdForces(path -> path.endsWith(".seg"));
            CompletableFuture<Long> first = CompletableFuture.supplyAsync(() -> queue.append(body(1)), callers);
            await().until(() -> disk.heldForces() == 1);
            List<CompletableFuture<Long>> others = IntStream.range(0, 7)
                    .mapToObj(i -> CompletableFuture.supplyAsync(() -> queue.append(body(i)), callers))
                    .toList();
            assertThat(first).isNotDone();
            long forces = disk.counters().forces();
            await().until(() -> callersWaiting() >= 7);
            disk.releaseForces();
            CompletableFuture.allOf(others.toArray(CompletableFuture[]::new)).get();
            assertThat(disk.counters().forces() - forces).isLessThanOrEqualTo(3);
            crash(Loss.ALL);
            assertThat(queue.size()).isEqualTo(9);
        } finally {
            callers.shutdownNow();
        }
    }

    private static long callersWaiting() {
        return Thread.getAllStackTraces().entrySet().stream()
                        .filter(e -> e.getKey().getName().startsWith("pool-"))
                        .filter(e -> List.of(e.getValue()).toString().contains("NQueue.append"))
                        .filter(e -> e.getKey().getState() == Thread.State.WAITING)
                        .count()
                - 1; // the first one
    }

    @Test
    void withDurabilityOsAKilledProcessLosesNothing() {
        queue.close();
        queue = NQueue.open(disk, SMALL.with(Durability.OS));
        long forces = disk.counters().forces();
        queue.appendAll(List.of(body(1), body(2), body(3)));
        queue.poll();
        queue.append(body(4));
        crash(Loss.NONE);
        assertThat(queue.poll(9)).extracting(Element::sequence).containsExactly(2L, 3L, 4L);
        assertThat(forces).isPositive();
    }

    @Test
    void inOsModeNobodyWaitsForAForceOfElements() throws Exception {
        queue.close();
        queue = NQueue.open(disk, SMALL.with(Durability.OS));
        for (int i = 1; i <= 30; i++) { // seven in a segment
            queue.append(new byte[500]);
        }
        disk.holdForces(path -> path.endsWith(".seg"));
        ExecutorService callers = Executors.newCachedThreadPool();
        try {
            queue.append(body(31));
            CompletableFuture<List<Element>> usesUp = CompletableFuture.supplyAsync(() -> queue.poll(10), callers);
            await().until(() -> disk.heldForces() == 1 && polled(callers, 10));
            assertThat(CompletableFuture.supplyAsync(() -> queue.append(body(32)), callers))
                    .succeedsWithin(Duration.ofSeconds(10));
            assertThat(CompletableFuture.supplyAsync(queue::poll, callers))
                    .succeedsWithin(Duration.ofSeconds(10))
                    .satisfies(eleventh ->
                            assertThat(eleventh.orElseThrow().sequence()).isEqualTo(11));
            assertThat(usesUp).isNotDone();
            disk.releaseForces();
            assertThat(usesUp.get()).hasSize(10);
            assertThat(segments()).noneMatch(path -> path.endsWith("/0000000000000001.seg"));
            crash(Loss.NONE); // the durable cursor is the older one of two
            assertThat(queue.peek().orElseThrow().sequence()).isEqualTo(12);
            assertThat(queue.size()).isEqualTo(21);
        } finally {
            disk.releaseForces();
            callers.shutdownNow();
        }
    }

    @Test
    void inOsModeWhatIsAppendedBehindASealIsSealedToo() throws Exception {
        queue.close();
        queue = NQueue.open(disk, SMALL.with(Durability.OS));
        disk.holdForces(path -> path.endsWith(".seg"));
        queue.append(body(1));
        await().until(() -> disk.heldForces() == 1); // a second later
        queue.append(body(2));
        AtomicInteger forces = new AtomicInteger();
        disk.onForce(path -> forces.addAndGet(path.endsWith(".seg") ? 1 : 0));
        disk.releaseForces();
        await().until(() -> forces.get() >= 2); // what came meanwhile, and the seal
        int sealed = forces.get();
        queue.append(body(3));
        await().until(() -> forces.get() > sealed);
    }

    private boolean polled(ExecutorService callers, long elements) throws Exception {
        return callers.submit(queue::size).get(10, TimeUnit.SECONDS) == 31 - elements;
    }

    @ParameterizedTest
    @EnumSource(
            value = Durability.class,
            names = {"OS", "INTERVAL"})
    void nobodyElseWaitsForASync(Durability durability) throws Exception {
        queue.close();
        queue = NQueue.open(disk, SMALL.withInterval(Duration.ofHours(1)).with(durability));
        ExecutorService callers = Executors.newCachedThreadPool();
        try {
            queue.append(body(1));
            queue.append(body(2));
            queue.poll();
            disk.holdForces(path -> path.endsWith(".seg"));
            CompletableFuture<Void> synced = CompletableFuture.runAsync(queue::sync, callers);
            await().until(() -> disk.heldForces() == 1);
            assertThat(CompletableFuture.supplyAsync(() -> queue.append(body(3)), callers))
                    .succeedsWithin(Duration.ofSeconds(10));
            assertThat(CompletableFuture.supplyAsync(queue::poll, callers)).succeedsWithin(Duration.ofSeconds(10));
            assertThat(CompletableFuture.supplyAsync(queue::size, callers))
                    .succeedsWithin(Duration.ofSeconds(10))
                    .isEqualTo(1L);
            assertThat(synced).isNotDone();
            MemoryDisk unforced = disk.copyAfterPowerCut();
            disk.releaseForces();
            synced.get();
            try (NQueue before = NQueue.open(unforced, SMALL);
                    NQueue after = NQueue.open(disk.copyAfterPowerCut(), SMALL)) {
                assertThat(before.size()).isZero();
                assertThat(after.read(1)).isEmpty();
                assertThat(after.append(body(9))).isGreaterThan(2);
            }
        } finally {
            disk.releaseForces();
            callers.shutdownNow();
        }
    }

    @Test
    void H42_withDurabilityOsAllIsWithTheSystemAtOnceOnARealDiskToo(@TempDir Path directory) throws Exception {
        Path original = directory.resolve("original");
        Path copy = directory.resolve("copy");
        NQueueOptions options = NQueueOptions.defaults().with(Durability.OS).withSizes(300_000, 10_000);
        try (NQueue real = NQueue.open(original, options)) {
            for (int i = 1; i <= 5000; i++) {
                real.append(body(i));
                if (i % 5 == 0) {
                    real.poll();
                }
                if (i % 1000 == 7) { // as a process finds it that starts after this one was killed
                    copy(original, copy);
                    try (NQueue next = NQueue.open(copy, options)) {
                        assertThat(next.size()).isEqualTo(i - i / 5);
                        assertThat(next.iterate(1))
                                .toIterable()
                                .allSatisfy(e -> assertThat(e.body()).isEqualTo(body(e.sequence())));
                        next.append(body(0));
                    }
                }
            }
        }
        assertThat(original.resolve("segments")).isDirectoryContaining(file -> sizeOf(file) < 300_000);
    }

    private static long sizeOf(Path file) {
        return file.toFile().length();
    }

    private static void copy(Path from, Path to) throws IOException {
        Files.createDirectories(to.resolve("segments"));
        try (Stream<Path> old = Files.list(to.resolve("segments"))) {
            old.forEach(file -> file.toFile().delete());
        }
        try (Stream<Path> files = Files.walk(from)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                Files.copy(file, to.resolve(from.relativize(file)), StandardCopyOption.REPLACE_EXISTING);
            }
        }
    }

    @Test
    void numbersOfOnesOwnRiseAndMayHaveGaps() {
        queue.append(5, body(5));
        queue.append(9, body(9));
        queue.appendAll(List.of(body(10), body(11)));
        queue.append(1_000_000_000_000L, body(12));
        assertThatThrownBy(() -> queue.append(9, body(9)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContainingAll("9", "1000000000000");
        assertThatThrownBy(() -> queue.append(0, body(9))).isInstanceOf(IllegalArgumentException.class);
        assertThat(queue.size()).isEqualTo(5);
        assertThat(queue.read(6)).isEmpty();
        assertThat(queue.release(7)).isFalse();
        assertThat(queue.release(10)).isTrue();
        assertThat(queue.peek().orElseThrow().sequence()).isEqualTo(5);
        crash(Loss.ALL);
        assertThat(queue.size()).isEqualTo(4);
        assertThat(queue.poll(9)).extracting(Element::sequence).containsExactly(5L, 9L, 11L, 1_000_000_000_000L);
        crash(Loss.ALL);
        assertThat(queue.poll()).isEmpty();
        assertThat(queue.append(body(1))).isEqualTo(1_000_000_000_001L);
    }

    /** Files are named by sequences of 18 digits at most. */
    @Test
    void sequencesAreBoundedAndTheHighestOneIsKept() {
        assertThatThrownBy(() -> queue.append(1_795_746_000_000_000_000L, body(1))) // nanoseconds since 1970
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(String.valueOf(NQueue.MAX_SEQUENCE));
        assertThatThrownBy(() -> queue.append(Long.MAX_VALUE, body(1))).isInstanceOf(IllegalArgumentException.class);
        long first = NQueue.MAX_SEQUENCE - 299;
        for (int i = 0; i < 298; i++) {
            queue.append(first + i, body(i));
        }
        assertThatThrownBy(() -> queue.appendAll(List.of(body(1), body(2), body(3))))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> queue.appendAll(Collections.nCopies(50, new byte[1_000])))
                .isInstanceOf(IllegalArgumentException.class);
        assertThat(queue.append(body(1))).isEqualTo(NQueue.MAX_SEQUENCE - 1);
        assertThat(queue.append(body(2))).isEqualTo(NQueue.MAX_SEQUENCE);
        assertThatThrownBy(() -> queue.append(body(3))).isInstanceOf(IllegalArgumentException.class);
        assertThat(queue.size()).isEqualTo(300);
        queue.close();
        queue = NQueue.open(disk, SMALL);
        assertThat(queue.poll(400)).hasSize(300);
        queue.close();
        queue = NQueue.open(disk, SMALL);
        assertThatThrownBy(() -> queue.append(body(3))).isInstanceOf(IllegalArgumentException.class);
        assertThat(queue.size()).isZero();
    }

    @Test
    void withAnIntervalChangesAreForcedByThemselves() {
        queue.close();
        queue = NQueue.open(disk, SMALL.with(Durability.INTERVAL));
        queue.append(body(1));
        queue.append(body(2));
        queue.poll();
        await().untilAsserted(() -> {
            try (NQueue after = NQueue.open(disk.copyAfterPowerCut(), SMALL)) {
                assertThat(after.size()).isEqualTo(1);
            }
        });
    }

    /** When all is forced the next change has to tell the thread, though a seal is due later. */
    @Test
    void anIntervalIsKeptForTheNextChangeToo() throws Exception {
        QueueCore core = QueueCore.open(new MemoryDisk(5), SMALL.with(Durability.INTERVAL), 1);
        core.append(0, body(1));
        assertThat(core.isSettled()).isFalse();
        core.commit(0);
        assertThat(core.isSettled()).isFalse();
        core.commit(SMALL.interval().toNanos());
        assertThat(core.isSettled()).isTrue();
        assertThat(core.nextTaskNanos()).isLessThan(Long.MAX_VALUE);
        core.append(0, body(2));
        assertThat(core.isSettled()).isFalse();
        core.close();
    }

    @Test
    void anIdleQueueWritesNothingMoreAfterItsSeal() {
        queue.append(body(1));
        long sealed = disk.counters().writes() + 1;
        await().until(() -> disk.counters().writes() == sealed);
        assertThat(queue.size()).isEqualTo(1);
        assertThat(disk.counters().writes()).isEqualTo(sealed);
    }

    @Test
    void aQueueWhoseMakerWasKilledIsDurableOnceItIsOpenedAgain() throws Exception {
        MemoryDisk fresh = new MemoryDisk(3);
        MemoryDisk[] killed = new MemoryDisk[1];
        fresh.onForce(path -> {
            if (path.isEmpty() && killed[0] == null) { // the cursor has its name, in the page cache
                killed[0] = fresh.crash(Loss.NONE);
            }
        });
        assertThatThrownBy(() -> QueueCore.open(fresh, SMALL, 1)).isInstanceOf(StorageException.class);
        QueueCore core = QueueCore.open(killed[0], SMALL, 1);
        core.append(0, body(1));
        core.sync();
        assertThat(QueueCore.open(killed[0].crash(Loss.ALL), SMALL, 1).size()).isEqualTo(1);
    }

    /** The next start finds no segment, and says so; a power cut must not bring the last one back. */
    @Test
    void H42_segmentsWhoseDeletionAKillInterruptedStayAway() throws Exception {
        MemoryDisk fresh = new MemoryDisk(3);
        QueueCore core = QueueCore.open(fresh, SMALL, 1);
        core.append(0, body(1));
        core.sync();
        MemoryDisk[] killed = new MemoryDisk[1];
        fresh.onForce(path -> {
            if (path.equals(QueueCore.SEGMENTS)) { // deleted, in the page cache
                killed[0] = fresh.crash(Loss.NONE);
            }
        });
        assertThatThrownBy(() -> core.truncateTail(1)).isInstanceOf(StorageException.class);
        assertThat(QueueCore.open(killed[0], SMALL, 1).size()).isZero();
        assertThat(QueueCore.open(killed[0].crash(Loss.ALL), SMALL, 1).size()).isZero();
    }

    @Test
    void H42_aFailedForceIsNeverRepeated() {
        queue.append(body(1));
        disk.failForce(path -> path.endsWith(".seg"), 1);
        assertThatThrownBy(() -> queue.append(body(2))).isInstanceOf(StorageException.class);
        long forces = disk.counters().forces();
        assertThatThrownBy(() -> queue.append(body(3))).isInstanceOf(StorageException.class);
        assertThatThrownBy(() -> queue.poll()).isInstanceOf(StorageException.class);
        assertThat(disk.counters().forces()).isEqualTo(forces);
        crash(Loss.ALL);
        assertThat(queue.peek().orElseThrow().body()).isEqualTo(body(1));
    }

    /** As {@link SegmentedLogTest}'s: to force it again writes nothing, and the seal would be a proof of what is not there. */
    @Test
    void H42_whatAFailedForceLeftInTheCacheIsOnDiskBeforeItIsBelieved() throws Exception {
        int failed = 0;
        int leftSegments = 0;
        Random random = new Random(1);
        for (int run = 0; run < 600; run++) {
            NQueueOptions options = SMALL.with(Durability.values()[run % Durability.values().length]);
            MemoryDisk one = new MemoryDisk(random.nextLong());
            QueueCore core = QueueCore.open(one, options, 7);
            core.append(0, body(1));
            core.sync();
            boolean many = random.nextInt(4) == 0; // so many that they are forced while the next one is begun
            one.failForce(path -> path.endsWith(".seg"), many ? 9 : 1 + random.nextInt(3));
            try {
                for (int i = many ? 40 : 1 + random.nextInt(8); i > 0; i--) {
                    core.append(0, new byte[1_000 + random.nextInt(2_000)]);
                }
                leftSegments += core.wantsHelp() ? 1 : 0;
                core.sync();
            } catch (StorageException e) {
                failed++;
            }
            one = one.crash(Loss.NONE);
            core = QueueCore.open(one, options, 7);
            if (random.nextBoolean()) {
                core.append(0, body(2));
                core.sync();
            }
            List<String> believed = all(core);
            one = one.crash(random.nextBoolean() ? Loss.ALL : Loss.RANDOM);
            core = QueueCore.open(one, options, 7);
            assertThat(all(core)).as("run " + run).isEqualTo(believed);
            core.close();
        }
        assertThat(failed).isGreaterThan(200);
        assertThat(leftSegments).isGreaterThan(100);
    }

    private static List<String> all(QueueCore core) throws IOException {
        List<String> all = new ArrayList<>();
        for (List<Element> page = core.page(1); !page.isEmpty(); ) {
            page.forEach(e -> all.add(e.sequence() + ": " + e.body().length + " bytes, " + Arrays.hashCode(e.body())));
            page = core.page(page.get(page.size() - 1).sequence() + 1);
        }
        return all;
    }

    /** Room ahead of the records is for speed only. */
    @Test
    void aDiskWithLittleRoomTakesWhatFitsAndOpens() {
        NQueueOptions options = NQueueOptions.defaults().with(Durability.FSYNC);
        MemoryDisk little = new MemoryDisk(2);
        queue = NQueue.open(little, options);
        long capacity = used(little) + 10_000;
        little.capacity(capacity);
        for (int i = 1; i <= 9; i++) {
            assertThat(queue.append(new byte[1_000])).isEqualTo(i);
        }
        assertThatThrownBy(() -> queue.append(new byte[1_000])).isInstanceOf(StorageException.class);
        little = little.crash(Loss.ALL);
        little.capacity(capacity);
        queue = NQueue.open(little, options);
        assertThat(queue.poll(100)).hasSize(9);
        assertThat(queue.append(body(10))).isEqualTo(10);
        queue.close();
        queue = NQueue.open(little, options);
        assertThat(queue.poll(100)).extracting(Element::sequence).containsExactly(10L);
    }

    @Test
    void roomAheadThatThereIsNoSpaceForIsNotAskedForAgainInTheSegment() throws Exception {
        MemoryDisk little = new MemoryDisk(2);
        QueueCore core = QueueCore.open(little, NQueueOptions.defaults().with(Durability.FSYNC), 1);
        little.capacity(used(little) + 10_000);
        core.append(0, new byte[1_000]);
        core.sync();
        long writes = little.counters().writes();
        for (int i = 0; i < 8; i++) {
            core.append(0, new byte[1_000]);
            core.sync();
        }
        assertThat(little.counters().writes() - writes).isEqualTo(8);
        core.close();
    }

    private static long used(MemoryDisk disk) {
        return disk.files().stream()
                .mapToLong(path -> disk.content(path).length)
                .sum();
    }

    /** Closing throws it too; the same object twice would be refused by Java, in its own words. */
    @Test
    void tryWithResourcesShowsTheFailureThatEndedTheQueue() {
        MemoryDisk failing = new MemoryDisk(2);
        assertThatThrownBy(() -> {
                    try (NQueue ended = NQueue.open(failing, SMALL)) {
                        failing.failForce(path -> path.endsWith(".seg"), 1);
                        ended.append(body(1));
                        ended.append(body(2));
                    }
                })
                .isInstanceOf(StorageException.class)
                .hasMessageContaining("force failed");
    }

    @Test
    void H20_anErrorWhileOpeningIsTold() {
        Disk failing = withErrors(Disk.class, new MemoryDisk(2), "list", new AtomicBoolean(true));
        CompletableFuture<NQueue> opened = CompletableFuture.supplyAsync(() -> NQueue.open(failing, SMALL));
        assertThatThrownBy(() -> opened.get(10, TimeUnit.SECONDS))
                .cause()
                .isInstanceOf(StorageException.class)
                .hasMessageContaining("memory")
                .hasCauseInstanceOf(OutOfMemoryError.class);
    }

    @Test
    void H20_anErrorOnTheThreadEndsTheQueueWithItsCause() {
        AtomicBoolean fails = new AtomicBoolean();
        NQueue ended = NQueue.open(withErrors(Disk.class, new MemoryDisk(2), "force", fails), SMALL);
        fails.set(true);
        for (int i = 0; i < 2; i++) {
            assertThatThrownBy(() -> ended.append(body(1)))
                    .isInstanceOf(StorageException.class)
                    .hasRootCauseInstanceOf(OutOfMemoryError.class);
        }
        assertThatThrownBy(ended::close).hasRootCauseInstanceOf(OutOfMemoryError.class);
    }

    /** The segment knows the element, the file does not. */
    @Test
    void H20_anErrorInAnAppendEndsTheQueue() {
        AtomicBoolean fails = new AtomicBoolean();
        MemoryDisk failing = new MemoryDisk(2);
        NQueueOptions options = SMALL.with(Durability.OS).withSizes(1 << 20, 2000);
        NQueue ended = NQueue.open(withErrors(Disk.class, failing, "write", fails), options);
        ended.append(body(1));
        assertThatThrownBy(() -> ended.append(1, body(1))).isInstanceOf(IllegalArgumentException.class);
        assertThat(ended.append(body(2))).isEqualTo(2); // a refusal is no failure
        fails.set(true);
        assertThatThrownBy(() -> ended.append(new byte[100_000])) // which goes by the buffer
                .isInstanceOf(StorageException.class)
                .hasRootCauseInstanceOf(OutOfMemoryError.class);
        fails.set(false);
        assertThatThrownBy(() -> ended.append(body(4))).isInstanceOf(StorageException.class);
        assertThatThrownBy(ended::close).isInstanceOf(StorageException.class);
        try (NQueue after = NQueue.open(failing.crash(Loss.NONE), options)) {
            assertThat(after.poll(9)).extracting(Element::sequence).containsExactly(1L, 2L);
        }
    }

    @Test
    void H20_anErrorInAPollEndsTheQueue() {
        AtomicBoolean fails = new AtomicBoolean();
        MemoryDisk failing = new MemoryDisk(2);
        NQueueOptions options = SMALL.with(Durability.OS);
        NQueue ended = NQueue.open(withErrors(Disk.class, failing, "write", fails), options);
        ended.append(body(1));
        fails.set(true);
        assertThatThrownBy(ended::poll)
                .isInstanceOf(StorageException.class)
                .hasRootCauseInstanceOf(OutOfMemoryError.class);
        fails.set(false);
        assertThatThrownBy(ended::poll).isInstanceOf(StorageException.class);
        try (NQueue after = NQueue.open(failing.crash(Loss.NONE), options)) {
            assertThat(after.poll(9)).extracting(Element::sequence).containsExactly(1L);
        }
    }

    /** Throws an Error at calls of this name, also those of its files, while it is told to. */
    private static <T> T withErrors(Class<T> type, T target, String method, AtomicBoolean fails) {
        return type.cast(Proxy.newProxyInstance(
                type.getClassLoader(), new Class<?>[] {type}, (proxy, called, arguments) -> {
                    if (called.getName().equals(method) && fails.get()) {
                        throw new OutOfMemoryError("planted");
                    }
                    try {
                        Object result = called.invoke(target, arguments);
                        return result instanceof DiskFile file
                                ? withErrors(DiskFile.class, file, method, fails)
                                : result;
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                }));
    }

    @Test
    void H44_aStormOfInterruptsOnCallersHarmsNothing(@TempDir Path directory) throws Exception {
        int callers = 4;
        int each = 300;
        Set<Long> sequences = new HashSet<>();
        ConcurrentLinkedQueue<Long> given = new ConcurrentLinkedQueue<>();
        try (NQueue real = NQueue.open(directory, NQueueOptions.defaults().with(Durability.OS))) {
            List<Thread> threads = new ArrayList<>();
            ConcurrentLinkedQueue<Throwable> failures = new ConcurrentLinkedQueue<>();
            for (int c = 0; c < callers; c++) {
                threads.add(new Thread(() -> {
                    try {
                        for (int i = 0; i < each; i++) {
                            given.add(real.append(body(i)));
                            real.read(1 + i / 2);
                            real.peek();
                        }
                    } catch (Throwable t) {
                        failures.add(t);
                    }
                }));
            }
            threads.forEach(Thread::start);
            while (threads.stream().anyMatch(Thread::isAlive)) {
                threads.forEach(Thread::interrupt);
                Thread.onSpinWait();
            }
            assertThat(failures).isEmpty();
            Thread.currentThread().interrupt();
            assertThat(real.size()).isEqualTo((long) callers * each);
            assertThat(Thread.interrupted()).isTrue();
        }
        sequences.addAll(given);
        assertThat(sequences).hasSize(callers * each);
        try (NQueue again = NQueue.open(directory, NQueueOptions.defaults())) {
            assertThat(again.size()).isEqualTo((long) callers * each);
        }
    }

    /** It makes segments, which an interrupt of the thread that does would end. */
    @Test
    void D4_anInterruptHurtsNoBatchLargerThanASegment(@TempDir Path directory) throws Exception {
        List<byte[]> batch = Collections.nCopies(50, new byte[1_000]);
        for (Durability durability : Durability.values()) {
            Path own = directory.resolve(durability.name());
            try (NQueue real = NQueue.open(own, SMALL.with(durability))) {
                Thread.currentThread().interrupt();
                assertThat(real.appendAll(batch)).isEqualTo(1);
                assertThat(Thread.interrupted()).isTrue();
                assertThat(real.append(body(51))).isEqualTo(51);
            }
            try (NQueue again = NQueue.open(own, SMALL)) {
                assertThat(again.poll(100)).hasSize(51);
            }
        }
    }

    /** It does not fit: a segment has a header too. */
    @Test
    void D4_anInterruptHurtsNoBatchOfJustTheSizeOfASegment(@TempDir Path directory) throws Exception {
        List<byte[]> batch = Collections.nCopies(40, new byte[44]);
        try (NQueue real = NQueue.open(directory, SMALL.withSizes(QueueCore.size(batch), 2000))) {
            Thread.currentThread().interrupt();
            try {
                assertThat(real.appendAll(batch)).isEqualTo(1);
            } finally {
                assertThat(Thread.interrupted()).isTrue();
            }
            assertThat(real.append(body(41))).isEqualTo(41);
        }
    }

    /** It ends the queue, whoever has come that far. */
    @Test
    void H42_aFailedForceWithinABatchLargerThanASegmentEndsTheQueue() {
        queue.close();
        queue = NQueue.open(disk, SMALL.with(Durability.INTERVAL));
        disk.failForce(path -> path.endsWith(".seg"), 1);
        List<byte[]> batch = Collections.nCopies(100, new byte[1_000]);
        assertThatThrownBy(() -> queue.appendAll(batch)).isInstanceOf(StorageException.class);
        assertThatThrownBy(() -> queue.append(body(1))).isInstanceOf(StorageException.class);
        assertThatThrownBy(() -> queue.close()).isInstanceOf(StorageException.class);
    }

    @Test
    void D2_whatWasTakenBeforeAnElementThatCannotBeReadIsGivenToItsCaller() {
        takesWhatIsBeforeRot(SMALL);
    }

    @Test
    void D2_soIsWhatWasReadTogetherWithIt() {
        takesWhatIsBeforeRot(SMALL.withSizes(4000, 4 << 20));
    }

    private void takesWhatIsBeforeRot(NQueueOptions options) {
        queue.appendAll(Collections.nCopies(30, new byte[500]));
        queue.close();
        List<String> segments = segments();
        disk.flipBit(segments.get(1), 1_000, 3);
        long bad = Long.parseLong(segments.get(1).replaceAll(".*/|[.]seg", ""))
                + (1_000 - SegmentHeader.BYTES) / Records.size(500);
        queue = NQueue.open(disk, options);
        List<Long> seen = new ArrayList<>();
        assertThatThrownBy(() -> queue.iterate(1).forEachRemaining(element -> seen.add(element.sequence())))
                .isInstanceOf(CorruptionException.class)
                .hasMessageContaining(segments.get(1));
        assertThat(seen).isEqualTo(LongStream.range(1, bad).boxed().toList());
        assertThat(queue.peek()).isPresent();
        List<Long> taken = new ArrayList<>();
        assertThatThrownBy(() -> {
                    while (true) {
                        List<Element> some = queue.poll(100);
                        some.forEach(element -> taken.add(element.sequence()));
                        assertThat(some).isNotEmpty();
                    }
                })
                .isInstanceOf(CorruptionException.class)
                .hasMessageContaining(segments.get(1));
        assertThat(taken).isEqualTo(seen);
        assertThat(queue.size()).isEqualTo(30 - taken.size());
    }

    @Test
    void D2_aTruncationThatMeetsRotChangesNothing() {
        queue.appendAll(Collections.nCopies(30, new byte[500]));
        queue.close();
        List<String> segments = segments();
        assertThat(segments).hasSizeGreaterThan(3);
        disk.flipBit(segments.get(1), 600, 3);
        long first = Long.parseLong(segments.get(1).replaceAll(".*/|[.]seg", ""));
        queue = NQueue.open(disk, SMALL);
        assertThatThrownBy(() -> queue.truncateTail(first + 4))
                .isInstanceOf(CorruptionException.class)
                .hasMessageContaining(segments.get(1));
        assertThat(disk.files()).containsAll(segments);
        assertThat(queue.size()).isEqualTo(30);
        assertThat(queue.append(body(31))).isEqualTo(31);
        crash(Loss.ALL);
        assertThat(queue.read(30)).isPresent();
        assertThat(queue.read(31)).isPresent();
    }

    /** What it does not cut it need not read. */
    @Test
    void D2_aTruncationIsNotToldOfRotInASegmentThatStays() {
        queue.appendAll(Collections.nCopies(30, new byte[500]));
        queue.close();
        List<String> segments = segments();
        disk.flipBit(segments.get(1), 2_000, 3);
        long first = Long.parseLong(segments.get(1).replaceAll(".*/|[.]seg", ""));
        long next = Long.parseLong(segments.get(2).replaceAll(".*/|[.]seg", ""));
        queue = NQueue.open(disk, SMALL);
        assertThat(queue.release(first)).isTrue();
        queue.truncateTail(next);
        assertThat(queue.size()).isEqualTo(next - 2);
        assertThat(disk.files()).doesNotContain(segments.get(2));
        assertThat(queue.append(body(1))).isEqualTo(next);
        assertThatThrownBy(() -> queue.read(next - 1))
                .isInstanceOf(CorruptionException.class)
                .hasMessageContaining(segments.get(1));
    }

    @Test
    void aQueueIsOpenOnceOnly(@TempDir Path directory) throws Exception {
        try (NQueue real = NQueue.open(directory, SMALL)) {
            assertThatThrownBy(() -> NQueue.open(directory, SMALL)).isInstanceOf(ConfigurationException.class);
            real.append(body(1));
        }
        NQueue.open(directory, SMALL).close();
    }

    @Test
    void aClosedQueueSaysSo() {
        queue.close();
        queue.close();
        assertThatThrownBy(() -> queue.size())
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("closed");
    }

    @Test
    void releasesInOrderLeaveNoGapsWhateverTheNumbers() {
        queue.close();
        queue = NQueue.open(disk, SMALL.with(Durability.OS)); // most are on disk only
        for (long i = 1; i <= Cursor.MAX_RANGES + 100; i++) {
            queue.append(i * 10, new byte[10]);
        }
        assertThat(queue.release(50)).isTrue(); // but one
        queue.iterate(1).forEachRemaining(element -> queue.release(element.sequence()));
        assertThat(queue.size()).isZero();
    }

    @Test
    void releasesOutOfOrderAreBounded() {
        byte[] empty = new byte[0];
        queue.appendAll(java.util.Collections.nCopies(2 * Cursor.MAX_RANGES + 10, empty));
        queue.close();
        queue = NQueue.open(disk, SMALL.with(Durability.OS));
        for (int i = 1; i <= Cursor.MAX_RANGES; i++) {
            assertThat(queue.release(2L * i)).isTrue();
        }
        assertThatThrownBy(() -> queue.release(2L * Cursor.MAX_RANGES + 2))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("gaps");
        assertThat(queue.release(1)).isTrue();
        assertThat(queue.release(2L * Cursor.MAX_RANGES + 2)).isTrue();
    }

    @Test
    void H37_everyByteFlippedIsCorruptionNeverWrongData() {
        Random random = new Random(1);
        for (int i = 0; i < 40; i++) {
            byte[] body = new byte[200];
            random.nextBytes(body);
            queue.append(body);
        }
        queue.poll(3);
        queue.close();
        assertThat(disk.files().stream().filter(f -> f.endsWith(".seg")).count())
                .isGreaterThan(2);
        for (String path : disk.files()) {
            int length = path.endsWith(".seg") ? disk.content(path).length : 0;
            String last = disk.files().stream()
                    .filter(f -> f.endsWith(".seg"))
                    .reduce((a, b) -> b)
                    .orElseThrow();
            length -= path.equals(last) ? Records.HEADER : 0; // its seal has no proof behind it, and holds nothing
            for (int at = 0; at < length; at += 5) {
                MemoryDisk rotten = disk.copy();
                rotten.flipBit(path, at, at % 8);
                Throwable thrown = catchThrowable(() -> {
                    try (NQueue bad = NQueue.open(rotten, SMALL)) {
                        assertThat(bad.iterate(1)).toIterable().hasSize(37);
                        bad.read(1);
                        bad.iterate(1);
                    }
                });
                FileLayout.assertTold(thrown, path, disk.content(path), at);
            }
        }
    }

    @Test
    void H37_aLostCursorOrSegmentIsCorruption() throws Exception {
        for (int i = 0; i < 100; i++) {
            queue.append(body(i));
        }
        queue.poll(2);
        queue.close();
        List<String> segments =
                disk.files().stream().filter(f -> f.endsWith(".seg")).toList();
        List<String> lost = new ArrayList<>(segments.subList(0, segments.size() - 1));
        lost.add("cursor");
        for (String path : lost) {
            MemoryDisk without = disk.copy();
            without.delete(path);
            assertThatThrownBy(() -> NQueue.open(without, SMALL)).as(path).isInstanceOf(CorruptionException.class);
        }
    }
}
