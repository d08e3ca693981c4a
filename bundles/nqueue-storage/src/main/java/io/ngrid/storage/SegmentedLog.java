package io.ngrid.storage;

import io.ngrid.api.Durability;
import io.ngrid.spi.LogEntry;
import io.ngrid.spi.LogPosition;
import io.ngrid.spi.storage.ChangeLog;
import io.ngrid.spi.storage.Disk;
import io.ngrid.spi.storage.StorageException;
import io.ngrid.storage.TailCache.Slot;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The changelog. What the event loop stages is in the tail cache at once, and stays there until it is on disk; entries
 * that left the cache are read at their positions.
 */
final class SegmentedLog implements ChangeLog {
    private static final long SEAL_AFTER_NANOS = 1_000_000_000L;
    private static final int READ_WINDOW = 256 << 10;

    private sealed interface Change {
        record Append(long ticket, List<Slot> slots) implements Change {}

        record Cut(long ticket, long fromIndex) implements Change {}

        record Compact(long firstIndex) implements Change {}
    }

    private final Disk disk;
    private final LogFiles files;
    private final LogWriter writer;
    private final LongSupplier checkpointIndex;

    // Log-writer thread only.
    private long durableTicket;
    private boolean sealed = true;
    private long sealDueNanos;

    // Guarded by this.
    private final EpochRuns runs;
    private final TailCache cache;
    private long firstIndex;
    private LogPosition last;
    private long lastTicket;
    private List<Change> staged = new ArrayList<>();
    private long stagedBytes;

    private volatile long flushedIndex;
    private volatile long endPosition;
    private volatile FlushFigures figures = new FlushFigures(0, 0, 0, 0, 0);
    private volatile @Nullable Throwable failure;

    private SegmentedLog(
            Disk disk, LogFiles files, LogWriter writer, LogRecovery found, long cacheBytes, LongSupplier checkpoint) {
        this.disk = disk;
        this.files = files;
        this.writer = writer;
        this.checkpointIndex = checkpoint;
        this.runs = found.runs;
        this.cache = new TailCache(cacheBytes, found.lastIndex + 1);
        this.firstIndex = found.segments.get(0).firstIndex;
        this.last = new LogPosition(found.lastEpoch, found.lastIndex);
        this.flushedIndex = found.lastIndex;
        this.endPosition = writer.position();
    }

    /** Makes an empty log, durably, that begins behind an entry. */
    static void create(Disk disk, String directory, long seed, long segmentBytes, LogPosition behind)
            throws IOException {
        LogFiles.createFirst(disk, directory, seed, segmentBytes, behind);
    }

    /**
     * Opens and recovers a log.
     *
     * @param checkpoint index of the published checkpoint: the log is not compacted beyond it
     */
    static SegmentedLog open(
            Disk disk,
            String directory,
            Durability durability,
            long segmentBytes,
            long cacheBytes,
            LongSupplier checkpoint)
            throws IOException {
        LogRecovery found = LogRecovery.run(disk, directory);
        long seed = found.segments.get(0).header.seed();
        LogFiles files = new LogFiles(disk, directory, seed, segmentBytes, found.spare);
        LogWriter writer = new LogWriter(files, durability, found);
        return new SegmentedLog(disk, files, writer, found, cacheBytes, checkpoint);
    }

    @Override
    public synchronized long firstIndex() {
        return firstIndex;
    }

    @Override
    public synchronized LogPosition last() {
        return last;
    }

    @Override
    public synchronized long epochAt(long index) {
        if (index == 0) {
            return 0;
        }
        if (index < firstIndex - 1 || index > last.index()) {
            throw new IndexOutOfBoundsException(index + " is not in " + (firstIndex - 1) + ".." + last.index());
        }
        return runs.at(index);
    }

