package io.ngrid.transport.wire;

import io.ngrid.api.NodeInfo;
import java.util.List;

/**
 * PEER_UPDATE: addresses of the nodes to which the sender is connected; never votes. Only what it knows at first hand, so
 * that a stale address dies with its last connection.
 *
 * @param peers the nodes
 */
public record PeerUpdate(List<NodeInfo> peers) implements Frame {
    /** Most peers that are told or learnt. */
    public static final int MAX_PEERS = 256;
}
