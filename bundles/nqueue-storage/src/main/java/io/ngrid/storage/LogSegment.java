package io.ngrid.storage;

import io.ngrid.spi.storage.DiskFile;

/** A segment of the changelog, open. Its file and header never change; what it holds is the log writer's to say. */
final class LogSegment {
    /** Offset of the {@code START} record. */
    static final long FIRST_RECORD = SegmentHeader.BYTES;

    final String path;
    final DiskFile file;
    final SegmentHeader header;
    final OffsetIndex offsets = new OffsetIndex();

    /** Index of its first entry, had it one; fixed once the segment is in use. */
    volatile long firstIndex;

    LogSegment(String path, DiskFile file, SegmentHeader header) {
        this.path = path;
        this.file = file;
        this.header = header;
    }

    long end() {
        return header.base() + header.size();
    }

    RecordReader reader(int windowBytes) {
        int window = (int) Math.min(windowBytes, header.size());
        return new RecordReader(file, header.base(), header.size(), header.seed(), window);
    }

    @Override
    public String toString() {
        return path;
    }
}