    @Override
    public List<LogEntry> entries(long fromIndex, int maxBytes) {
        long end;
        synchronized (this) {
            if (fromIndex < firstIndex || fromIndex > last.index()) {
                throw new IndexOutOfBoundsException(fromIndex + " is not in " + firstIndex + ".." + last.index());
            }
            if (fromIndex >= cache.first()) {
                return cache.entries(fromIndex, maxBytes);
            }
            end = cache.first();
        }
        try {
            return LogScan.entries(writer.segments(), fromIndex, end, maxBytes, READ_WINDOW);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public synchronized void append(long ticket, List<LogEntry> entries) {
        take(ticket);
        List<Slot> slots = new ArrayList<>(entries.size());
        for (LogEntry entry : entries) {
            if (entry.index() != last.index() + 1 || entry.epoch() < last.epoch()) {
                throw new IllegalStateException("entry " + entry + " cannot follow " + last);
            }
            slots.add(cache.add(entry));
            runs.add(entry.index(), entry.epoch());
            stagedBytes += entry.size();
            last = entry.position();
        }
        staged.add(new Change.Append(ticket, slots));
    }

    @Override
    public synchronized void truncate(long ticket, long fromIndex) {
        take(ticket);
        if (fromIndex < firstIndex || fromIndex > last.index() + 1) {
            throw new IllegalStateException(
                    "cut from " + fromIndex + " in a log of " + firstIndex + ".." + last.index());
        }
        cache.cut(fromIndex);
        flushedIndex = Math.min(flushedIndex, fromIndex - 1);
        runs.cut(fromIndex);
        last = fromIndex == 1 ? LogPosition.ZERO : new LogPosition(runs.at(fromIndex - 1), fromIndex - 1);
        staged.add(new Change.Cut(ticket, fromIndex));
    }

    @Override
    public synchronized void compact(long index, long keepBytes) {
        if (index > checkpointIndex.getAsLong()) { // what replaces it must be durable first
            throw new IllegalStateException(
                    "compaction to " + index + " beyond the checkpoint at " + checkpointIndex.getAsLong());
        }
        long first = firstIndex;
        List<LogSegment> segments = writer.segments();
        for (LogSegment segment : segments.subList(1, segments.size())) {
            if (segment.firstIndex - 1 <= index && endPosition - segment.header.base() >= keepBytes) {
                first = Math.max(first, segment.firstIndex);
            }
        }
        if (first > firstIndex) {
            firstIndex = first;
            runs.forgetBefore(first - 1);
            cache.forgetBefore(first);
            staged.add(new Change.Compact(first));
        }
    }

    @Override
    public long flush(long nowNanos) {
        Throwable earlier = failure;
        if (earlier != null) {
            throw new StorageException("the log is poisoned by an earlier failure [D1]", earlier);
        }
        List<Change> changes;
        synchronized (this) {
            changes = staged;
            staged = new ArrayList<>();
        }
        try {
            carryOut(changes, nowNanos);
            return durableTicket;
        } catch (IOException e) {
            failure = e;
            throw Faults.of(disk, "write the log", e);
        } catch (RuntimeException e) {
            failure = e;
            throw e;
        }
    }

    @Override
    public synchronized boolean hasStaged() {
        return !staged.isEmpty();
    }

    /**
     * Makes what is flushed up to an index durable, whatever the durability: a checkpoint must not be ahead of its log. Any
     * thread.
     *
     * @throws StorageException if that fails; the log is poisoned [D1]
     */
    void forceUpTo(long index) {
        try {
            writer.forceUpTo(index);
        } catch (StorageException e) {
            failure = e;
            throw e;
        }
    }

    @Override
    public long nextFlushNanos() {
        return sealed ? Long.MAX_VALUE : sealDueNanos;
    }

    @Override
    public long flushedIndex() {
        return flushedIndex;
    }

    @Override
    public synchronized long stagedBytes() {
        return stagedBytes;
    }

    @Override
    public long segmentBytes() {
        return files.segmentBytes();
    }

    @Override
    public long bytesBehind(long index) {
        long waiting = stagedBytes();
        if (index >= flushedIndex) {
            return waiting;
        }
        LogSegment segment = LogWriter.segmentOf(writer.segments(), index + 1);
        long offset = segment.offsets.floor(index + 1, LogSegment.FIRST_RECORD);
        return Math.max(0, endPosition - segment.header.base() - offset) + waiting;
    }

    @Override
    public FlushFigures figures() {
        return figures;
    }

    /** What the log takes on disk. Any thread. */
    long diskBytes() {
        return files.spareBytes()
                + writer.segments().stream().mapToLong(s -> s.header.size()).sum();
    }

    void close() throws IOException {
        files.close();
        for (LogSegment segment : writer.segments()) {
            segment.file.close();
        }
    }

    private void take(long ticket) {
        if (ticket <= lastTicket) {
            throw new IllegalStateException("ticket " + ticket + " behind " + lastTicket);
        }
        lastTicket = ticket;
    }

    private void carryOut(List<Change> changes, long nowNanos) throws IOException {
        List<Slot> slots = new ArrayList<>();
        long firstKept = 0;
        long ticket = durableTicket;
        long bytes = 0;
        boolean cut = false;
        for (Change change : changes) {
            if (change instanceof Change.Append append) {
                slots.addAll(append.slots);
                bytes += append.slots.stream().mapToLong(s -> s.entry.size()).sum();
                ticket = append.ticket;
            } else if (change instanceof Change.Cut gone) {
                slots.removeIf(slot -> slot.entry.index() >= gone.fromIndex);
                if (gone.fromIndex <= writer.lastIndex()) {
                    writer.cut(gone.fromIndex);
                    cut = true;
                }
                ticket = gone.ticket;
            } else if (change instanceof Change.Compact compact) {
                firstKept = compact.firstIndex;
            }
        }
        if (!slots.isEmpty()) {
            write(slots);
        }
        if (!slots.isEmpty() || cut) {
            sealed = false;
            sealDueNanos = nowNanos + SEAL_AFTER_NANOS;
        } else if (!sealed && nowNanos - sealDueNanos >= 0) {
            writer.seal();
            sealed = true;
        }
        durableTicket = ticket;
        endPosition = writer.position();
        settle(slots, bytes);
        if (firstKept > 0) {
            writer.compact(firstKept);
        }
        if (!slots.isEmpty()) {
            writer.prepare(bytes);
        }
    }

    private void write(List<Slot> slots) throws IOException {
        long before = writer.position();
        for (Slot slot : slots) {
            writer.append(slot.entry);
        }
        writer.write();
        long begun = System.nanoTime();
        writer.force();
        long took = System.nanoTime() - begun;
        FlushFigures f = figures;
        figures = new FlushFigures(
                f.forces() + 1,
                f.entries() + slots.size(),
                f.bytes() + writer.position() - before,
                took,
                Math.max(f.maxForceNanos(), took));
    }

    private synchronized void settle(List<Slot> slots, long bytes) {
        for (Slot slot : slots) {
            slot.written = true;
        }
        stagedBytes -= bytes;
        cache.evict();
        long durable = writer.lastIndex();
        for (Change change : staged) {
            if (change instanceof Change.Cut cut) {
                durable = Math.min(durable, cut.fromIndex - 1); // what lies behind is on disk, but not in this log
            }
        }
        flushedIndex = durable;
    }
}
