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
    private final byte[] header = new byte[Records.HEADER];
    private final ByteBuffer headerBuffer = ByteBuffer.wrap(header);
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
        headerBuffer.clear();
        headerBuffer.putInt(0).putInt(payload.length).putLong(position()).putLong(flushed);
        headerBuffer
                .putLong(epoch)
                .putLong(index)
                .putLong(time)
                .putInt(previousCrc)
                .putInt(kind);
        long size = Records.size(payload.length);
        int padding = (int) (size - Records.HEADER - payload.length);
        int crc = checksum.begin()
                .add(header, Integer.BYTES, Records.HEADER - Integer.BYTES)
                .add(payload, 0, payload.length)
                .add(PADDING, 0, padding)
                .value();
        headerBuffer.putInt(0, crc);
        if (buffer.remaining() < Records.HEADER) {
            drain();
        }
        buffer.put(header);
        if (payload.length >= LARGE || payload.length + padding > buffer.remaining()) {
            long end = offset + size;
            ByteBuffer head = buffer.flip();
            long at = offset + Records.HEADER - head.remaining();
            file.write(new ByteBuffer[] {head, ByteBuffer.wrap(payload), ByteBuffer.wrap(PADDING, 0, padding)}, at);
            buffer.clear();
            offset = end;
        } else {
            buffer.put(payload).put(PADDING, 0, padding);
            offset += size;
        }
        previousCrc = crc;
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
