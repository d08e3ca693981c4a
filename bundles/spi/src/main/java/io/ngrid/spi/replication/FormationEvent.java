package io.ngrid.spi.replication;

import io.ngrid.api.PeerAddress;
import io.ngrid.spi.Member;
import io.ngrid.spi.message.FormationNotice;
import io.ngrid.spi.transport.Peer;

/** What the formation core is told. */
public sealed interface FormationEvent {
    /** Time has passed. */
    record Tick() implements FormationEvent {}

    /**
     * A connection to a node is open.
     *
     * @param peer the node, with the cluster that it showed
     */
    record Connected(Peer peer) implements FormationEvent {}

    /**
     * A connection to a node is gone.
     *
     * @param peer the node
     */
    record Disconnected(Member peer) implements FormationEvent {}

    /**
     * A configured address answered.
     *
     * @param address the address
     * @param member who answers there; may be this node
     */
    record Resolved(PeerAddress address, Member member) implements FormationEvent {}

    /**
     * A notice came.
     *
     * @param from the sender
     * @param notice the notice
     */
    record Received(Member from, FormationNotice notice) implements FormationEvent {}
}
