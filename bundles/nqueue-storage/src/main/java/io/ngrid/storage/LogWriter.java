package io.ngrid.storage;

import io.ngrid.api.Durability;
import io.ngrid.spi.LogEntry;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/** Brings changes of the log to disk. Log-writer thread only, {@link #segments} apart. */
final class LogWriter {
    private static final byte[] NOTHING = new byte[0];
    private static final int WINDOW = 64 << 10;

    private final LogFiles files;
    private final boolean forcing;
    private final RecordWriter records;
    private final List<LogSegment> dirty = new ArrayList<>();
    private volatile List<LogSegment> segments;
    private LogSegment current;
    private long lastIndex;
    private long lastEpoch;
    private long flushed;

    LogWriter(LogFiles files, Durability durability, LogChain found) throws IOException {
        this.files = files;
        this.forcing = durability == Durability.FSYNC;
        this.segments = List.copyOf(found.segments);
        this.current = segments.get(segments.size() - 1);
        this.lastIndex = found.lastIndex;
        this.lastEpoch = found.lastEpoch;
        this.flushed = found.flushed;
        this.records = new RecordWriter(
                ByteBuffer.allocate(RecordWriter.BUFFER),
                current.header.seed(),
                current.file,
                current.header.base(),
                found.offset,
                found.previousCrc);
        if (found.rolled) {
            enter(files.next(current, 0));
            write();
        }
        if (!found.sealed) {
            seal();
        }
        forceAll();
    }

    /** Segments in use, rising. Any thread. */
    List<LogSegment> segments() {
        return segments;
    }

    long lastIndex() {
        return lastIndex;
    }

    /** Position behind the last record. */
    long position() {
        return records.position();
    }

    void append(LogEntry entry) throws IOException {
        if (entry.index() != lastIndex + 1) {
            throw new IllegalStateException("entry " + entry + " behind " + lastIndex);
        }
        byte[] payload = entry.payload();
        makeRoom(Records.size(payload.length));
        current.offsets.note(entry.index(), records.offset());
        records.add(entry.kind().code(), entry.epoch(), entry.index(), entry.time(), flushed, payload);
        lastIndex = entry.index();
        lastEpoch = entry.epoch();
    }

    /** Hands what is appended to the operating system. */
    void write() throws IOException {
        records.drain();
        if (!dirty.contains(current)) {
            dirty.add(current);
        }
    }

    /** Makes what is written durable [R1]; only what is forced may be called flushed in later records. */
    void force() throws IOException {
        if (forcing) {
            forceAll();
        }
    }

    /**
     * Makes a written entry durable, and all before it; segments that were left are so already. Any thread, but not for an
     * entry that may be cut.
     */
    void forceUpTo(long index) {
        if (!forcing) {
            LogSegment segment = segmentOf(segments, index);
            Faults.force(segment.file, segment.path);
        }
    }

    /** Appends a proof for all before it. */
    void seal() throws IOException {
        makeRoom(Records.HEADER);
        write();
        forceAll();
        records.add(Records.SEAL, lastEpoch, lastIndex, 0, flushed, NOTHING);
        write();
        forceAll();
    }

    /**
     * Cuts the tail [R3]: later segments go, last first, then this one is cut. Every state between is a shorter log or the
     * old one.
     */
    void cut(long fromIndex) throws IOException {
        files.dropSpare();
        LogSegment segment = segmentOf(segments, fromIndex);
        while (current != segment) {
            dirty.remove(current);
            files.delete(current);
            List<LogSegment> left = segments.subList(0, segments.size() - 1);
            segments = List.copyOf(left);
            current = segments.get(segments.size() - 1);
        }
        long epoch = 0;
        RecordReader reader = segment.reader(WINDOW);
        long at = segment.offsets.floor(fromIndex - 1, LogSegment.FIRST_RECORD);
        while (reader.read(at) && (reader.index() != fromIndex || reader.kind() >= Records.START)) {
            epoch = reader.epoch();
            at += reader.size();
        }
        if (!reader.read(at)) {
            throw new IOException(segment + " has no valid record at offset " + at + " before entry " + fromIndex);
        }
        int previousCrc = reader.previousCrc();
        LogFiles.cut(segment, at);
        segment.offsets.cut(fromIndex);
        records.moveTo(segment.file, segment.header.base(), at, previousCrc);
        lastIndex = fromIndex - 1;
        lastEpoch = epoch;
        flushed = Math.min(flushed, records.position());
    }

    /** Deletes segments before the one that holds an entry, first first: any crash leaves a log without gaps. */
    void compact(long firstIndex) throws IOException {
        if (segments.size() > 1 && segments.get(1).firstIndex <= firstIndex) {
            forceAll(); // the segment that becomes the first has to have a first record
        }
        while (segments.size() > 1 && segments.get(1).firstIndex <= firstIndex) {
            LogSegment gone = segments.get(0);
            segments = List.copyOf(segments.subList(1, segments.size()));
            dirty.remove(gone);
            files.delete(gone);
        }
    }

    void prepare(long writtenBytes) {
        if (records.offset() > current.header.size() / 2) {
            files.prepare(current, writtenBytes);
        }
    }

    /** The segment in which an entry lies, or would. */
    static LogSegment segmentOf(List<LogSegment> segments, long index) {
        int at = segments.size() - 1;
        while (at > 0 && segments.get(at).firstIndex > index) {
            at--;
        }
        return segments.get(at);
    }

    private void makeRoom(long size) throws IOException {
        if (records.offset() + size + Records.HEADER <= current.header.size()) {
            return;
        }
        LogSegment next = files.next(current, size); // without space nothing has changed [D3]
        records.add(Records.ROLL, lastEpoch, lastIndex, 0, flushed, NOTHING);
        write();
        if (!forcing) {
            forceAll(); // once a segment, so that the next one proves this one
        }
        enter(next);
    }

    private void enter(LogSegment next) throws IOException {
        next.firstIndex = lastIndex + 1;
        records.moveTo(next.file, next.header.base(), LogSegment.FIRST_RECORD, records.previousCrc());
        records.add(Records.START, lastEpoch, lastIndex, 0, flushed, NOTHING);
        current = next;
        List<LogSegment> more = new ArrayList<>(segments);
        more.add(next);
        segments = List.copyOf(more);
    }

    private void forceAll() throws IOException {
        for (LogSegment segment : dirty) {
            Faults.force(segment.file, segment.path);
        }
        dirty.clear();
        flushed = records.position();
    }
}
