package io.ngrid.spi.transport;

import io.ngrid.api.PeerAddress;
import io.ngrid.spi.Member;
import io.ngrid.spi.message.Message;

/**
 * Hears what comes from the peers. Called on the transport's I/O thread; hands over and returns at once, never throws.
 * For one peer the order is connected, any number of messages, disconnected.
 */
public interface TransportListener {
    /**
     * A peer is connected: its handshake was accepted, and messages may be sent to it.
     *
     * @param peer the peer
     */
    void connected(Peer peer);

    /**
     * A peer is gone. Messages sent to it may be lost, those it sent may have been lost too.
     *
     * @param peer the member that was connected
     */
    void disconnected(Member peer);

    /**
     * A message came.
     *
     * @param from the member at the other end of the connection
     * @param message the message
     */
    void received(Member from, Message message);

    /**
     * A configured address answered. Told for this node's own address too.
     *
     * @param address the address, as configured
     * @param member who answers there
     */
    void resolved(PeerAddress address, Member member);

    /**
     * A handshake was refused, here or there. Told again only when it changes or a minute has passed.
     *
     * @param refusal why
     */
    void refused(Refusal refusal);
}
