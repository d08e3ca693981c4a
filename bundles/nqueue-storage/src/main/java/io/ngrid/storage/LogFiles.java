package io.ngrid.storage;

import io.ngrid.spi.LogPosition;
import io.ngrid.spi.storage.Disk;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes and deletes segment files of the changelog. A segment is filled with zeros under another name, forced, and only
 * then gets its own; so a {@code .log} file always has a valid header and its whole size. One spare is made ahead, in
 * steps, so that no flush waits long for it.
 */
final class LogFiles {
    static final String SUFFIX = ".log";
    static final String UNFINISHED = ".new";
    private static final Logger LOG = LoggerFactory.getLogger(LogFiles.class);
    private static final int PAGE = 4096;
    private static final long MIN_STEP = 1 << 20;
    private static final long FORCE_EVERY = 8 << 20;
    private static final int STEPS_AFTER_FAILURE = 256;

    private final Disk disk;
    private final String directory;
    private final long seed;
    private final long segmentBytes;
    private volatile @Nullable LogSegment spare;
    private @Nullable LogSegment unfinished;
    private long filled;
    private long forced;
    private int skip;

    LogFiles(Disk disk, String directory, long seed, long segmentBytes, @Nullable LogSegment spare) {
        this.disk = disk;
        this.directory = directory;
        this.seed = seed;
        this.segmentBytes = segmentBytes;
        this.spare = spare;
    }

    /** Makes some progress with the segment to follow another one. No space is no failure [D3]: it is tried again. */
    void prepare(LogSegment current, long writtenBytes) {
        if (spare != null) {
            return;
        }
        if (skip > 0) {
            skip--;
            return;
        }
        try {
            fill(begin(current, segmentBytes), Math.max(MIN_STEP, 4 * writtenBytes));
        } catch (IOException e) {
            LOG.warn("event=preallocation_failed directory={} reason=\"{}\"", directory, e.getMessage());
            skip = STEPS_AFTER_FAILURE;
            abandon();
        }
    }

    /**
     * The segment to follow another one, with room for a record of some size.
     *
     * @throws NoSpaceException if it could not be made; nothing has changed
     */
    LogSegment next(LogSegment current, long recordBytes) throws IOException {
        long needed = SegmentHeader.BYTES + 2L * Records.HEADER + recordBytes;
        long size = Math.max(segmentBytes, (needed + PAGE - 1) / PAGE * PAGE);
        LogSegment ready = spare;
        if (ready != null && ready.header.size() < size) {
            dropSpare();
            ready = null;
        }
        if (ready == null && unfinished != null && unfinished.header.size() < size) {
            abandon();
        }
        while (ready == null) {
            try {
                fill(begin(current, size), Long.MAX_VALUE);
            } catch (IOException e) {
                abandon();
                throw new NoSpaceException(e);
            }
            ready = spare;
        }
        spare = null;
        return ready;
    }

    /** Deletes the spare, ready or not. */
    void dropSpare() throws IOException {
        if (unfinished != null) {
            abandon();
        }
        LogSegment ready = spare;
        spare = null;
        if (ready != null) {
            delete(ready);
        }
    }

    /** Deletes a segment, durably. */
    void delete(LogSegment segment) throws IOException {
        segment.file.close();
        disk.delete(segment.path);
        Faults.forceDirectory(disk, directory);
    }

    /** Cuts a segment, durably, and fills it with zeros again. */
    static void cut(LogSegment segment, long offset) throws IOException {
        segment.file.truncate(offset);
        Faults.force(segment.file, segment.path);
        Segments.fillWithZeros(segment.file, offset, segment.header.size());
        Faults.force(segment.file, segment.path);
    }

    long segmentBytes() {
        return segmentBytes;
    }

    long spareBytes() {
        LogSegment ready = spare;
        return ready == null ? 0 : ready.header.size();
    }

    void close() throws IOException {
        if (unfinished != null) {
            unfinished.file.close();
        }
        if (spare != null) {
            spare.file.close();
        }
    }

    /**
     * Makes the first segment of a log, in one durable step; it begins with a {@code START} record. It is small: a cluster
     * waits for it while it forms, on a busy disk a second for the whole size.
     */
    static void createFirst(Disk disk, String directory, long seed, long segmentBytes, LogPosition behind)
            throws IOException {
        LogFiles files = new LogFiles(disk, directory, seed, segmentBytes, null);
        long size = (Math.min(segmentBytes, MIN_STEP) + PAGE - 1) / PAGE * PAGE;
        LogSegment first = files.begin(new SegmentHeader(0, seed, 1, 0, size));
        Segments.fillWithZeros(first.file, SegmentHeader.BYTES, size);
        RecordWriter writer =
                new RecordWriter(ByteBuffer.allocate(Records.HEADER), seed, first.file, 0, LogSegment.FIRST_RECORD, 0);
        writer.add(Records.START, behind.epoch(), behind.index(), 0, 0, new byte[0]);
        writer.drain();
        files.filled = size;
        files.finish(first);
        files.close();
    }

    private LogSegment begin(LogSegment current, long size) throws IOException {
        LogSegment begun = unfinished;
        if (begun == null) {
            begun = begin(new SegmentHeader(0, seed, current.header.number() + 1, current.end(), size));
        }
        return begun;
    }

    private LogSegment begin(SegmentHeader header) throws IOException {
        String path = Segments.path(directory, Segments.name(header.number(), UNFINISHED));
        disk.delete(path);
        LogSegment begun = new LogSegment(path, disk.open(path, true), header);
        unfinished = begun;
        filled = SegmentHeader.BYTES;
        forced = 0;
        return begun;
    }

    private void fill(LogSegment segment, long step) throws IOException {
        long to = step > segment.header.size() - filled ? segment.header.size() : filled + step;
        Segments.fillWithZeros(segment.file, filled, to);
        filled = to;
        if (filled == segment.header.size()) {
            finish(segment);
        } else if (filled - forced >= FORCE_EVERY) {
            Faults.force(segment.file, segment.path);
            forced = filled;
        }
    }

    private void finish(LogSegment segment) throws IOException {
        segment.file.write(new ByteBuffer[] {segment.header.encode()}, 0);
        Faults.force(segment.file, segment.path);
        String path = Segments.path(directory, Segments.name(segment.header.number(), SUFFIX));
        disk.rename(segment.path, path);
        Faults.forceDirectory(disk, directory);
        spare = new LogSegment(path, segment.file, segment.header);
        unfinished = null;
    }

    private void abandon() {
        LogSegment begun = unfinished;
        unfinished = null;
        if (begun != null) {
            try {
                begun.file.close();
                disk.delete(begun.path);
            } catch (IOException e) {
                LOG.warn("event=cleanup_failed file={} reason=\"{}\"", begun.path, e.getMessage());
            }
        }
    }
}
