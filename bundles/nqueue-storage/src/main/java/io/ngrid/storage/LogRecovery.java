package io.ngrid.storage;

import io.ngrid.spi.EntryKind;
import io.ngrid.spi.storage.CorruptionException;
import io.ngrid.spi.storage.Disk;
import io.ngrid.spi.storage.DiskFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds the end of a changelog after any crash. The scan follows the chain of records to the first place that has none.
 * If a valid record behind that place says that the place was once on disk, this is corruption; otherwise it is the end,
 * and what lies behind is the torn rest of writes that were never acknowledged [D2].
 */
final class LogRecovery {
    private static final Logger LOG = LoggerFactory.getLogger(LogRecovery.class);
    private static final int WINDOW = 1 << 20;

    private final Disk disk;
    private final String directory;
    private final List<LogSegment> files = new ArrayList<>();
    private final List<Boolean> validHeaders = new ArrayList<>();

    /** Segments in use, the last one being where the log ends. */
    final List<LogSegment> segments = new ArrayList<>();

    @Nullable
    LogSegment spare;

    /** Whether the last segment is left and the next one has no record yet. */
    boolean rolled;

    /** Where the next record goes in the last segment. */
    long offset;

    int previousCrc;
    long lastIndex;
    long lastEpoch;
    EpochRuns runs = new EpochRuns(0, 0);

    /** Whether nothing unproven ends the log. */
    boolean sealed;

    /** Proven to be on disk. */
    long flushed;

    private LogRecovery(Disk disk, String directory) {
        this.disk = disk;
        this.directory = directory;
    }

    static LogRecovery run(Disk disk, String directory) throws IOException {
        LogRecovery recovery = new LogRecovery(disk, directory);
        boolean done = false;
        try {
            recovery.openFiles();
            int last = recovery.scan();
            recovery.settle(last);
            done = true;
            return recovery;
        } finally {
            if (!done) {
                for (LogSegment segment : recovery.files) {
                    segment.file.close();
                }
            }
        }
    }

    private void openFiles() throws IOException {
        disk.forceDirectory(directory); // a killed process may have left names in the page cache only
        for (String name : disk.list(directory)) {
            if (name.endsWith(LogFiles.UNFINISHED)) {
                disk.delete(Segments.path(directory, name));
            }
        }
        List<Long> numbers = Segments.numbers(disk, directory, LogFiles.SUFFIX);
        if (numbers.isEmpty()) {
            throw new CorruptionException(directory, 0, "the log has no segment");
        }
        long expected = numbers.get(0);
        for (long number : numbers) {
            if (number != expected) {
                String missing = Segments.path(directory, Segments.name(expected, LogFiles.SUFFIX));
                throw new CorruptionException(missing, 0, "it is missing, but later segments are there");
            }
            openFile(number);
            expected++;
        }
    }

    private void openFile(long number) throws IOException {
        String path = Segments.path(directory, Segments.name(number, LogFiles.SUFFIX));
        DiskFile file = disk.open(path, false);
        SegmentHeader header = SegmentHeader.read(file);
        if (files.isEmpty()) {
            if (header == null || header.number() != number) {
                file.close();
                throw new CorruptionException(path, 0, "its header is not valid");
            }
            add(path, file, header, true);
            return;
        }
        LogSegment before = files.get(files.size() - 1);
        if (header != null
                && header.number() == number
                && header.seed() == before.header.seed()
                && header.base() == before.end()) {
            add(path, file, header, true);
        } else {
            add(path, file, new SegmentHeader(0, before.header.seed(), number, before.end(), file.size()), false);
        }
    }

    private void add(String path, DiskFile file, SegmentHeader header, boolean valid) {
        files.add(new LogSegment(path, file, header));
        validHeaders.add(valid);
    }

    /** Follows the chain; returns the number in {@link #files} of the segment in which it ends. */
    private int scan() throws IOException {
        for (int i = 0; i < files.size(); i++) {
            LogSegment segment = files.get(i);
            if (!validHeaders.get(i)) { // it was forced before the segment got its name
                throw new CorruptionException(segment.path, 0, "its header is not valid");
            }
            RecordReader reader = segment.reader(WINDOW);
            long at = LogSegment.FIRST_RECORD;
            rolled = false;
            while (!rolled && reader.read(at) && follows(reader, segment, at, i == 0)) {
                previousCrc = reader.crc();
                flushed = Math.max(flushed, reader.flushed());
                sealed = reader.kind() == Records.SEAL || (sealed && reader.kind() >= Records.START);
                rolled = reader.kind() == Records.ROLL;
                at += reader.size();
            }
            if (at == LogSegment.FIRST_RECORD) {
                if (i == 0) {
                    throw new CorruptionException(segment.path, at, "its first record is not valid");
                }
                rolled = true;
                return i - 1; // left, and the next one not yet begun
            }
            offset = at;
            segments.add(segment);
            if (!rolled) {
                return i;
            }
        }
        return files.size() - 1;
    }

