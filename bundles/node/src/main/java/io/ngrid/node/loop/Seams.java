package io.ngrid.node.loop;

import io.ngrid.spi.election.ElectionFactory;
import io.ngrid.spi.replication.ReplicationFactory;
import io.ngrid.spi.storage.Disk;
import io.ngrid.spi.storage.StorageFactory;
import io.ngrid.spi.transport.TransportFactory;
import java.io.IOException;
import java.util.random.RandomGenerator;

/**
 * All that a node takes from outside: in production the real parts, in the simulator those of virtual time.
 *
 * @param transport makes the transport
 * @param election makes the election core
 * @param replication makes the replication and formation cores
 * @param storage opens the storage
 * @param disk the disk
 * @param lanes threads and time
 * @param random random numbers, asked by the event loop only
 */
public record Seams(
        TransportFactory transport,
        ElectionFactory election,
        ReplicationFactory replication,
        StorageFactory storage,
        DiskSource disk,
        Lanes lanes,
        RandomGenerator random) {
    /** Opens a disk. */
    @FunctionalInterface
    public interface DiskSource {
        /**
         * Opens it.
         *
         * @return the disk
         * @throws IOException if it cannot be used; the message says what to do
         */
        Disk open() throws IOException;
    }
}
