package io.ngrid.storage;

import static org.assertj.core.api.Assertions.assertThat;

import io.ngrid.api.Durability;
import io.ngrid.spi.EntryKind;
import io.ngrid.spi.LogEntry;
import io.ngrid.spi.LogPosition;
import io.ngrid.spi.storage.Disk;
import io.ngrid.testkit.MemoryDisk;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;

/** A log on a disk, and what it should hold. */
final class LogModel {
    static final String DIRECTORY = "log";
    static final int SEGMENT = 8 << 10;

    final List<LogEntry> expected = new ArrayList<>();
    long ticket;
    long epoch = 1;
    long now;
    SegmentedLog log;
    long checkpoint = Long.MAX_VALUE;

    static LogModel create(MemoryDisk disk, long seed) throws IOException {
        disk.createDirectory(DIRECTORY);
        disk.forceDirectory("");
        SegmentedLog.create(disk, DIRECTORY, seed, SEGMENT, LogPosition.ZERO);
        LogModel model = new LogModel();
        model.open(disk);
        return model;
    }

    void open(Disk disk) throws IOException {
        open(disk, Durability.FSYNC);
    }

    void open(Disk disk, Durability durability) throws IOException {
        log = SegmentedLog.open(disk, DIRECTORY, durability, SEGMENT, 2048, () -> checkpoint, () -> false);
        ticket = 0;
    }

    static LogEntry entry(long index, long epoch, int size) {
        byte[] payload = new byte[size];
        for (int i = 0; i < size; i++) {
            payload[i] = (byte) (index * 31 + epoch * 7 + i);
        }
        return new LogEntry(index, epoch, index * 1000, EntryKind.COMMAND, payload);
    }

    long lastIndex() {
        return expected.isEmpty() ? 0 : expected.get(expected.size() - 1).index();
    }

    void append(int... sizes) {
        List<LogEntry> entries = new ArrayList<>();
        for (int size : sizes) {
            LogEntry entry = entry(lastIndex() + 1, epoch, size);
            entries.add(entry);
            expected.add(entry);
        }
        log.append(++ticket, entries);
    }

    void appendRandom(RandomGenerator random) {
        int[] sizes = new int[1 + random.nextInt(5)];
        for (int i = 0; i < sizes.length; i++) {
            sizes[i] = random.nextInt(10) == 0 ? random.nextInt(12_000) : random.nextInt(300);
        }
        append(sizes);
    }

    void truncate(long fromIndex) {
        expected.removeIf(e -> e.index() >= fromIndex);
        log.truncate(++ticket, fromIndex);
        epoch++;
    }

    void flush() {
        now += 1_000_000;
        assertThat(log.flush(now)).isEqualTo(ticket);
        assertThat(log.flushedIndex()).isEqualTo(lastIndex());
        assertThat(log.stagedBytes()).isZero();
    }

    /** Lets the log idle until its seal is written. */
    void seal() {
        now += 2_000_000_000L;
        log.flush(now);
        assertThat(log.nextFlushNanos()).isEqualTo(Long.MAX_VALUE);
    }

    /** The log holds just what the model does, from its first index on. */
    void check() {
        assertHolds(expected);
    }

    void assertHolds(List<LogEntry> entries) {
        List<LogEntry> left =
                entries.stream().filter(e -> e.index() >= log.firstIndex()).toList();
        assertSame(readAll(), left);
        LogEntry end = entries.isEmpty() ? null : entries.get(entries.size() - 1);
        assertThat(log.last()).isEqualTo(end == null ? LogPosition.ZERO : end.position());
        for (LogEntry entry : left) {
            assertThat(log.epochAt(entry.index())).isEqualTo(entry.epoch());
        }
    }

    List<LogEntry> readAll() {
        List<LogEntry> found = new ArrayList<>();
        long next = log.firstIndex();
        while (next <= log.last().index()) {
            List<LogEntry> some = log.entries(next, 1500);
            assertThat(some).isNotEmpty();
            found.addAll(some);
            next = found.get(found.size() - 1).index() + 1;
        }
        return found;
    }

    static void assertSame(List<LogEntry> found, List<LogEntry> wanted) {
        assertThat(found).hasSameSizeAs(wanted);
        for (int i = 0; i < found.size(); i++) {
            LogEntry a = found.get(i);
            LogEntry b = wanted.get(i);
            assertThat(a.position()).isEqualTo(b.position());
            assertThat(a.time()).isEqualTo(b.time());
            assertThat(a.kind()).isEqualTo(b.kind());
            assertThat(a.payload()).isEqualTo(b.payload());
        }
    }
}