    private boolean follows(RecordReader record, LogSegment segment, long at, boolean firstSegment) {
        boolean start = at == LogSegment.FIRST_RECORD;
        if (start != (record.kind() == Records.START)) {
            return false;
        }
        if (start && firstSegment) {
            lastIndex = record.index();
            lastEpoch = record.epoch();
            runs = new EpochRuns(lastIndex, lastEpoch);
            segment.firstIndex = lastIndex + 1;
            sealed = true;
            return true;
        }
        if (record.previousCrc() != previousCrc) {
            return false;
        }
        if (record.kind() >= Records.START) {
            segment.firstIndex = start ? lastIndex + 1 : segment.firstIndex;
            return record.index() == lastIndex && record.epoch() == lastEpoch;
        }
        if (record.index() != lastIndex + 1 || record.epoch() < lastEpoch) {
            return false;
        }
        EntryKind.of(record.kind());
        lastIndex = record.index();
        lastEpoch = record.epoch();
        runs.add(lastIndex, lastEpoch);
        segment.offsets.note(lastIndex, at);
        return true;
    }

    /** Decides between torn tail and corruption, and makes the end of the log as a writer wants it. */
    private void settle(int last) throws IOException {
        LogSegment end = files.get(last);
        LogSegment next = last + 1 < files.size() ? files.get(last + 1) : null;
        String badFile = rolled && next != null ? next.path : end.path;
        long badOffset = rolled && next != null ? LogSegment.FIRST_RECORD : offset;
        long badPosition = rolled ? end.end() : end.header.base() + offset;
        boolean clean = true;
        if (!rolled) {
            RecordReader reader = end.reader(WINDOW);
            refuseProof(reader.findProof(offset, badPosition), end, badPosition, badFile, badOffset);
            clean = reader.onlyZeros(offset);
        }
        boolean restClean = clean;
        for (LogSegment later : files.subList(last + 1, files.size())) {
            RecordReader reader = later.reader(WINDOW);
            refuseProof(reader.findProof(LogSegment.FIRST_RECORD, badPosition), later, badPosition, badFile, badOffset);
            restClean &= validHeaders.get(files.indexOf(later)) && reader.onlyZeros(LogSegment.FIRST_RECORD);
        }
        boolean keepSpare = restClean && files.size() == last + 2;
        if (keepSpare) {
            spare = files.get(last + 1);
        } else {
            for (int i = files.size() - 1; i > last; i--) { // last first: any crash leaves a log without gaps
                files.get(i).file.close();
                disk.delete(files.get(i).path);
                disk.forceDirectory(directory);
            }
        }
        if (!clean) {
            LOG.info("event=torn_tail_cut file={} offset={} lastIndex={}", end.path, offset, lastIndex);
            LogFiles.cut(end, offset);
        }
        rewriteUnproven();
    }

    private static void refuseProof(long proof, LogSegment where, long badPosition, String badFile, long badOffset) {
        if (proof >= 0) {
            throw new CorruptionException(
                    badFile,
                    badOffset,
                    "no valid record, but the one at offset " + proof + " of " + where
                            + " says that the log was once on disk beyond position " + badPosition);
        }
    }

    /**
     * What a dead process wrote may lie in the page cache only. To force it is not enough: if that process was told that a
     * force had failed, the operating system takes those pages for written, and will never write them by itself.
     */
    private void rewriteUnproven() throws IOException {
        long end = segments.get(segments.size() - 1).header.base() + offset;
        ByteBuffer bytes = ByteBuffer.allocate(WINDOW);
        for (LogSegment segment : segments) {
            long to = Math.min(segment.end(), end) - segment.header.base();
            for (long at = Math.max(0, flushed - segment.header.base()); at < to; at += bytes.limit()) {
                bytes.clear().limit((int) Math.min(WINDOW, to - at));
                if (segment.file.read(bytes, at) < bytes.limit()) {
                    throw new IOException(segment + " has become shorter than " + to);
                }
                segment.file.write(new ByteBuffer[] {bytes.flip()}, at);
            }
            if (segment.end() > flushed) {
                segment.file.force();
            }
        }
        flushed = end;
    }
}
