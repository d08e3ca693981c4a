package io.ngrid.spi.storage;

import java.util.function.Consumer;

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
     * Length of the checkpoint's own file, which comes first and names the others.
     *
     * @return the length, in bytes
     */
    long checkpointLength();

    /**
     * Length of all its files, one behind the other.
     *
     * @return the length, in bytes
     */
    long length();

    /**
     * Reads a piece; it ends at the latest with the file that it begins in.
     *
     * @param position where from, below {@link #length}
     * @param max bytes at most
     * @return the bytes, at least one
     * @throws StorageException if that fails
     */
    byte[] read(long position, int max);

    /**
     * Reads all its files whole. By any thread, also beside {@link #read}.
     *
     * @param reading told each file before it is read; may throw to end it
     * @throws CorruptionException if one is not what was written, with the file and the offset
     * @throws StorageException if that fails
     */
    void verify(Consumer<String> reading);

    /** Lets the files go: they are deleted with the next checkpoint, if it does not list them. */
    @Override
    void close();
}
