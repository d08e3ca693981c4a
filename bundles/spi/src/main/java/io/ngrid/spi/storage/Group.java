package io.ngrid.spi.storage;

import java.util.function.Consumer;

/** What a node keeps of one replicated log: vote, log, checkpoints, bodies of queue elements. */
public interface Group extends AutoCloseable {
    /**
     * The vote.
     *
     * @return its store
     */
    VoteStore votes();

    /**
     * The log.
     *
     * @return the log, recovered
     */
    ChangeLog log();

    /**
     * The checkpoints.
     *
     * @return their store
     */
    Checkpoints checkpoints();

    /**
     * The bodies of queue elements, as the latest checkpoint has them; replay brings the rest.
     *
     * @return their store
     */
    Bodies bodies();

    /**
     * Space on the disk [D3].
     *
     * @param leftBytes what will be left when the next checkpoint is written, about
     * @param lowBytes with less than this left nothing more is to be taken on that takes space
     * @param reserveLacks what the reserve does not hold yet of what it is to hold
     * @param isCritical whether the reserve was given away, or not even that was enough
     */
    record Space(long leftBytes, long lowBytes, long reserveLacks, boolean isCritical) {
        /**
         * How much has to be left where there was too little: a quarter more.
         *
         * @return the bytes
         */
        public long enoughBytes() {
            return lowBytes / 4 * 5;
        }
    }

    /**
     * How much space there is. Checkpoint thread only.
     *
     * @return the space
     * @throws UnfinishedException if that cannot be found out now
     */
    Space space();

    /**
     * Makes a step towards the reserve: blocks that are given to the log when it finds no space [D3]. Checkpoint thread only.
     *
     * @return whether all of it is held now
     */
    boolean reserve();

    /**
     * What it takes on disk.
     *
     * @return log, checkpoints and bodies together, in bytes
     */
    long diskBytes();

    /**
     * Puts a snapshot, whole and beyond the checkpoint, in the place of the state, in one durable step [C1]. The log is kept
     * if it holds the snapshot's last entry on disk, else it begins anew behind it. The group has to be closed then: the
     * next {@link Storage#openGroup} opens what was installed, and so does a start after a crash. All threads of the group
     * have ended.
     *
     * @param snapshot the snapshot, of which {@link IncomingSnapshot#write} has said that it is whole
     * @throws UnfinishedException if there is no space for {@code CURRENT}: the group is as it was
     * @throws StorageException if a force failed [D1]
     */
    void install(IncomingSnapshot snapshot);

    /**
     * Reads all its files, as far as they are known to be written, and the identity; changes nothing. Any thread that nobody
     * interrupts [D4].
     *
     * @param reading told each file before it is read; may throw to end it
     * @return what was found
     * @throws StorageException if a directory cannot be read, or the group was closed meanwhile
     */
    StorageReport verify(Consumer<String> reading);

    /** Closes all files. What was not flushed is lost. */
    @Override
    void close();
}
