package io.ngrid.spi.transport;

import io.ngrid.api.NodeId;
import io.ngrid.spi.message.Message;
import java.io.IOException;
import java.util.List;

/**
 * Connections to all peers: a full mesh that builds and heals itself. Safe for any thread.
 */
public interface Transport extends AutoCloseable {
    /**
     * Listens, and starts to connect to the peers. Returns when the port is bound.
     *
     * @throws IOException if the port cannot be bound; the message names host, port and what to do
     */
    void start() throws IOException;

    /**
     * The port on which it listens.
     *
     * @return the port, after {@link #start}
     */
    int port();

    /**
     * Sends a message, in order with others to that peer, without waiting.
     *
     * @param to the peer
     * @param message the message; not changed afterwards
     * @return false if the peer is not connected or its outbound buffer is full: nothing was sent
     * @throws IllegalArgumentException if the message is longer than {@link TransportOptions#maxFrameBytes}
     */
    boolean send(NodeId to, Message message);

    /**
     * Known peers, connected or not.
     *
     * @return their status, in the order of their IDs
     */
    List<PeerStatus> peers();

    /**
     * Drops every connection, so that handshakes run anew with what {@link TransportOptions#identity} says now. Resolved
     * addresses and refusals are told anew, too.
     */
    void reconnect();

    /** Closes all connections and the port, and waits until the transport's threads have ended. */
    @Override
    void close();
}
