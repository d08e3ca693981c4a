package io.ngrid.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.ngrid.api.ConfigurationException;
import io.ngrid.spi.storage.CorruptionException;
import io.ngrid.storage.NQueueOptions.Durability;
import io.ngrid.testkit.Loss;
import io.ngrid.testkit.MemoryDisk;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Which files a queue has, and how it gets rid of them. */
@Timeout(60)
class NQueueFilesTest {
    private static final byte[] BODY = new byte[100];
    private static final int SEGMENT = 4000;

    private final MemoryDisk disk = new MemoryDisk(7);

    private static NQueueOptions options(Durability durability) {
        return NQueueOptions.defaults().with(durability).withSizes(SEGMENT, 2000);
    }

    private static QueueCore open(MemoryDisk disk, Durability durability) throws IOException {
        return QueueCore.open(disk, options(durability), 1);
    }

    private static List<String> segments(MemoryDisk disk) {
        return disk.files().stream().filter(f -> f.endsWith(".seg")).toList();
    }

    private static long bytes(MemoryDisk disk) {
        return segments(disk).stream().mapToLong(f -> disk.content(f).length).sum();
    }

    private static List<Long> sequences(QueueCore core) throws IOException {
        List<Long> found = new ArrayList<>();
        for (List<Element> page = core.page(1); !page.isEmpty(); page = core.page(found.get(found.size() - 1) + 1)) {
            page.forEach(e -> found.add(e.sequence()));
        }
        return found;
    }

    @ParameterizedTest
    @EnumSource(Durability.class)
    void H38_endlessAppendsAndPollsTakeABoundedSpace(Durability durability) throws IOException {
        QueueCore core = open(disk, durability);
        for (int i = 1; i <= 2000; i++) {
            core.append(i, BODY);
            core.commit(i * 1_000_000L);
            assertThat(core.poll().sequence()).isEqualTo(i);
            core.commit(i * 1_000_000L);
        }
        core.commit(1L << 60); // an interval later
        assertThat(segments(disk)).hasSizeLessThanOrEqualTo(2);
    }

    @ParameterizedTest
    @EnumSource(Durability.class)
    void H40_oldElementsThatStayDoNotKeepTheSegmentsTheyLieIn(Durability durability) throws IOException {
        QueueCore core = open(disk, durability);
        List<Long> kept = new ArrayList<>();
        for (long i = 1; i <= 4000; i++) {
            long sequence = core.append(i, BODY);
            core.commit(i * 1_000_000L);
            if (i % 200 == 7) {
                kept.add(sequence);
            } else if (i > 10) {
                assertThat(core.release(sequence)).isTrue();
                core.commit(i * 1_000_000L);
            }
        }
        core.commit(1L << 60);
        List<Long> expected = new ArrayList<>(List.of(1L, 2L, 3L, 4L, 5L, 6L, 8L, 9L, 10L));
        expected.addAll(kept);
        expected.sort(null);
        assertThat(sequences(core)).isEqualTo(expected);
        assertThat(core.size()).isEqualTo(expected.size());
        assertThat(bytes(disk)).isLessThan(6 * SEGMENT);
        core.sync();
        MemoryDisk after = disk.crash(Loss.ALL);
        assertThat(NQueue.verify(after).problems()).isEmpty();
        QueueCore again = open(after, durability);
        assertThat(sequences(again)).isEqualTo(expected);
        assertThat(again.bytes()).isEqualTo(100L * expected.size());
    }

    @Test
    void H40_theRestIsCopiedOnOrStaysWhereItWasWhateverForceACrashHits() throws IOException {
        int crashes = 0;
        for (int at = 0; ; at++) {
            MemoryDisk whole = new MemoryDisk(at);
            QueueCore core = open(whole, Durability.FSYNC);
            for (int i = 1; i <= 100; i++) {
                core.append(i, BODY);
            }
            core.commit(0);
            MemoryDisk[] after = new MemoryDisk[1];
            int[] left = {at};
            whole.onForce(path -> {
                if (left[0]-- == 0) {
                    after[0] = whole.crash(Loss.RANDOM);
                }
            });
            TreeMap<Long, Boolean> released = new TreeMap<>();
            try {
                for (long i = 2; i <= 80; i++) {
                    if (i % 30 != 0) {
                        released.put(i, true);
                        core.release(i);
                    }
                }
                core.commit(1);
            } catch (IOException | io.ngrid.spi.storage.StorageException e) {
                assertThat(after[0]).isNotNull();
            }
            if (after[0] == null) {
                assertThat(segments(whole)).hasSizeLessThan(4);
                break;
            }
            crashes++;
            assertThat(NQueue.verify(after[0]).problems()).isEmpty();
            List<Long> found = sequences(open(after[0], Durability.FSYNC));
            for (long i = 1; i <= 100; i++) {
                if (!released.containsKey(i)) {
                    assertThat(found).contains(i);
                }
            }
            assertThat(found).isSorted().doesNotHaveDuplicates();
        }
        assertThat(crashes).isGreaterThanOrEqualTo(5);
    }

