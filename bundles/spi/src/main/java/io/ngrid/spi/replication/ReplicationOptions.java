package io.ngrid.spi.replication;

import io.ngrid.spi.Configuration;
import io.ngrid.spi.LogEntry;
import io.ngrid.spi.Member;
import java.util.List;

/**
 * What a replication core starts from.
 *
 * @param self this node
 * @param configuration the configuration of its state; before anything is applied, the one that formed the cluster
 * @param configurations the configuration entries of its log behind {@code appliedIndex}
 * @param appliedIndex index up to which its state is known to be committed (its checkpoint's), 0 if none
 * @param lastTime log time of the last entry, 0 if none
 * @param flushedIndex index up to which its log is on disk
 * @param maxBatchBytes bound of one request's entries, in bytes
 * @param maxInFlightBytes bound of what is sent and not acknowledged to one follower, in bytes [R4]
 * @param maxFetchBytes bound of what is fetched before standing for election, in bytes [E4]; 0 for nothing
 * @param maxLagBytes how far a connected voter may be behind before proposals wait for it, in bytes of the log [R7]
 * @param patienceNanos how long such a voter is waited for while it takes less than a 64th of that
 * @param retryNanos how long an unacknowledged request is waited for before it is sent anew
 */
public record ReplicationOptions(
        Member self,
        Configuration configuration,
        List<LogEntry> configurations,
        long appliedIndex,
        long lastTime,
        long flushedIndex,
        int maxBatchBytes,
        long maxInFlightBytes,
        long maxFetchBytes,
        long maxLagBytes,
        long patienceNanos,
        long retryNanos) {
    /** Default of {@code maxBatchBytes}: 1 MiB. */
    public static final int DEFAULT_MAX_BATCH_BYTES = 1 << 20;

    /** Default of {@code maxInFlightBytes}: 8 MiB. */
    public static final long DEFAULT_MAX_IN_FLIGHT_BYTES = 8 << 20;
}
