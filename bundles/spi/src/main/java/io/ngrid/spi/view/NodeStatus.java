package io.ngrid.spi.view;

import io.ngrid.api.FullPolicy;
import io.ngrid.api.NodeId;
import io.ngrid.api.NodeState;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a node last published about itself; immutable.
 *
 * @param node the node
 * @param address host and port at which it listens
 * @param cluster name of the cluster
 * @param clusterId its ID, empty before it formed
 * @param storageId the storage ID
 * @param state what the node is doing
 * @param reason why, in one sentence; empty when all is well
 * @param leader the leader, or null
 * @param epoch the epoch
 * @param voters the voters
 * @param replicationQuorum W
 * @param electionQuorum E
 * @param commitQuorum C
 * @param writesAllowed whether writes are accepted now, as far as this node knows
 * @param firstIndex first index still in the log
 * @param lastIndex last index of the log
 * @param flushedIndex index up to which the log is durable here
 * @param commitIndex commit index
 * @param appliedIndex index up to which the state is applied here
 * @param checkpointIndex index of the latest checkpoint
 * @param releaseIndex index up to which every voter has the log
 * @param diskBytes what the data directory takes
 * @param storageNote that the disk is full [D3], or which snapshots are on their way [C1]; empty if neither
 * @param mapsMemoryBytes what all maps take in memory, in bytes of keys and values and 128 an entry
 * @param mapsMemoryMax how much they may take when this node leads
 * @param forces forces of the log since start
 * @param lastForceMicros duration of the last force, in microseconds
 * @param maxForceMicros duration of the longest force, in microseconds
 * @param elections elections that this node began since start
 * @param leaderChanges changes of leader since start
 * @param pendingOperations operations of this node's callers under way
 * @param pendingProposals operations taken on here as leader and not yet answered
 * @param uptimeMillis time since start, in milliseconds
 * @param stateHash running hash of the state applied here, 16 hexadecimal digits; equal on all nodes at equal index
 * @param agreedIndex highest index at which a majority of voters is known to have the state that this node has
 * @param peers the other nodes
 * @param queues the queues
 * @param maps the maps
 */
public record NodeStatus(
        NodeId node,
        String address,
        String cluster,
        String clusterId,
        String storageId,
        NodeState state,
        String reason,
        @Nullable NodeId leader,
        long epoch,
        List<NodeId> voters,
        int replicationQuorum,
        int electionQuorum,
        int commitQuorum,
        boolean writesAllowed,
        long firstIndex,
        long lastIndex,
        long flushedIndex,
        long commitIndex,
        long appliedIndex,
        long checkpointIndex,
        long releaseIndex,
        long diskBytes,
        String storageNote,
        long mapsMemoryBytes,
        long mapsMemoryMax,
        long forces,
        long lastForceMicros,
        long maxForceMicros,
        long elections,
        long leaderChanges,
        long pendingOperations,
        long pendingProposals,
        long uptimeMillis,
        String stateHash,
        long agreedIndex,
        List<PeerView> peers,
        List<QueueView> queues,
        List<MapView> maps) {
    /**
     * A peer.
     *
     * @param node the peer
     * @param address its address
     * @param connected whether a connection is open
     * @param voter whether it is a voter
     * @param matchIndex at a leader: highest index it acknowledged; otherwise -1
     * @param lagEntries at a leader: entries that it lacks; otherwise -1
     * @param outboundBytes what waits to be sent to it
     * @param bytesIn bytes received from it since start
     * @param bytesOut bytes sent to it since start
     * @param reconnects connections made to it since start, but the first
     * @param silentMillis time since it was last heard, in milliseconds; -1 if never
     */
    public record PeerView(
            NodeId node,
            String address,
            boolean connected,
            boolean voter,
            long matchIndex,
            long lagEntries,
            long outboundBytes,
            long bytesIn,
            long bytesOut,
            long reconnects,
            long silentMillis) {}

    /**
     * A queue, as applied here.
     *
     * @param name its name
     * @param codec its codec's name
     * @param classes classes of its codec
     * @param size number of elements
     * @param capacity greatest number of elements
     * @param fullPolicy what an offer to it does when full
     * @param offered elements offered since it was created
     * @param polled elements taken since it was created
     * @param waiters calls on this node that wait for it
     */
    public record QueueView(
            String name,
            String codec,
            List<String> classes,
            long size,
            long capacity,
            FullPolicy fullPolicy,
            long offered,
            long polled,
            long waiters) {}

    /**
     * A map, as applied here.
     *
     * @param name its name
     * @param keyCodec name of its keys' codec
     * @param keyClasses classes of its keys' codec
     * @param valueCodec name of its values' codec
     * @param valueClasses classes of its values' codec
     * @param size number of entries
     * @param bytes size of keys and values, in bytes
     * @param puts puts since it was created
     * @param removes removals since it was created
     */
    public record MapView(
            String name,
            String keyCodec,
            List<String> keyClasses,
            String valueCodec,
            List<String> valueClasses,
            long size,
            long bytes,
            long puts,
            long removes) {}
}
