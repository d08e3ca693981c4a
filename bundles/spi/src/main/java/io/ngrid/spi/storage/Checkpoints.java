package io.ngrid.spi.storage;

import io.ngrid.spi.StorageId;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.function.LongPredicate;
import org.jspecify.annotations.Nullable;

/** The state's checkpoints, of which {@code CURRENT} names the one that counts. Checkpoint thread only, after the start. */
public interface Checkpoints {
    /**
     * The checkpoint that {@code CURRENT} names.
     *
     * @return the checkpoint, or null if there is none yet
     * @throws CorruptionException if it is corrupt, or the log does not reach it [D2]
     */
    @Nullable
    Loaded load();

    /**
     * Writes a checkpoint and every body live at its instant, and forces all of it; {@code CURRENT} does not name it yet.
     *
     * @param instant the instant, from {@link Bodies#freeze}
     * @param state writes the state
     * @param live which bodies are live at the instant
     * @return bytes written
     * @throws UnfinishedException if there is no space, or a file cannot be written [D3]; it may be tried again
     * @throws StorageException if a force failed [D1]; nothing is released
     */
    long write(Bodies.Instant instant, StateWriter state, LiveBodies live);

    /**
     * Makes {@code CURRENT} name the checkpoint written last, durably; deletes what it does not name, and bodies released
     * before its instant. Only when the node's own log is durable up to its index.
     *
     * @throws UnfinishedException if there is no space for {@code CURRENT} [D3]; it may be tried again
     * @throws StorageException if a force failed [D1]
     */
    void publish();

    /**
     * Index of the checkpoint that {@code CURRENT} names. Any thread.
     *
     * @return the index, 0 if there is none
     */
    long index();

    /**
     * Pins the checkpoint that {@code CURRENT} names, to be sent to a peer or read. Any thread.
     *
     * @return it and its files, or null if there is none yet
     * @throws StorageException if it cannot be read
     */
    @Nullable
    Snapshot pin();

    /**
     * Begins to receive a peer's checkpoint [C1], where an earlier attempt has left off, also before a restart: files of that
     * very checkpoint that are whole, verified and durable are kept. What is left of another one is deleted.
     *
     * @param index the index that its state has applied
     * @param epoch that entry's epoch
     * @param length length of the checkpoint's own file, in bytes
     * @param source the storage whose checkpoint it is
     * @return where its pieces go; {@link IncomingSnapshot#position} says which is the first
     * @throws UnfinishedException if it cannot be begun, for lack of space perhaps [D3]
     * @throws StorageException if a force failed [D1]
     */
    IncomingSnapshot receive(long index, long epoch, long length, StorageId source);

    /** Writes a state. */
    @FunctionalInterface
    interface StateWriter {
        /**
         * Writes it.
         *
         * @param out where to
         * @throws IOException from {@code out}
         */
        void write(DataOutput out) throws IOException;
    }

    /** Knows what a state refers to. Asked only when files hold little that is live. */
    @FunctionalInterface
    interface LiveBodies {
        /**
         * The live bodies of a queue.
         *
         * @param queue the queue's creation index
         * @return whether the state refers to the body of a sequence
         */
        LongPredicate of(long queue);
    }

    /**
     * A checkpoint.
     *
     * @param index the index that the state has applied
     * @param epoch that entry's epoch
     * @param time that entry's log time
     * @param state the state; to be read once
     */
    record Loaded(long index, long epoch, long time, DataInput state) {}
}
