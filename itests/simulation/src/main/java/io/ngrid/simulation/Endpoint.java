package io.ngrid.simulation;

import io.ngrid.api.NodeId;
import io.ngrid.api.NodeInfo;
import io.ngrid.api.PeerAddress;
import io.ngrid.spi.Member;
import io.ngrid.spi.message.Message;
import io.ngrid.spi.transport.LocalIdentity;
import io.ngrid.spi.transport.Peer;
import io.ngrid.spi.transport.PeerStatus;
import io.ngrid.spi.transport.Refusal;
import io.ngrid.spi.transport.Transport;
import io.ngrid.spi.transport.TransportListener;
import io.ngrid.spi.transport.TransportOptions;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The transport of one start of a node. */
final class Endpoint implements Transport {
    final VirtualNetwork network;
    final TransportListener listener;

    /** The connections that this node believes in. */
    final TreeMap<NodeId, Connection.End> ends = new TreeMap<>();

    private final VirtualLanes lanes;
    private final TransportOptions options;
    private final TreeMap<NodeId, Connection> latest = new TreeMap<>();
    private final TreeMap<NodeId, String> refusals = new TreeMap<>();
    private final List<Runnable> unheard = new ArrayList<>();
    private boolean alive;

    Endpoint(VirtualNetwork network, VirtualLanes lanes, TransportOptions options, TransportListener listener) {
        this.network = network;
        this.lanes = lanes;
        this.options = options;
        this.listener = listener;
    }

    NodeId node() {
        return options.node();
    }

    int number() {
        return options.port();
    }

    LocalIdentity identity() {
        return options.identity().get();
    }

    Peer shown() {
        LocalIdentity mine = identity();
        return new Peer(new NodeInfo(options.node(), options.host(), options.port()), mine.storage(), mine.cluster());
    }

    boolean isAlive() {
        return alive && !lanes.hasCrashed();
    }

    /** Whether it would answer a caller now. */
    boolean answers() {
        return isAlive() && !lanes.isPaused();
    }

    @Override
    public void start() {
        alive = true;
        network.started(this);
        Member self = shown().member();
        for (PeerAddress address : options.peers()) {
            if (address.port() == options.port()) {
                hear(() -> listener.resolved(address, self));
            }
        }
    }

    /** Hands something over to the node; if that is stopped, when it goes on. */
    void hear(Runnable event) {
        if (!isAlive()) {
            return;
        }
        if (lanes.isPaused()) {
            unheard.add(event);
        } else {
            event.run();
        }
    }

    /** The node goes on: it hears what has come meanwhile. */
    void resumed() {
        List<Runnable> events = List.copyOf(unheard);
        unheard.clear();
        events.forEach(Runnable::run);
    }

    void resolve(Peer peer) {
        refusals.remove(peer.info().id());
        for (PeerAddress address : options.peers()) {
            if (address.port() == peer.info().port()) {
                hear(() -> listener.resolved(address, peer.member()));
            }
        }
    }

    void refused(Refusal refusal, Endpoint by) {
        String text = refusal.kind() + " " + refusal.cluster();
        if (!text.equals(refusals.put(by.node(), text))) {
            network.trace.note(node() + " hears that " + by.node() + " refuses: " + refusal.message());
            hear(() -> listener.refused(refusal));
        }
    }

    void opening(NodeId peer, Connection connection) {
        latest.put(peer, connection);
    }

    /** The latest connection to a peer, or null. */
    @Nullable
    Connection connection(NodeId peer) {
        return latest.get(peer);
    }

    /** Closes a connection on which nothing came for too long. */
    void dropSilent(NodeId peer) {
        Connection.End end = ends.get(peer);
        if (end != null && answers() && network.time.now() - end.lastRead > 4 * network.electionTimeoutNanos) {
            end.connection().close(end, "silent");
        }
    }

    @Override
    public int port() {
        return options.port();
    }

    @Override
    public boolean send(NodeId to, Message message) {
        Connection.End end = ends.get(to);
        if (end == null || !isAlive()) {
            return false;
        }
        network.wire.sent(shown().member(), to, message);
        network.lateAnswers.sent(node(), to, message);
        return end.send(message, lanes.present());
    }

    @Override
    public List<PeerStatus> peers() {
        List<PeerStatus> peers = new ArrayList<>();
        for (Endpoint other : network.endpoints()) {
            if (other != this) {
                NodeInfo info = new NodeInfo(other.options.node(), other.options.host(), other.options.port());
                peers.add(new PeerStatus(info, ends.containsKey(other.node()), 0, 0, 0, 0, 0, 0, 0));
            }
        }
        return peers;
    }

    /** When the turn that asks for it has come so far: what is connected anew after that must be told after the end. */
    @Override
    public void reconnect() {
        List<Connection.End> open = List.copyOf(ends.values());
        network.time.at(lanes.present(), () -> closeAll(open));
    }

    private void closeAll(List<Connection.End> open) {
        refusals.clear();
        open.forEach(end -> end.connection().close(end, "reconnect"));
    }

    @Override
    public void close() {
        closeAll(List.copyOf(ends.values()));
        alive = false;
        network.ended(this);
    }

    void die(boolean tells) {
        alive = false;
        network.ended(this);
        latest.values().forEach(connection -> connection.died(connection.of(this), tells));
    }
}
