package io.ngrid.storage;

import io.ngrid.spi.EntryKind;
import io.ngrid.spi.storage.CorruptionException;
import io.ngrid.spi.storage.Disk;
import io.ngrid.spi.storage.DiskFile;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * Follows the chain of a changelog's records to the first place that has none, and changes nothing. If a valid record
 * behind that place says that the place was once on disk, this is corruption; otherwise it is the end, and what lies
 * behind is the torn rest of writes that were never acknowledged [D2].
 */
final class LogChain {
    static final int WINDOW = 1 << 20;

    private final Consumer<String> reading;
    private final List<Boolean> validHeaders = new ArrayList<>();
    private final List<Long> records = new ArrayList<>();
    private long limit = Long.MAX_VALUE;

    /** All segments there are. */
    final List<LogSegment> files = new ArrayList<>();

    /** Those in use, the last one being where the log ends. */
    final List<LogSegment> segments = new ArrayList<>();

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

    /** Whether there are only zeros behind the end in the last segment. */
    boolean isClean = true;

    /** The same of all segments behind it. */
    boolean isRestClean = true;

    LogChain() {
        this(path -> {});
    }

    /** @param reading told each segment before it is read */
    LogChain(Consumer<String> reading) {
        this.reading = reading;
    }

    /** Opens all segments; {@link #close} closes them. */
    void open(Disk disk, String directory) throws IOException {
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
            openFile(disk, Segments.path(directory, Segments.name(number, LogFiles.SUFFIX)), number);
            expected++;
        }
    }

    /** Opens the segments of a log in use once more, to read them beside its writer. */
    void open(Disk disk, List<LogSegment> inUse) throws IOException {
        for (LogSegment segment : inUse) {
            openFile(disk, segment.path, segment.header.number());
        }
    }

    private void openFile(Disk disk, String path, long number) throws IOException {
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

    void close() throws IOException {
        for (LogSegment segment : files) {
            segment.file.close();
        }
    }

    /** Index of the first entry, had it one. */
    long firstIndex() {
        return segments.get(0).firstIndex;
    }

    /** Entries in a segment in use. */
    long records(LogSegment segment) {
        return records.get(files.indexOf(segment));
    }

    /** Bytes of a segment that hold records, the header among them. */
    long length(LogSegment segment) {
        return segment == segments.get(segments.size() - 1) ? offset : segment.header.size();
    }

    /** Segments behind the end. */
    List<LogSegment> rest() {
        return files.subList(segments.size(), files.size());
    }

    /** Finds the end, and decides between torn tail and corruption. */
    void follow() throws IOException {
        scan();
        judge();
    }

    /** Follows a log that is being written, as far as a position up to which it is known to be whole. */
    void followTo(long position) throws IOException {
        limit = position;
        scan();
        LogSegment end = segments.get(segments.size() - 1);
        if ((rolled ? end.end() : end.header.base() + offset) < position) {
            LogSegment bad = rolled ? rest().get(0) : end;
            throw new CorruptionException(
                    bad.path,
                    rolled ? LogSegment.FIRST_RECORD : offset,
                    "no valid record, but the log was written up to position " + position);
        }
    }

    private void scan() throws IOException {
        for (int i = 0; i < files.size(); i++) {
            LogSegment segment = files.get(i);
            if (!validHeaders.get(i)) { // it was forced before the segment got its name
                throw new CorruptionException(segment.path, 0, "its header is not valid");
            }
            reading.accept(segment.path);
            RecordReader reader = segment.reader(WINDOW);
            long before = lastIndex;
            long at = LogSegment.FIRST_RECORD;
            boolean left = false;
            while (!left
                    && segment.header.base() + at < limit
                    && reader.read(at)
                    && follows(reader, segment, at, i == 0)) {
                before = i == 0 && at == LogSegment.FIRST_RECORD ? lastIndex : before;
                previousCrc = reader.crc();
                flushed = Math.max(flushed, reader.flushed());
                sealed = reader.kind() == Records.SEAL || (sealed && reader.kind() >= Records.START);
                left = reader.kind() == Records.ROLL;
                at += reader.size();
            }
            if (at == LogSegment.FIRST_RECORD) {
                if (i == 0) {
                    throw new CorruptionException(segment.path, at, "its first record is not valid");
                }
                return; // left, and the next one not yet begun
            }
            rolled = left;
            offset = at;
            segments.add(segment);
            records.add(lastIndex - before);
            if (!rolled) {
                return;
            }
        }
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

    private void judge() throws IOException {
        LogSegment end = segments.get(segments.size() - 1);
        LogSegment next = rest().isEmpty() ? null : rest().get(0);
        String badFile = rolled && next != null ? next.path : end.path;
        long badOffset = rolled && next != null ? LogSegment.FIRST_RECORD : offset;
        long badPosition = rolled ? end.end() : end.header.base() + offset;
        if (!rolled) {
            RecordReader reader = end.reader(WINDOW);
            refuseProof(reader.findProof(offset, badPosition), end, badPosition, badFile, badOffset);
            isClean = reader.onlyZeros(offset);
        }
        for (LogSegment later : rest()) {
            RecordReader reader = later.reader(WINDOW);
            refuseProof(reader.findProof(LogSegment.FIRST_RECORD, badPosition), later, badPosition, badFile, badOffset);
            isRestClean &= validHeaders.get(files.indexOf(later)) && reader.onlyZeros(LogSegment.FIRST_RECORD);
        }
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
}
