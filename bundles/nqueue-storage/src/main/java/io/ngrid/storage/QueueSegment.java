package io.ngrid.storage;

import io.ngrid.spi.storage.CorruptionException;
import io.ngrid.spi.storage.Disk;
import io.ngrid.spi.storage.DiskFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * A file of a queue's elements: header, records, and, once it takes no more, a footer: first and last sequence, number of
 * elements and their bytes, sparse index, and in its last eight bytes its own offset. A sealed segment is not scanned
 * when it is opened.
 */
final class QueueSegment {
    static final String SUFFIX = ".seg";
    static final String UNFINISHED = ".new";
    private static final int FOOTER_FIXED = 6 * Long.BYTES;
    private static final int WINDOW = 16 << 10;
    private static final int RANGE_WINDOW = 256 << 10;

    final String path;
    final int copy;
    final DiskFile file;
    final SegmentHeader header;
    final OffsetIndex offsets = new OffsetIndex();

    /** Bytes that count; readers do not look behind. */
    volatile long length = SegmentHeader.BYTES;

    /** Last sequence, or one below the first. */
    volatile long last;

    volatile boolean sealed;

    /** Whether its rest cannot be copied on. */
    boolean rotten;

    long count;
    long bytes;

    /** Elements that are not released; kept by the owner of the queue. */
    final AtomicLong live = new AtomicLong();

    QueueSegment(String path, int copy, DiskFile file, SegmentHeader header) {
        this.path = path;
        this.copy = copy;
        this.file = file;
        this.header = header;
        this.last = header.number() - 1;
    }

    /** Makes a segment, durably; a {@code .seg} file always has a valid header. */
    static QueueSegment create(Disk disk, String directory, SegmentHeader header) throws IOException {
        String unfinished = Segments.path(directory, Segments.name(header.number(), UNFINISHED));
        String path = Segments.path(directory, Segments.name(header.number(), SUFFIX));
        disk.delete(unfinished);
        DiskFile file = disk.open(unfinished, true);
        file.write(new ByteBuffer[] {header.encode()}, 0);
        Faults.force(file, unfinished);
        disk.rename(unfinished, path);
        Faults.forceDirectory(disk, directory);
        return new QueueSegment(path, 0, file, header);
    }

    /** Name of a segment, or of a copy of what is left of it. */
    static String name(long first, int copy) {
        return Segments.name(first, copy == 0 ? SUFFIX : "-" + copy + SUFFIX);
    }

    static QueueSegment open(Disk disk, String directory, long first, int copy, long owner) throws IOException {
        String path = Segments.path(directory, name(first, copy));
        DiskFile file;
        try {
            file = disk.open(path, false);
        } catch (java.nio.file.NoSuchFileException e) {
            throw new CorruptionException(path, 0, "it is missing");
        }
        SegmentHeader header = SegmentHeader.read(file);
        if (header == null || header.number() != first || header.owner() != owner) {
            file.close();
            throw new CorruptionException(path, 0, "its header is not valid");
        }
        return new QueueSegment(path, copy, file, header);
    }

    /**
     * Reads every record of a segment as a checkpoint lists it; what may lie behind was written after that.
     *
     * @return what it holds
     */
    static Content verify(Disk disk, String directory, long owner, QueueStore.Listed listed) throws IOException {
        QueueSegment segment = open(disk, directory, listed.first(), listed.copy(), owner);
        try (DiskFile file = segment.file) {
            long size = file.size();
            if (size < listed.length()) {
                throw new CorruptionException(
                        segment.path, size, "it ends here, but " + listed.length() + " bytes are listed");
            }
            Tail tail = segment.scan(listed.length());
            long end = tail.offset();
            if (listed.sealed()) {
                RecordReader reader = segment.reader(listed.length(), WINDOW);
                boolean footer =
                        reader.read(end) && reader.kind() == Records.FOOTER && reader.previousCrc() == tail.crc();
                end += footer ? reader.size() : 0;
            }
            if (end != listed.length()) {
                throw new CorruptionException(segment.path, tail.offset(), "no valid record");
            }
            if (listed.live() > segment.count) {
                throw new CorruptionException(
                        segment.path,
                        0,
                        "it holds " + segment.count + " elements, not the " + listed.live() + " listed");
            }
            return new Content(segment.count, size - listed.length());
        }
    }

    /**
     * What a segment holds.
     *
     * @param elements how many elements
     * @param behind bytes behind the listed length
     */
    record Content(long elements, long behind) {}

    long first() {
        return header.number();
    }

    /** Position in the queue's log behind it. Records that were left out when it was rewritten count. */
    long end() {
        return header.base() + Math.max(length, header.size());
    }

    /** Whether it holds what was live in itself and, perhaps, in segments behind it. */
    boolean rewritten() {
        return header.size() > 0;
    }

    /** Whether its live rest had better be copied on: one old element shall not keep much. */
    boolean isSparse() {
        return sealed && !rotten && live.get() * 8 < count;
    }

    RecordReader reader(long end, int windowBytes) {
        return new RecordReader(
                file, header.base(), end, header.seed(), (int) Math.min(windowBytes, Math.max(end, WINDOW)));
    }

