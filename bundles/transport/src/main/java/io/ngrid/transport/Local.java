package io.ngrid.transport;

import io.netty.channel.EventLoop;
import io.ngrid.api.NodeId;
import io.ngrid.api.NodeInfo;
import io.ngrid.spi.transport.LocalIdentity;
import io.ngrid.spi.transport.TransportOptions;
import io.ngrid.transport.wire.Handshake;
import io.ngrid.transport.wire.PeerUpdate;
import java.util.List;
import java.util.UUID;

/**
 * This end of every connection.
 *
 * @param options settings
 * @param port the port that was bound
 * @param instance random, one a start
 * @param timing times
 * @param loop the I/O thread
 */
record Local(TransportOptions options, int port, UUID instance, Timing timing, EventLoop loop) {
    NodeId node() {
        return options.node();
    }

    LocalIdentity identity() {
        return options.identity().get();
    }

    /** Whether this node decides which connection to a peer stays. */
    boolean decidesFor(NodeId peer) {
        return node().compareTo(peer) > 0;
    }

    Handshake handshake(List<NodeInfo> peers) {
        LocalIdentity identity = identity();
        return new Handshake(
                Handshake.VERSION,
                Handshake.VERSION,
                options.cluster(),
                new NodeInfo(node(), options.host(), port),
                instance,
                identity,
                identity.voterIds(),
                peers.subList(0, Math.min(peers.size(), PeerUpdate.MAX_PEERS)),
                false);
    }
}
