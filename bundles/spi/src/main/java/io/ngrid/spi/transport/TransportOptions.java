package io.ngrid.spi.transport;

import io.ngrid.api.NodeId;
import io.ngrid.api.PeerAddress;
import java.util.List;
import java.util.function.Supplier;

/**
 * Settings of a transport.
 *
 * @param cluster name of the cluster
 * @param node this node's ID
 * @param host address to listen at and to tell
 * @param port port to listen at, 0 for any free one
 * @param peers addresses to try, from the configuration
 * @param identity the rest of what a handshake says; called on the transport's threads, answers at once
 * @param electionTimeoutNanos election time-out; reconnecting to a voter backs off to half of it at most
 * @param maxFrameBytes longest body of a frame accepted or sent, in bytes
 * @param maxOutboundBytes bound of what waits to be written to one peer, in bytes
 */
public record TransportOptions(
        String cluster,
        NodeId node,
        String host,
        int port,
        List<PeerAddress> peers,
        Supplier<LocalIdentity> identity,
        long electionTimeoutNanos,
        int maxFrameBytes,
        int maxOutboundBytes) {
    /** Default of {@code maxFrameBytes}: 16 MiB. */
    public static final int DEFAULT_MAX_FRAME_BYTES = 16 << 20;

    /** Default of {@code maxOutboundBytes}: 32 MiB. */
    public static final int DEFAULT_MAX_OUTBOUND_BYTES = 32 << 20;
}
