package io.ngrid.spi.storage;

import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * An open file of a {@link Disk}. Reads are safe for any thread, all else for one at a time, but a force may run beside a
 * write.
 */
public interface DiskFile extends AutoCloseable {
    /**
     * The file's length.
     *
     * @return the length, in bytes
     * @throws IOException if that cannot be found out
     */
    long size() throws IOException;

    /**
     * Reads at a position until the buffer is full or the file ends.
     *
     * @param target where to
     * @param position where from
     * @return bytes read, 0 at or behind the end
     * @throws IOException if reading fails
     */
    int read(ByteBuffer target, long position) throws IOException;

    /**
     * Writes all of some buffers, one behind the other, at a position; the file grows as needed. An interrupt of the
     * thread neither ends it nor harms the file, so any thread may call it [D4].
     *
     * @param sources what to write
     * @param position where to
     * @throws IOException if writing fails; an unknown part may have been written
     */
    void write(ByteBuffer[] sources, long position) throws IOException;

    /**
     * Says that many small writes will come to a range. The file may grow to its end, by zeros in blocks of its own, and
     * the writes may then be cheaper. Where that is not possible, nothing happens. May run beside writes to what the file has
     * already.
     *
     * @param from first byte; what the file holds from there on will be overwritten
     * @param to behind the last one
     * @throws IOException if the file is left in an unknown state
     */
    default void prepare(long from, long to) throws IOException {}

    /**
     * Cuts the file, or does nothing if it is not longer.
     *
     * @param size its new length
     * @throws IOException if that fails
     */
    void truncate(long size) throws IOException;

    /**
     * Makes content and length durable. After a failure the file's content is unknown: never try again [D1].
     *
     * @throws IOException if it failed
     */
    void force() throws IOException;

    /** Closes the file. */
    @Override
    void close() throws IOException;
}
