package io.ngrid.storage;

import io.ngrid.spi.storage.DiskFile;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;

/** Writes a stream as blocks of 64 KiB: length, CRC32C seeded with file seed and block number, bytes. */
final class BlockOutput extends OutputStream {
    static final int BLOCK = 64 << 10;
    static final int HEADER = 8;

    private final DiskFile file;
    private final long seed;
    private final byte[] block = new byte[HEADER + BLOCK];
    private int filled;
    private long offset;
    private long blocks;

    BlockOutput(DiskFile file, long offset, long seed) {
        this.file = file;
        this.offset = offset;
        this.seed = seed;
    }

    /** Checksum of a block's bytes at their place: a block elsewhere or in another file does not pass. */
    static int crc(long seed, long number, byte[] bytes, int offset, int length) {
        return new Checksum(seed + number).begin().add(bytes, offset, length).value();
    }

    @Override
    public void write(int b) throws IOException {
        if (filled == BLOCK) {
            writeBlock();
        }
        block[HEADER + filled++] = (byte) b;
    }

    @Override
    public void write(byte[] bytes, int from, int length) throws IOException {
        int done = 0;
        while (done < length) {
            if (filled == BLOCK) {
                writeBlock();
            }
            int n = Math.min(length - done, BLOCK - filled);
            System.arraycopy(bytes, from + done, block, HEADER + filled, n);
            filled += n;
            done += n;
        }
    }

    /** Writes what is left; returns the offset behind it. */
    long finish() throws IOException {
        if (filled > 0) {
            writeBlock();
        }
        return offset;
    }

    long blocks() {
        return blocks;
    }

    private void writeBlock() throws IOException {
        ByteBuffer bytes = ByteBuffer.wrap(block, 0, HEADER + filled);
        bytes.putInt(0, filled).putInt(4, crc(seed, blocks, block, HEADER, filled));
        file.write(new ByteBuffer[] {bytes}, offset);
        offset += HEADER + filled;
        blocks++;
        filled = 0;
    }
}
