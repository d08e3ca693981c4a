package io.ngrid.spi.storage;

import java.io.IOException;
import java.nio.file.Path;

/** Makes disks and storages; a service in OSGi, found by ServiceLoader without. */
public interface StorageFactory {
    /**
     * The real disk.
     *
     * @param directory its root, made if missing
     * @return the disk
     * @throws IOException if the directory cannot be made or written; the message says what to do
     */
    Disk disk(Path directory) throws IOException;

    /**
     * Opens a node's storage: takes the lock, reads {@code identity} or makes a fresh one (new storage ID, start 1), and
     * counts the start durably. If the identity holds no cluster ID, group 0 is deleted [M1], and the directory becomes
     * that of the given node. With a cluster ID it stays the one of the node that it names: the caller compares, and
     * either drops the cluster or gives up.
     *
     * @param disk the disk; closed with the storage
     * @param options the settings
     * @param random makes storage IDs and log seeds
     * @return the storage
     * @throws io.ngrid.api.ConfigurationException if another process or node holds the lock
     * @throws StorageException if reading or writing fails
     */
    Storage open(Disk disk, StorageOptions options, java.util.random.RandomGenerator random);
}
