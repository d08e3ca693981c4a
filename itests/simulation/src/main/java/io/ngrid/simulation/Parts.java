package io.ngrid.simulation;

import io.ngrid.election.CoreElectionFactory;
import io.ngrid.replication.CoreReplicationFactory;
import io.ngrid.spi.election.ElectionFactory;
import io.ngrid.spi.replication.ReplicationFactory;
import io.ngrid.spi.storage.StorageFactory;
import io.ngrid.storage.NqueueStorageFactory;

/**
 * What nodes are made of. Whoever wants to see more of a run wraps these.
 *
 * @param election makes election cores
 * @param replication makes replication and formation cores
 * @param storage opens storages
 */
public record Parts(ElectionFactory election, ReplicationFactory replication, StorageFactory storage) {
    /**
     * The real parts.
     *
     * @return the parts
     */
    public static Parts real() {
        return new Parts(new CoreElectionFactory(), new CoreReplicationFactory(), new NqueueStorageFactory());
    }
}
