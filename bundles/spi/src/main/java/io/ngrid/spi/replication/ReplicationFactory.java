package io.ngrid.spi.replication;

import io.ngrid.spi.LogReader;
import java.util.random.RandomGenerator;

/** Makes replication and formation cores; a service in OSGi, found by ServiceLoader without. */
public interface ReplicationFactory {
    /**
     * Makes a replication core.
     *
     * @param options what it starts from
     * @param log reads the log; asked only within {@link Replication#handle}
     * @param nowNanos monotonic time
     * @return the core
     */
    Replication create(ReplicationOptions options, LogReader log, long nowNanos);

    /**
     * Makes a formation core.
     *
     * @param options what it starts from
     * @param random makes the cluster ID
     * @param nowNanos monotonic time
     * @return the core
     */
    Formation createFormation(FormationOptions options, RandomGenerator random, long nowNanos);
}
