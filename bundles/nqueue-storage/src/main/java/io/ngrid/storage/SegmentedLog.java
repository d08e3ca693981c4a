package io.ngrid.storage;

import io.ngrid.api.Durability;
import io.ngrid.spi.LogEntry;
import io.ngrid.spi.LogPosition;
import io.ngrid.spi.storage.ChangeLog;
import io.ngrid.spi.storage.CorruptionException;
import io.ngrid.spi.storage.Disk;
import io.ngrid.spi.storage.StorageException;
import io.ngrid.storage.TailCache.Slot;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The changelog. What the event loop stages is in the tail cache at once, and stays there until it is on disk; entries
 * that left the cache are read at their positions.
 */
final class SegmentedLog implements ChangeLog {
    private static final long SEAL_AFTER_NANOS = 1_000_000_000L;
    private static final long NO_SPACE_PAUSE_NANOS = 500_000_000L;
    private static final int READS = 10;
    private static final int READ_WINDOW = 256 << 10;
    private static final Logger LOG = LoggerFactory.getLogger(SegmentedLog.class);

    private sealed interface Change {
        record Append(long ticket, List<Slot> slots) implements Change {}

        record Cut(long ticket, long fromIndex) implements Change {}

        record Compact(long firstIndex) implements Change {}
    }

    /** An entry to write, and the ticket of the change that it belongs to. */
    private record Waiting(long ticket, Slot slot) {}

    private final Disk disk;
    private final LogFiles files;
    private final LogWriter writer;
    private final LongSupplier checkpointIndex;
    private final BooleanSupplier reserve;

    /** Held while files of the log go or get shorter, and while their reader opens them. */
    private final Object cutting = new Object();

    private long cuts;

    // Log-writer thread only.
    private long durableTicket;
    private long carriedOutTicket; // beyond the durable one while entries wait for space
    private boolean sealed = true;
    private long sealDueNanos;
    private long retryNanos;
    private boolean toldStalled;

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

    /** Whether what is staged waits for space [D3]. */
    private volatile boolean stalled;

