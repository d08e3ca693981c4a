package io.ngrid.spi.replication;

import io.ngrid.api.PeerAddress;
import io.ngrid.spi.LogEntry;
import io.ngrid.spi.Member;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a formation core starts from.
 *
 * @param self this node
 * @param peers configured addresses; empty for a cluster of one
 * @param replicationQuorum W as configured, 0 for a majority
 * @param entry the entry that formed this node's cluster, or null if it has none
 * @param retryNanos time between repeated notices
 */
public record FormationOptions(
        Member self,
        List<PeerAddress> peers,
        int replicationQuorum,
        @Nullable LogEntry entry,
        long retryNanos) {}
