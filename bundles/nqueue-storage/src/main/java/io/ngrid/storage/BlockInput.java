package io.ngrid.storage;

import io.ngrid.spi.storage.CorruptionException;
import io.ngrid.spi.storage.DiskFile;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;

/** Reads what {@link BlockOutput} wrote; a bad block is corruption. The end closes the file. */
final class BlockInput extends InputStream {
    private final String path;
    private final DiskFile file;
    private final long seed;
    private final long end;
    private final byte[] block = new byte[BlockOutput.HEADER + BlockOutput.BLOCK];
    private long offset;
    private long blocks;
    private int position;
    private int filled;

    BlockInput(String path, DiskFile file, long offset, long end, long seed) {
        this.path = path;
        this.file = file;
        this.offset = offset;
        this.end = end;
        this.seed = seed;
    }

    @Override
    public int read() throws IOException {
        return position < filled || next() ? block[BlockOutput.HEADER + position++] & 0xff : -1;
    }

    @Override
    public int read(byte[] target, int from, int length) throws IOException {
        if (length == 0) {
            return 0;
        }
        if (position == filled && !next()) {
            return -1;
        }
        int n = Math.min(length, filled - position);
        System.arraycopy(block, BlockOutput.HEADER + position, target, from, n);
        position += n;
        return n;
    }

    /** Reads to the end; returns the number of blocks. */
    long verify() throws IOException {
        while (next()) {
            position = filled;
        }
        return blocks;
    }

    @Override
    public void close() throws IOException {
        file.close();
    }

    private boolean next() throws IOException {
        if (offset == end) {
            file.close();
            return false;
        }
        int wanted = (int) Math.min(block.length, end - offset);
        int read = file.read(ByteBuffer.wrap(block, 0, wanted), offset);
        int length = read < BlockOutput.HEADER ? -1 : ByteBuffer.wrap(block).getInt(0);
        if (length <= 0
                || length > read - BlockOutput.HEADER
                || ByteBuffer.wrap(block).getInt(4)
                        != BlockOutput.crc(seed, blocks, block, BlockOutput.HEADER, length)) {
            throw new CorruptionException(path, offset, "block " + blocks + " is not valid");
        }
        offset += BlockOutput.HEADER + length;
        blocks++;
        position = 0;
        filled = length;
        return true;
    }
}
