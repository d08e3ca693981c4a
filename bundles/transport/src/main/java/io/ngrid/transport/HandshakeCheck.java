package io.ngrid.transport;

import io.ngrid.api.NodeId;
import io.ngrid.spi.Member;
import io.ngrid.spi.transport.LocalIdentity;
import io.ngrid.spi.transport.Refusal;
import io.ngrid.transport.wire.Handshake;
import io.ngrid.transport.wire.PeerUpdate;
import org.jspecify.annotations.Nullable;

/** Who may connect. A function of both handshakes; the order of its questions is the order of the answers' use to people. */
final class HandshakeCheck {
    private HandshakeCheck() {}

    /**
     * Why a handshake is refused.
     *
     * @param kind the kind
     * @param sentence one sentence with both sides' values
     */
    record Verdict(Refusal.Kind kind, String sentence) {}

    /**
     * Checks a handshake.
     *
     * @param ours what this node says, its identity with voters and their storage IDs
     * @param theirs what the other end said
     * @param expected the node ID that the configuration names for its address, or null
     * @param connected handshake of the open connection to a node of that ID, or null
     * @return why to refuse it, or null to accept it
     */
    static @Nullable Verdict check(
            Handshake ours, Handshake theirs, @Nullable NodeId expected, @Nullable Handshake connected) {
        if (theirs.maxVersion() < ours.minVersion() || theirs.minVersion() > ours.maxVersion()) {
            return new Verdict(
                    Refusal.Kind.VERSION,
                    "no common protocol version: %s speaks %d to %d, %s speaks %d to %d"
                            .formatted(
                                    name(ours),
                                    ours.minVersion(),
                                    ours.maxVersion(),
                                    name(theirs),
                                    theirs.minVersion(),
                                    theirs.maxVersion()));
        }
        if (!theirs.cluster().equals(ours.cluster())) {
            return new Verdict(
                    Refusal.Kind.CLUSTER_NAME,
                    "another cluster name: %s belongs to '%s', %s to '%s'"
                            .formatted(name(ours), ours.cluster(), name(theirs), theirs.cluster()));
        }
        Verdict identity = checkNode(ours, theirs, expected, connected);
        return identity != null ? identity : checkStorage(ours.identity(), theirs);
    }

    /** An address that leads back here is fine, unless the configuration says that another node is there. */
    static @Nullable Verdict checkSelf(Handshake ours, @Nullable NodeId expected) {
        return expected == null || expected.equals(ours.node().id()) ? null : unexpected(ours, ours, expected);
    }

    /** There is no place for one more node. */
    static Verdict tooMany(Handshake ours, Handshake theirs) {
        return new Verdict(
                Refusal.Kind.TOO_MANY_NODES,
                "%s knows %d other nodes, all connected, voters or configured, and has no place for %s; stop nodes that are not wanted"
                        .formatted(name(ours), PeerUpdate.MAX_PEERS, name(theirs)));
    }

    private static @Nullable Verdict checkNode(
            Handshake ours, Handshake theirs, @Nullable NodeId expected, @Nullable Handshake connected) {
        LocalIdentity here = ours.identity();
        LocalIdentity there = theirs.identity();
        if (here.cluster() != null && there.cluster() != null && !here.cluster().equals(there.cluster())) {
            return new Verdict(
                    Refusal.Kind.CLUSTER_ID,
                    "another cluster ID: %s belongs to %s%s, %s to %s%s"
                            .formatted(
                                    name(ours),
                                    here.cluster(),
                                    here.provisional() ? " (provisional)" : "",
                                    name(theirs),
                                    there.cluster(),
                                    there.provisional() ? " (provisional)" : ""));
        }
        NodeId node = theirs.node().id();
        if (node.equals(ours.node().id())) {
            return new Verdict(
                    Refusal.Kind.DUPLICATE_NODE_ID,
                    "two nodes are called %s: one at %s, the other at %s; give one of them another node.id"
                            .formatted(node, address(ours), address(theirs)));
        }
        if (expected != null && !node.equals(expected)) {
            return unexpected(ours, theirs, expected);
        }
        if (connected != null
                && !connected.identity().storage().equals(there.storage())
                && !connected.instance().equals(theirs.instance())) {
            return new Verdict(
                    Refusal.Kind.DUPLICATE_NODE_ID,
                    "two nodes are called %s: one at %s is connected to %s, the other is at %s"
                            .formatted(node, address(connected), name(ours), address(theirs)));
        }
        return null;
    }

    private static Verdict unexpected(Handshake ours, Handshake theirs, NodeId expected) {
        return new Verdict(
                Refusal.Kind.UNEXPECTED_NODE_ID,
                "%s expects %s at the address at which %s answers; correct its peers"
                        .formatted(name(ours), expected, name(theirs)));
    }

    /** A known node ID with another storage ID has lost its memory [M4]. */
    private static @Nullable Verdict checkStorage(LocalIdentity here, Handshake theirs) {
        for (Member voter : here.voters()) {
            if (voter.node().equals(theirs.node().id())
                    && !voter.storage().equals(theirs.identity().storage())) {
                return new Verdict(
                        Refusal.Kind.UNKNOWN_STORAGE,
                        "%s comes with storage ID %s, but the cluster knows it as a voter with %s: its data directory was lost or replaced"
                                .formatted(name(theirs), theirs.identity().storage(), voter.storage()));
            }
        }
        return null;
    }

    private static String name(Handshake handshake) {
        return handshake.node().toString();
    }

    private static String address(Handshake handshake) {
        return Dialer.address(handshake.node().host(), handshake.node().port());
    }
}