    @ParameterizedTest
    @EnumSource(Durability.class)
    void H40_segmentsThatBecomeSparseTogetherAreCopiedOnOneASync(Durability durability) throws IOException {
        QueueCore core = open(disk, durability);
        for (int i = 1; i <= 1200; i++) {
            core.append(i, BODY);
        }
        core.sync();
        List<Long> firsts = segments(disk).stream()
                .map(file -> Long.parseLong(file.replaceAll(".*/|[.]seg", "")))
                .toList();
        int sparse = 0;
        for (int n = 0; n + 1 < firsts.size(); n += 2) {
            for (long sequence = firsts.get(n) + 1; sequence < firsts.get(n + 1); sequence++) {
                core.release(sequence);
            }
            sparse++;
        }
        assertThat(sparse).isGreaterThan(10);
        for (int i = 0; i <= sparse; i++) {
            core.sync();
        }
        assertThat(segments(disk).stream().filter(file -> disk.content(file).length < SEGMENT / 4))
                .hasSizeGreaterThanOrEqualTo(sparse);
        long forces = disk.counters().forces();
        core.sync();
        assertThat(disk.counters().forces()).isEqualTo(forces);
        assertThat(open(disk.crash(Loss.ALL), durability).size()).isEqualTo(core.size());
    }

    @Test
    void H40_whatIsReleasedWhileTheCursorIsForcedIsCopiedOnToo() throws IOException {
        QueueCore core = open(disk, Durability.FSYNC);
        for (int i = 1; i <= 100; i++) {
            core.append(i, BODY);
        }
        core.commit(0);
        for (long i = 2; i <= 80; i++) {
            if (i != 30) {
                core.release(i);
            }
        }
        QueueCore.Sync sync = core.startCommit(1);
        sync.perform();
        core.release(30); // by another caller; nobody was told yet
        core.finish(sync);
        assertThat(segments(disk)).hasSizeLessThan(4);
        List<Long> after = sequences(open(disk.copyAfterPowerCut(), Durability.FSYNC));
        assertThat(after).hasSize(22).contains(1L, 30L, 81L);
        core.commit(2);
        assertThat(sequences(open(disk.crash(Loss.ALL), Durability.FSYNC)))
                .hasSize(21)
                .doesNotContain(30L);
    }

    @Test
    void D2_rotInASparseSegmentEndsNoOtherCall() throws IOException {
        QueueCore core = open(disk, Durability.FSYNC);
        for (int i = 1; i <= 200; i++) {
            core.append(i, BODY);
        }
        core.commit(0);
        List<String> files = segments(disk);
        List<Long> firsts = files.stream()
                .map(file -> Long.parseLong(file.replaceAll(".*/|[.]seg", "")))
                .toList();
        String rotten = files.get(1);
        for (int sparse : new int[] {1, 3}) {
            for (long sequence = firsts.get(sparse); sequence < firsts.get(sparse + 1) - 1; sequence++) {
                assertThat(core.release(sequence)).isTrue();
            }
        }
        long whole = disk.content(rotten).length;
        long elements = firsts.get(2) - firsts.get(1);
        disk.flipBit(rotten, SegmentHeader.BYTES + elements * Records.size(BODY.length) - 20, 1); // its last one's
        for (int i = 1; i <= 4; i++) {
            core.commit(i);
            core.append(i, BODY);
        }
        assertThat(disk.content(rotten)).hasSize((int) whole);
        assertThat(disk.content(files.get(3)).length).isLessThan(SEGMENT / 4); // another one is copied on
        assertThat(disk.files()).noneMatch(file -> file.endsWith(QueueSegment.UNFINISHED));
        assertThat(core.read(firsts.get(4) - 1)).isEqualTo(BODY);
        assertThatThrownBy(() -> core.read(firsts.get(2) - 1))
                .isInstanceOf(CorruptionException.class)
                .hasMessageContaining(rotten);
        core.close();
    }

