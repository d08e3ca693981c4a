package io.ngrid.transport.wire;

import io.ngrid.api.NodeId;
import io.ngrid.api.NodeInfo;
import io.ngrid.spi.Member;
import io.ngrid.spi.transport.LocalIdentity;
import java.util.List;
import java.util.UUID;

/**
 * HANDSHAKE, the first frame both ways.
 *
 * @param minVersion lowest protocol version that the sender speaks
 * @param maxVersion highest protocol version that the sender speaks
 * @param cluster name of its cluster
 * @param node its ID, and the address that it tells
 * @param instance random, one a start of a transport: tells a node from itself, and its starts apart
 * @param identity storage ID, cluster ID, voters, provisional; of the voters only the node IDs are sent, so those
 *     read from a frame are in {@code voterIds} and {@code identity.voters} is empty
 * @param voterIds node IDs of the voters of its cluster
 * @param peers nodes to which it is connected
 * @param bulk whether the connection is one for snapshots, beside another one
 */
public record Handshake(
        int minVersion,
        int maxVersion,
        String cluster,
        NodeInfo node,
        UUID instance,
        LocalIdentity identity,
        List<NodeId> voterIds,
        List<NodeInfo> peers,
        boolean bulk)
        implements Frame {
    /** The version of the protocol that this code speaks. */
    public static final int VERSION = 1;

    /** Largest body of a frame that is no message, so that a stranger gets no large buffer. */
    public static final int MAX_BODY = 128 << 10;

    static final int MAGIC = 0x4e475244; // NGRD

    /** The same for a connection for snapshots. */
    public Handshake forBulk() {
        return new Handshake(minVersion, maxVersion, cluster, node, instance, identity, voterIds, peers, true);
    }

    /** The pair that quorums count. */
    public Member member() {
        return new Member(node.id(), identity.storage());
    }
}
