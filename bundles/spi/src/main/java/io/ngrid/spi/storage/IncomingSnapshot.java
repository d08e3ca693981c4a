package io.ngrid.spi.storage;

/**
 * A snapshot on its way in, beside all that counts [C1]: nothing depends on it before {@link Group#install}. Its pieces come
 * in order. Checkpoint thread only.
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
     * Where the next piece belongs, all files one behind the other.
     *
     * @return the position, in bytes
     */
    long position();

    /**
     * Writes the next piece. A file is forced when it is whole, and verified.
     *
     * @param bytes the piece
     * @return whether that was the last one: all is there, verified, and durable
     * @throws IllegalArgumentException if it is more than the file lacks in which it begins, or none is lacking
     * @throws CorruptionException if what came is not what was sent; it has to be discarded
     * @throws UnfinishedException if it could not be written, for lack of space perhaps [D3]; it has to be discarded
     * @throws StorageException if a force failed [D1]
     */
    boolean write(byte[] bytes);

    /** Deletes all of it. */
    void discard();
}