    @Test
    void H42_whatLayBehindATornRecordNeverComesBack() throws IOException {
        QueueCore core = open(disk, Durability.OS);
        core.append(1, BODY);
        core.commit(0);
        core.commit(1L << 60); // seals
        core.append(2, BODY);
        core.append(3, BODY);
        core.commit(1L << 60);
        String segment = segments(disk).get(0);
        disk.flipBit(segment, disk.content(segment).length - Records.size(100) - 20, 1); // the second is torn
        MemoryDisk next = disk.crash(Loss.NONE);
        QueueCore again = open(next, Durability.OS);
        assertThat(sequences(again)).containsExactly(1L);
        again.append(2, BODY); // the very bytes that the third one was chained to
        again.commit(0);
        assertThat(sequences(open(next.crash(Loss.NONE), Durability.OS))).containsExactly(1L, 2L);
    }

    /** A later record says how far the disk had come: before that place nothing can be torn. */
    @Test
    void H37_damageInASegmentThatWasLeftUnforcedIsNoTornTailWhereItHadBeenForcedBefore() throws IOException {
        QueueCore core = open(disk, Durability.OS);
        for (int i = 1; i <= 5; i++) {
            core.append(i, BODY);
        }
        core.commit(5);
        long forced = disk.content(segments(disk).get(0)).length;
        QueueCore.Sync sync = core.startSync(false);
        for (int i = 6; segments(disk).size() < 2; i++) { // meanwhile, so that only the second segment can tell
            core.append(i, BODY);
            core.commit(i);
        }
        sync.perform();
        core.finish(sync);
        core.append(0, BODY);
        core.commit(100);
        String left = segments(disk).get(0);
        MemoryDisk rotten = disk.copy();
        rotten.flipBit(left, forced - 20, 1);
        Throwable thrown = catchThrowable(() -> open(rotten, Durability.OS));
        assertThat(thrown).hasMessageContaining("once on disk");
        FileLayout.assertTold(thrown, left, disk.content(left), forced - 20);
        MemoryDisk torn = disk.copy();
        torn.flipBit(left, forced + 20, 1);
        assertThat(sequences(open(torn, Durability.OS))).containsExactly(1L, 2L, 3L, 4L, 5L);
    }

    /** Its header says so, though nothing is in it yet. */
    @Test
    void H37_damageBeforeASegmentThatWasBegunWhenAllWasForcedIsNoTornTail() throws IOException {
        QueueCore core = open(disk, Durability.INTERVAL);
        long forces;
        do {
            core.append(0, BODY);
            core.commit(1);
            forces = disk.counters().forces();
            core.roll();
        } while (disk.counters().forces() - forces < 5); // so many are forced at once
        List<String> segments = segments(disk);
        String left = segments.get(segments.size() - 2);
        byte[] sound = disk.content(left);
        disk.flipBit(left, 150, 1);
        FileLayout.assertTold(catchThrowable(() -> sequences(open(disk, Durability.INTERVAL))), left, sound, 150);
    }

    /** The file looks cut, and is not on disk: a start cuts it once more, so that nothing of the old tail comes back. */
    @Test
    void H42_aCutWhoseForceFailedIsMadeAgainByTheNextStart() throws IOException {
        QueueCore core = open(disk, Durability.INTERVAL);
        for (int i = 0; i < 4; i++) {
            core.append(0, new byte[100]);
            core.sync();
        }
        disk.failForce(path -> path.endsWith(".seg"), 1);
        assertThat(catchThrowable(() -> core.truncateTail(3))).hasMessageContaining("planned fault");
        MemoryDisk next = disk.crash(Loss.NONE);
        QueueCore again = open(next, Durability.INTERVAL);
        assertThat(sequences(again)).containsExactly(1L, 2L);
        again.append(0, new byte[1]);
        again.sync();
        assertThat(sequences(open(next.crash(Loss.ALL), Durability.INTERVAL))).containsExactly(1L, 2L, 3L);
    }

    /** Forcing each at once halves what can be appended in a while; a bound, as a start reads what is not forced. */
    @Test
    void withOsFullSegmentsAreForcedWhenThereAreManyOldestFirst() throws IOException {
        QueueCore core = open(disk, Durability.OS);
        List<String> forced = new ArrayList<>();
        for (int full = 0; full < 64; full++) {
            core.append(0, BODY);
            core.roll();
            assertThat(core.startWriteBack()).isNull();
        }
        core.append(0, BODY);
        core.roll();
        disk.onForce(forced::add);
        QueueCore.Sync oldest = core.startWriteBack();
        oldest.perform();
        core.finish(oldest);
        assertThat(forced).containsExactly("segments/0000000000000001.seg");
        assertThat(core.startWriteBack()).isNull();
        for (int full = 0; full < 9; full++) { // nobody does it beside: who begins the ninth one more does
            core.append(0, BODY);
            core.commit(1);
            core.roll();
        }
        disk.onForce(null);
        assertThat(forced.stream().filter(path -> path.endsWith(".seg")).toList())
                .containsExactlyElementsOf(segments(disk).subList(0, 10));
        assertThat(sequences(open(disk.copy().crash(Loss.ALL), Durability.OS)))
                .containsExactlyElementsOf(LongStream.rangeClosed(1, 10).boxed().toList());
        assertThat(sequences(open(disk.crash(Loss.NONE), Durability.OS))).hasSize(74);
    }

