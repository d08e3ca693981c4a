package io.ngrid.spi.transport;

import io.ngrid.api.NodeInfo;

/**
 * How a peer looks to the transport.
 *
 * @param node the peer and its address
 * @param connected whether a connection is open
 * @param outboundBytes what waits to be written, in bytes
 * @param bytesIn bytes received since start
 * @param bytesOut bytes sent since start
 * @param framesIn frames received since start
 * @param framesOut frames sent since start
 * @param reconnects connections made since start, but the first
 * @param lastReceivedNanos when the last frame came, by {@link System#nanoTime}; 0 if none
 */
public record PeerStatus(
        NodeInfo node,
        boolean connected,
        long outboundBytes,
        long bytesIn,
        long bytesOut,
        long framesIn,
        long framesOut,
        long reconnects,
        long lastReceivedNanos) {}
