package io.ngrid.spi.storage;

/**
 * A snapshot on its way in, beside all that counts [C1]: nothing depends on it before {@link Group#install}. Its pieces come
 * in order; what is next is {@link #file} and {@link #offset}. Checkpoint thread only.
 */
public interface IncomingSnapshot {
    /**
     * The index that its state has applied.
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
     * The file of which the next piece is wanted.
     *
     * @return its place among the files
     */
    int file();

    /**
     * Where in it.
     *
     * @return the offset, in bytes
     */
    long offset();

    /**
     * Writes the next piece. A file is forced when it is whole, and verified.
     *
     * @param bytes the piece
     * @return whether that was the last one: all is there, verified, and durable
     * @throws IllegalArgumentException if it is more than the file lacks
     * @throws CorruptionException if what came is not what was sent; it has to be discarded
     * @throws UnfinishedException if it could not be written, for lack of space perhaps [D3]; it has to be discarded
     * @throws StorageException if a force failed [D1]
     */
    boolean write(byte[] bytes);

    /** Deletes all of it. */
    void discard();
}