    @Test
    void aSegmentThatATruncationEmptiedIsNotReplacedByOneOfItsName() throws IOException {
        QueueCore core = open(disk, Durability.OS);
        core.append(0, new byte[5000]); // fills a segment
        core.append(4, 0, BODY); // in a segment from 2 on
        core.commit(0);
        core.truncateTail(4);
        core.commit(1L << 60); // a seal, where it was
        core.append(0, new byte[5000]);
        core.close();
        assertThat(sequences(open(disk, Durability.OS))).containsExactly(1L, 4L);
    }

    @Test
    void verifyReportsEveryCorruptFileAndChangesNothing() throws IOException {
        QueueCore core = open(disk, Durability.FSYNC);
        for (int i = 1; i <= 200; i++) {
            core.append(i, BODY);
        }
        core.release(3);
        core.poll();
        core.close();
        QueueReport sound = NQueue.verify(disk);
        assertThat(sound).isEqualTo(new QueueReport(segments(disk).size(), 198, 19_800, 0, List.of()));
        String second = segments(disk).get(1);
        String last = segments(disk).get(segments(disk).size() - 1);
        long offset = FileLayout.start(second, disk.content(second), 500);
        disk.flipBit(second, 500, 3);
        disk.flipBit(last, 80, 3);
        long writes = disk.counters().writes();
        QueueReport report = NQueue.verify(disk);
        assertThat(report.isSound()).isFalse();
        assertThat(report.problems()).extracting(p -> p.file()).containsExactly(second, last);
        assertThat(report.problems()).extracting(p -> p.offset()).containsExactly(offset, (long) SegmentHeader.BYTES);
        assertThat(report.problems().get(1)).hasMessageContaining("says that it was once on disk");
        assertThat(disk.counters().writes()).isEqualTo(writes);
        disk.delete("cursor");
        assertThat(NQueue.verify(disk).problems()).extracting(p -> p.file()).startsWith("cursor");
    }

    @Test
    void D2_aSegmentWhoseNameIsNotUnderstoodIsReported() throws IOException {
        QueueCore core = open(disk, Durability.FSYNC);
        core.append(1, BODY);
        core.close();
        String odd = "segments/1795746000000000000.seg";
        disk.rename(segments(disk).get(0), odd);
        assertThat(NQueue.verify(disk).problems()).extracting(p -> p.file()).containsExactly(odd);
        assertThatThrownBy(() -> open(disk, Durability.FSYNC))
                .isInstanceOf(CorruptionException.class)
                .hasMessageContaining(odd);
    }

    @Test
    void verifyCountsWhatACrashLeftHalfWritten() throws IOException {
        QueueCore core = open(disk, Durability.OS);
        core.append(1, BODY);
        core.sync();
        core.append(2, BODY);
        core.commit(1);
        String segment = segments(disk).get(0);
        disk.flipBit(segment, disk.content(segment).length - 20, 1);
        QueueReport report = NQueue.verify(disk.copy());
        assertThat(report.problems()).isEmpty();
        assertThat(report.elements()).isEqualTo(1);
        assertThat(report.tornBytes()).isEqualTo(Records.size(100));
        assertThat(sequences(open(disk.copy(), Durability.OS))).containsExactly(1L);
    }

    @Test
    void verifyRefusesAQueueThatIsOpenOrIsNotThere(@TempDir Path directory) throws IOException {
        Path place = directory.resolve("queue");
        assertThatThrownBy(() -> NQueue.verify(place)).isInstanceOf(NoSuchFileException.class);
        try (NQueue queue = NQueue.open(place, NQueueOptions.defaults())) {
            queue.append(BODY);
            assertThatThrownBy(() -> NQueue.verify(place))
                    .isInstanceOf(ConfigurationException.class)
                    .hasMessageContaining("is open");
        }
        assertThat(NQueue.verify(place).elements()).isEqualTo(1);
    }
}
