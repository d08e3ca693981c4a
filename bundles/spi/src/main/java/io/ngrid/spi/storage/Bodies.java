package io.ngrid.spi.storage;

/**
 * Bodies of queue elements. Between checkpoints the changelog is the truth and new bodies wait in memory; a checkpoint
 * writes those that are still live into the queue's NQueue segments. Queues are known by their creation index.
 */
public interface Bodies {
    /**
     * Keeps a new body in memory. Apply thread only; no I/O.
     *
     * @param queue the queue's creation index
     * @param sequence the element's sequence, higher than any before in this queue; gaps are allowed
     * @param body the body; belongs to the store
     */
    void put(long queue, long sequence, byte[] body);

    /**
     * Lets a body go. Apply thread only; no I/O: files go after the next checkpoint.
     *
     * @param queue the queue's creation index
     * @param sequence the element's sequence
     */
    void release(long queue, long sequence);

    /**
     * Reads a body from memory or disk. Reader threads; any number. A body is not released while a result that the state
     * stores refers to it [S3].
     *
     * @param queue the queue's creation index
     * @param sequence the element's sequence
     * @return the body; not to be changed
     * @throws StorageException if it is not there or cannot be read
     */
    byte[] read(long queue, long sequence);

    /**
     * Whether {@link #read} would answer from memory. Any thread.
     *
     * @param queue the queue's creation index
     * @param sequence the element's sequence
     * @return true if it would
     */
    boolean inMemory(long queue, long sequence);

    /**
     * Notes which bodies are live now. Apply thread only, between two entries; costs no I/O. Bodies released later stay
     * readable for the checkpoint until it is published.
     *
     * @param index the index that the state has applied
     * @param epoch that entry's epoch
     * @param time that entry's log time
     * @return the instant
     */
    Instant freeze(long index, long epoch, long time);

    /**
     * What the bodies that wait in memory take there, with what comes with each. Any thread.
     *
     * @return the bytes
     */
    long memoryBytes();

    /** An instant of the live bodies; opaque. */
    interface Instant {
        /**
         * The index that the state had applied.
         *
         * @return the index
         */
        long index();
    }
}
