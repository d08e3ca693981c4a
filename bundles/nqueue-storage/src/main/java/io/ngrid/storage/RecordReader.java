package io.ngrid.storage;

import io.ngrid.spi.storage.DiskFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * Reads records of one file through a window. Only a record at the position that it names, with a valid checksum, counts,
 * as data or as proof.
 */
final class RecordReader {
    private static final int STEP = Records.ALIGNMENT;

    private final DiskFile file;
    private final long base;
    private final long end;
    private final Checksum checksum;
    private byte[] window;
    private ByteBuffer view;
    private long windowStart;
    private int windowLength;
    private int at; // of the record last read, in the window

    RecordReader(DiskFile file, long base, long end, long seed, int windowBytes) {
        this.file = file;
        this.base = base;
        this.end = end;
        this.checksum = new Checksum(seed);
        this.window = new byte[Math.max(windowBytes, 2 * Records.HEADER)];
        this.view = ByteBuffer.wrap(window);
    }

    /** Whether a valid record lies at an offset; if so, the getters speak of it. */
    boolean read(long offset) throws IOException {
        if (offset < 0 || !load(offset, Records.HEADER)) {
            return false;
        }
        int payload = view.getInt(at + 4);
        if (view.getLong(at + 8) != base + offset || payload < 0) {
            return false;
        }
        long size = Records.size(payload);
        if (size > end - offset || size > Integer.MAX_VALUE || !load(offset, (int) size)) {
            return false;
        }
        return view.getInt(at)
                == checksum.begin()
                        .add(window, at + Integer.BYTES, (int) size - Integer.BYTES)
                        .value();
    }

    int crc() {
        return view.getInt(at);
    }

    long size() {
        return Records.size(view.getInt(at + 4));
    }

    int payloadLength() {
        return view.getInt(at + 4);
    }

    long position() {
        return view.getLong(at + 8);
    }

    long flushed() {
        return view.getLong(at + 16);
    }

    long epoch() {
        return view.getLong(at + 24);
    }

    long index() {
        return view.getLong(at + 32);
    }

    long time() {
        return view.getLong(at + 40);
    }

    int previousCrc() {
        return view.getInt(at + 48);
    }

    int kind() {
        return view.getInt(at + 52);
    }

    byte[] payload() {
        return Arrays.copyOfRange(window, at + Records.HEADER, at + Records.HEADER + payloadLength());
    }

    /**
     * Looks, from an offset on, for a record that proves that a place in the log was once on disk.
     *
     * @return offset of the proof, or -1 if there is none
     */
    long findProof(long from, long badPosition) throws IOException {
        for (long offset = roundUp(from); offset + Records.HEADER <= end; offset += STEP) {
            if (!load(offset, Records.HEADER)) {
                return -1;
            }
            if (view.getLong(at + 8) == base + offset && view.getLong(at + 16) > badPosition && read(offset)) {
                return offset;
            }
        }
        return -1;
    }

    /** The highest position up to which a record from an offset on says that all was on disk; 0 if none says so. */
    long highestProof(long from) throws IOException {
        long highest = 0;
        for (long offset = roundUp(from);
                offset + Records.HEADER <= end && load(offset, Records.HEADER);
                offset += STEP) {
            long flushed = view.getLong(at + 16);
            if (view.getLong(at + 8) == base + offset && flushed > highest && read(offset)) {
                highest = flushed;
            }
        }
        return highest;
    }

    /** Whether there are only zeros from an offset to the end, and the file is that long. */
    boolean onlyZeros(long from) throws IOException {
        long offset = from;
        while (offset < end) {
            int n = (int) Math.min(window.length, end - offset);
            if (!load(offset, n)) {
                return false;
            }
            for (int i = 0; i < n; i++) {
                if (window[at + i] != 0) {
                    return false;
                }
            }
            offset += n;
        }
        return true;
    }

    private static long roundUp(long offset) {
        return (offset + STEP - 1) / STEP * STEP;
    }

    /** Brings bytes into the window; false if the file ends before. */
    private boolean load(long offset, int length) throws IOException {
        if (offset < windowStart || offset + length > windowStart + windowLength) {
            if (offset + length > end) {
                return false;
            }
            if (length > window.length) {
                window = new byte[length];
                view = ByteBuffer.wrap(window);
            }
            int wanted = (int) Math.min(window.length, end - offset);
            windowStart = offset;
            windowLength = file.read(ByteBuffer.wrap(window, 0, wanted), offset);
        }
        at = (int) (offset - windowStart);
        return length <= windowLength - at;
    }
}
