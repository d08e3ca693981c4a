package io.ngrid.spi.storage;

import io.ngrid.spi.ClusterId;
import io.ngrid.spi.LogEntry;
import java.util.function.Consumer;

/** A node's data directory, open and locked. Called by one thread, its parts by those that they name. */
public interface Storage extends AutoCloseable {
    /**
     * Who the directory belongs to.
     *
     * @return the identity, as it is on disk
     */
    Identity identity();

    /**
     * Begins a cluster here: makes the vote (epoch 1, none), a log that holds the formation entry, and then the cluster
     * ID in {@code identity} durable, in this order [M1].
     *
     * @param entry the formation entry
     * @param cluster the cluster that it forms
     * @return the group, open
     * @throws StorageException if that fails
     */
    Group form(LogEntry entry, ClusterId cluster);

    /**
     * Opens and recovers the group of a node that has a cluster.
     *
     * @return the group
     * @throws CorruptionException if a file is corrupt [D2]
     * @throws StorageException if reading or writing fails
     */
    Group openGroup();

    /**
     * Drops a provisional cluster [M1]: makes an identity with a new storage ID and no cluster ID durable, then deletes
     * group 0, vote included. The group must be closed.
     *
     * @return the new identity
     * @throws StorageException if that fails
     */
    Identity dropCluster();

    /**
     * Reads the whole directory while there is no open group and none is formed; changes nothing. Any thread that nobody
     * interrupts [D4].
     *
     * @param reading told each file before it is read; may throw to end it
     * @return what was found
     * @throws StorageException if a directory cannot be read
     */
    StorageReport verify(Consumer<String> reading);

    /** Closes all files and gives up the lock. */
    @Override
    void close();
}
