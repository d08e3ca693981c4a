package io.ngrid.transport;

import io.ngrid.api.NodeId;
import io.ngrid.api.NodeInfo;
import io.ngrid.spi.transport.PeerStatus;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** A known node. Written by the I/O thread; any thread reads address, connection and counters. */
final class Neighbour {
    private final NodeId id;
    private final Traffic traffic = new Traffic();
    private final Bulk bulk = new Bulk();
    private volatile NodeInfo info;
    private volatile @Nullable Connection open;

    private @Nullable Connection held;
    private @Nullable UUID deciding;
    private long decisionSeen;

    Neighbour(NodeInfo info) {
        this.id = info.id();
        this.info = info;
    }

    NodeId id() {
        return id;
    }

    NodeInfo info() {
        return info;
    }

    /** A node may return at another address [M6]. */
    void moved(NodeInfo to) {
        info = to;
    }

    Traffic traffic() {
        return traffic;
    }

    /** The connections for snapshots. */
    Bulk bulk() {
        return bulk;
    }

    /** The one connection over which all other messages go, or null. */
    @Nullable
    Connection open() {
        return open;
    }

    void setOpen(@Nullable Connection connection) {
        open = connection;
    }

    /** A connection that the peer opened and that waits until ours to it has succeeded or failed. */
    @Nullable
    Connection held() {
        return held;
    }

    void setHeld(@Nullable Connection connection) {
        held = connection;
    }

    /** The highest decision of a higher peer's instance that came here; 0 if none. */
    long decisionSeen(UUID instance) {
        return instance.equals(deciding) ? decisionSeen : 0;
    }

    void sawDecision(UUID instance, long decision) {
        deciding = instance;
        decisionSeen = decision;
    }

    PeerStatus status() {
        Connection connection = open;
        return new PeerStatus(
                info,
                connection != null,
                (connection == null ? 0 : connection.outboundBytes()) + bulk.outboundBytes(),
                traffic.bytesIn.sum(),
                traffic.bytesOut.sum(),
                traffic.framesIn.sum(),
                traffic.framesOut.sum(),
                Math.max(0, traffic.connections.sum() - 1),
                traffic.lastReceivedNanos());
    }
}