    private SegmentedLog(
            Disk disk,
            LogFiles files,
            LogWriter writer,
            LogChain found,
            long cacheBytes,
            LongSupplier checkpoint,
            BooleanSupplier reserve) {
        this.reserve = reserve;
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
     * @param reserve makes room when there is none; false if it cannot
     */
    static SegmentedLog open(
            Disk disk,
            String directory,
            Durability durability,
            long segmentBytes,
            long cacheBytes,
            LongSupplier checkpoint,
            BooleanSupplier reserve)
            throws IOException {
        LogRecovery recovery = LogRecovery.run(disk, directory);
        LogChain found = recovery.chain;
        long seed = found.segments.get(0).header.seed();
        LogFiles files = new LogFiles(disk, directory, seed, segmentBytes, recovery.spare);
        LogWriter writer = begin(files, durability, found, reserve);
        return new SegmentedLog(disk, files, writer, found, cacheBytes, checkpoint, reserve);
    }

    private static LogWriter begin(LogFiles files, Durability durability, LogChain found, BooleanSupplier reserve)
            throws IOException {
        try {
            return new LogWriter(files, durability, found);
        } catch (NoSpaceException e) {
            if (!reserve.getAsBoolean()) {
                throw e;
            }
            return new LogWriter(files, durability, found);
        }
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
            throw Faults.of(disk, "read the log", e);
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
        if (stalled && nowNanos - retryNanos < 0) {
            return durableTicket;
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
        } catch (RuntimeException | Error e) { // what was staged is lost, whatever the reason
            failure = e;
            throw e;
        }
    }

    @Override
    public synchronized boolean hasStaged() {
        return !staged.isEmpty() && !stalled;
    }

    @Override
    public boolean isStalled() {
        return stalled;
    }

    /**
     * Makes what is flushed up to an index durable, whatever the durability: a checkpoint must not be ahead of its log. Any
     * thread.
     *
     * @throws StorageException if that fails; whatever it throws, the log is poisoned [D1]
     */
    void forceUpTo(long index) {
        try {
            writer.forceUpTo(index);
        } catch (RuntimeException | Error e) {
            failure = e;
            throw e;
        }
    }

    @Override
    public long nextFlushNanos() {
        if (stalled) {
            return retryNanos;
        }
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
        long waiting;
        synchronized (this) {
            if (index >= cache.first() - 1) {
                return cache.bytesBehind(index);
            }
            waiting = stagedBytes;
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

    /**
     * Reads the log as far as it is known to be written. Any thread that nobody interrupts.
     *
     * @param reading told each segment before it is read
     * @throws CorruptionException if it is corrupt
     */
    LogChain read(Consumer<String> reading) throws IOException {
        for (int attempt = 0; attempt < READS; attempt++) {
            LogChain chain = new LogChain(reading);
            long then = -1;
            long end;
            try {
                synchronized (cutting) {
                    then = cuts;
                    end = endPosition;
                    chain.open(disk, writer.segments());
                }
                chain.followTo(end);
                return chain;
            } catch (CorruptionException e) {
                synchronized (cutting) {
                    if (cuts == then) {
                        throw e;
                    }
                }
            } finally {
                chain.close();
            }
        }
        throw new StorageException(
                "the log in " + disk.root() + " was cut each time that it was read: try again", null);
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
        List<Waiting> waiting = new ArrayList<>();
        long firstKept = 0;
        long ticket = carriedOutTicket;
        long bytes = 0;
        boolean cut = false;
        for (Change change : changes) {
            if (change instanceof Change.Append append) {
                append.slots.forEach(slot -> waiting.add(new Waiting(append.ticket, slot)));
                bytes += append.slots.stream().mapToLong(s -> s.entry.size()).sum();
                ticket = Math.max(ticket, append.ticket);
            } else if (change instanceof Change.Cut gone) {
                waiting.removeIf(next -> next.slot.entry.index() >= gone.fromIndex);
                if (gone.fromIndex <= writer.lastIndex()) {
                    cut(gone.fromIndex);
                    cut = true;
                }
                ticket = gone.ticket;
            } else if (change instanceof Change.Compact compact) {
                firstKept = compact.firstIndex;
            }
        }
        stalled = false;
        int written = waiting.isEmpty() ? 0 : write(waiting, nowNanos);
        if (written > 0 || cut) {
            sealed = false;
            sealDueNanos = nowNanos + SEAL_AFTER_NANOS;
        } else if (!stalled && !sealed && nowNanos - sealDueNanos >= 0) {
            seal(nowNanos);
        }
        List<Waiting> left = waiting.subList(written, waiting.size());
        carriedOutTicket = ticket;
        durableTicket = left.isEmpty() ? ticket : left.get(0).ticket - 1;
        endPosition = writer.position();
        long leftBytes = left.stream().mapToLong(next -> next.slot.entry.size()).sum();
        if (firstKept > 0) {
            synchronized (cutting) {
                writer.compact(firstKept);
            }
        }
        if (written > 0 && !stalled) {
            writer.prepare(bytes - leftBytes);
        }
        settle(
                waiting.subList(0, written),
                left,
                bytes - leftBytes); // last: nothing counts as flushed by a flush that fails [D1]
        if (toldStalled && !stalled) {
            toldStalled = false;
            LOG.info("event=space_found directory={}: the log goes on", disk.root());
        }
    }

    private void cut(long fromIndex) throws IOException {
        synchronized (cutting) {
            cuts++;
            writer.cut(fromIndex);
            endPosition = writer.position();
        }
    }

    /** Returns how many were written; all of them, unless there is no space for another segment [D3]. */
    private int write(List<Waiting> waiting, long nowNanos) throws IOException {
        long before = writer.position();
        int written = 0;
        while (written < waiting.size() && append(waiting.get(written).slot.entry, nowNanos)) {
            written++;
        }
        if (written == 0) {
            return 0;
        }
        writer.write();
        long begun = System.nanoTime();
        writer.force();
        long took = System.nanoTime() - begun;
        FlushFigures f = figures;
        figures = new FlushFigures(
                f.forces() + 1,
                f.entries() + written,
                f.bytes() + writer.position() - before,
                took,
                Math.max(f.maxForceNanos(), took));
        return written;
    }

    private boolean append(LogEntry entry, long nowNanos) throws IOException {
        try {
            writer.append(entry);
            return true;
        } catch (NoSpaceException e) {
            if (reserve.getAsBoolean()) {
                return append(entry, nowNanos);
            }
            stall(e, nowNanos);
            return false;
        }
    }

    private void seal(long nowNanos) throws IOException {
        try {
            writer.seal();
            sealed = true;
        } catch (NoSpaceException e) {
            stall(e, nowNanos);
        }
    }

    private void stall(NoSpaceException e, long nowNanos) {
        if (!toldStalled) {
            LOG.warn(
                    "event=no_space directory={} reason=\"{}\": nothing more is acknowledged until there is some",
                    disk.root(),
                    e.getMessage());
        }
        toldStalled = true;
        stalled = true;
        retryNanos = nowNanos + NO_SPACE_PAUSE_NANOS;
    }

    private synchronized void settle(List<Waiting> written, List<Waiting> left, long bytes) {
        for (Waiting next : written) {
            next.slot.written = true;
        }
        List<Change> first = new ArrayList<>();
        for (Waiting next : left) {
            first.add(new Change.Append(next.ticket, List.of(next.slot)));
        }
        staged.addAll(0, first);
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
