package io.ngrid.spi.storage;

import java.util.List;

/**
 * A published checkpoint and the files that it lists, pinned: they stay until {@link #close}, however many checkpoints
 * follow [C1]. Read by one thread at a time.
 */
public interface Snapshot extends AutoCloseable {
    /**
     * The index that the state has applied.
     *
     * @return the index
     */
    long index();

    /**
     * That entry's epoch.
     *
     * @return the epoch
     */
    long epoch();

    /**
     * Lengths of its files, in the order in which they are sent; the first is the checkpoint, which names the others.
     *
     * @return the lengths, in bytes
     */
    List<Long> lengths();

    /**
     * Reads a piece of a file.
     *
     * @param file its place in {@link #lengths}
     * @param offset where from
     * @param max bytes at most
     * @return the bytes, fewer than {@code max} only at the file's end
     * @throws StorageException if that fails
     */
    byte[] read(int file, long offset, int max);

    /** Lets the files go: they are deleted with the next checkpoint, if it does not list them. */
    @Override
    void close();
}