    void noteElement(long sequence, long offset, int body) {
        if (sequence <= last) {
            throw new IllegalStateException(path + ": element " + sequence + " behind " + last);
        }
        offsets.note(sequence, offset);
        last = sequence;
        count++;
        bytes += body;
    }

    byte[] footer(long offset) {
        int notes = offsets.count();
        ByteBuffer out = ByteBuffer.allocate(FOOTER_FIXED + notes * 2 * Long.BYTES);
        out.putLong(first()).putLong(last).putLong(count).putLong(bytes).putLong(notes);
        for (int i = 0; i < notes; i++) {
            out.putLong(offsets.number(i)).putLong(offsets.offset(i));
        }
        return out.putLong(offset).array();
    }

    /** Takes length, sequences and index from the footer that ends at an offset; false if there is none. */
    boolean readFooter(long end) throws IOException {
        ByteBuffer own = ByteBuffer.allocate(Long.BYTES);
        if (end < SegmentHeader.BYTES || file.read(own, end - Long.BYTES) < Long.BYTES) {
            return false;
        }
        long offset = own.getLong(0);
        RecordReader reader = reader(end, WINDOW);
        boolean valid = offset >= SegmentHeader.BYTES
                && offset < end
                && reader.read(offset)
                && reader.kind() == Records.FOOTER
                && offset + reader.size() == end;
        if (!valid) {
            return false;
        }
        ByteBuffer in = ByteBuffer.wrap(reader.payload());
        in.getLong();
        last = in.getLong();
        count = in.getLong();
        bytes = in.getLong();
        for (long notes = in.getLong(); notes > 0; notes--) {
            offsets.note(in.getLong(), in.getLong());
        }
        length = end;
        sealed = true;
        return true;
    }

    /**
     * Takes sequences and index from the records before an offset.
     *
     * @return where the records end, and the CRC of the last one
     */
    Tail scan(long end) throws IOException {
        RecordReader reader = reader(end, 1 << 20);
        long at = SegmentHeader.BYTES;
        int crc = 0;
        long flushed = 0;
        boolean proven = true;
        while (reader.read(at) && reader.previousCrc() == crc && follows(reader)) {
            if (reader.kind() == Records.ELEMENT) {
                noteElement(reader.index(), at, reader.payloadLength());
            }
            proven = reader.kind() != Records.ELEMENT;
            flushed = reader.flushed();
            crc = reader.crc();
            at += reader.size();
        }
        length = at;
        return new Tail(at, crc, flushed, proven);
    }

    boolean isWhole() throws IOException {
        return wholeEnd() >= 0;
    }

    /**
     * Where it ends if every record is there, up to a footer; otherwise -1. Reads them all. Behind it may be zeros: a failed
     * force has lost the cut of the room ahead.
     */
    long wholeEnd() throws IOException {
        QueueSegment records = new QueueSegment(path, copy, file, header);
        long size = file.size();
        Tail tail = records.scan(size);
        RecordReader footer = reader(size, WINDOW);
        if (!footer.read(tail.offset) || footer.kind() != Records.FOOTER || footer.previousCrc() != tail.crc) {
            return -1;
        }
        long end = tail.offset + footer.size();
        return footer.onlyZeros(end) ? end : -1;
    }

    private boolean follows(RecordReader record) {
        return record.kind() == Records.SEAL || (record.kind() == Records.ELEMENT && record.index() > last);
    }

    /**
     * Where a scan ended.
     *
     * @param offset behind the last record
     * @param crc its CRC, 0 if there is none
     * @param flushed position that it says was on disk
     * @param sealed whether it is a seal, or there is none
     */
    record Tail(long offset, int crc, long flushed, boolean sealed) {}

    /** An element, or null if there is none of this sequence. Any thread. */
    byte @Nullable [] read(long sequence) throws IOException {
        RecordReader reader = reader(length, WINDOW);
        long at = offsets.floor(sequence, SegmentHeader.BYTES);
        while (at < length) {
            if (!reader.read(at)) {
                throw new CorruptionException(path, at, "no valid record on the way to element " + sequence);
            }
            if (reader.kind() == Records.ELEMENT && reader.index() >= sequence) {
                return reader.index() == sequence ? reader.payload() : null;
            }
            at += reader.size();
        }
        return null;
    }

    /**
     * Adds elements from a sequence on; what cannot be read ends them, unless it is the first.
     *
     * @return the bytes of their records, or the bound if there may be more
     */
    long range(long fromSequence, long maxBytes, List<Element> found) throws IOException {
        RecordReader reader = reader(length, RANGE_WINDOW);
        long at = offsets.floor(fromSequence, SegmentHeader.BYTES);
        long size = 0;
        while (at < length) {
            if (!reader.read(at)) {
                if (!found.isEmpty()) {
                    return maxBytes;
                }
                throw new CorruptionException(path, at, "no valid record on the way from element " + fromSequence);
            }
            if (reader.kind() == Records.ELEMENT && reader.index() >= fromSequence) {
                size += reader.size(); // also an empty one takes memory
                if (size > maxBytes && !found.isEmpty()) {
                    return maxBytes;
                }
                found.add(new Element(reader.index(), reader.time(), reader.payload()));
            }
            at += reader.size();
        }
        return size;
    }

    @Override
    public String toString() {
        return path;
    }
}
