package io.ngrid.storage;

import io.ngrid.spi.storage.DiskFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * First bytes of a segment; written and forced before the segment has its name, never changed.
 *
 * @param owner whose segment it is: a queue's creation index, 0 for the log
 * @param seed random number, seed of its records' checksums; a log's is never sent
 * @param number number of the segment
 * @param base position in the log of the segment's first byte
 * @param size allocated size; of a queue's segment 0, or how many positions it stands for if it was rewritten, or
 *     {@link #AFTER_UNFORCED}
 */
record SegmentHeader(long owner, long seed, long number, long base, long size) {
    static final int BYTES = 64;

    /** Size in a segment that was made when those before it were not all on disk: their footers do not prove it. */
    static final long AFTER_UNFORCED = -1;

    private static final long MAGIC = 0x4e47_5345_474d_5431L; // NGSEGMT1

    ByteBuffer encode() {
        ByteBuffer bytes = ByteBuffer.allocate(BYTES);
        bytes.putLong(MAGIC)
                .putLong(owner)
                .putLong(seed)
                .putLong(number)
                .putLong(base)
                .putLong(size);
        bytes.putInt(BYTES - Integer.BYTES, Checksum.of(bytes.array(), 0, BYTES - Integer.BYTES));
        return bytes.clear();
    }

    static @Nullable SegmentHeader read(DiskFile file) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(BYTES);
        if (file.read(bytes, 0) < BYTES) {
            return null;
        }
        bytes.flip();
        boolean valid = bytes.getLong() == MAGIC
                && bytes.getInt(BYTES - Integer.BYTES) == Checksum.of(bytes.array(), 0, BYTES - Integer.BYTES);
        return valid
                ? new SegmentHeader(bytes.getLong(), bytes.getLong(), bytes.getLong(), bytes.getLong(), bytes.getLong())
                : null;
    }
}
