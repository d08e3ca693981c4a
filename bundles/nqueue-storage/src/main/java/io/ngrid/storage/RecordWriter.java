package io.ngrid.storage;

import io.ngrid.spi.storage.DiskFile;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * Appends records to a file through a buffer; large payloads go by it.
 */
final class RecordWriter {
    /** A good size for the buffer. */
    static final int BUFFER = 256 << 10;

    private static final int LARGE = 64 << 10;
    private static final byte[] PADDING = new byte[Records.ALIGNMENT];

    private final Checksum checksum;
    private final ByteBuffer buffer;
    private final ByteBuffer header = ByteBuffer.allocate(Records.HEADER);
    private DiskFile file;
    private long base;
    private long offset;
    private int previousCrc;

    RecordWriter(ByteBuffer buffer, long seed, DiskFile file, long base, long offset, int previousCrc) {
        this.buffer = buffer;
        this.checksum = new Checksum(seed);
        this.file = file;
        this.base = base;
        this.offset = offset;
        this.previousCrc = previousCrc;
    }

    /** Goes on in another file, or elsewhere in this one. The buffer must be empty. */
    void moveTo(DiskFile newFile, long newBase, long newOffset, int newPreviousCrc) {
        if (buffer.position() > 0) {
            throw new IllegalStateException(buffer.position() + " bytes are not written");
        }
        file = newFile;
        base = newBase;
        offset = newOffset;
        previousCrc = newPreviousCrc;
    }

    /** Offset in the file of the next record. */
    long offset() {
        return offset;
    }

    /** Position in the log of the next record. */
    long position() {
        return base + offset;
    }

    int previousCrc() {
        return previousCrc;
    }

    void add(int kind, long epoch, long index, long time, long flushed, byte[] payload) throws IOException {
        int size = (int) Records.size(payload.length);
        int padding = size - Records.HEADER - payload.length;
        if (payload.length >= LARGE || size > buffer.capacity()) {
            addLarge(kind, epoch, index, time, flushed, payload, padding);
        } else {
            if (size > buffer.remaining()) {
                drain();
            }
            int at = buffer.position();
            putHeader(buffer, kind, epoch, index, time, flushed, payload.length);
            buffer.put(payload).put(PADDING, 0, padding);
            previousCrc = checksum.begin()
                    .add(buffer.array(), buffer.arrayOffset() + at + Integer.BYTES, size - Integer.BYTES)
                    .value();
            buffer.putInt(at, previousCrc);
        }
        offset += size;
    }

    private void addLarge(int kind, long epoch, long index, long time, long flushed, byte[] payload, int padding)
            throws IOException {
        drain();
        putHeader(header.clear(), kind, epoch, index, time, flushed, payload.length);
        previousCrc = checksum.begin()
                .add(header.array(), Integer.BYTES, Records.HEADER - Integer.BYTES)
                .add(payload, 0, payload.length)
                .add(PADDING, 0, padding)
                .value();
        header.putInt(0, previousCrc);
        ByteBuffer[] record = {header.flip(), ByteBuffer.wrap(payload), ByteBuffer.wrap(PADDING, 0, padding)};
        file.write(record, offset);
    }

    private void putHeader(ByteBuffer out, int kind, long epoch, long index, long time, long flushed, int length) {
        out.putInt(0).putInt(length).putLong(position()).putLong(flushed);
        out.putLong(epoch).putLong(index).putLong(time).putInt(previousCrc).putInt(kind);
    }

    /** Hands what is buffered to the file. */
    void drain() throws IOException {
        if (buffer.position() > 0) {
            long at = offset - buffer.position();
            file.write(new ByteBuffer[] {buffer.flip()}, at);
            buffer.clear();
        }
    }
}
