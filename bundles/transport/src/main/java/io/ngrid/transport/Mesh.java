package io.ngrid.transport;

import io.ngrid.api.NodeId;
import io.ngrid.api.NodeInfo;
import io.ngrid.api.PeerAddress;
import io.ngrid.spi.Member;
import io.ngrid.spi.message.Message;
import io.ngrid.spi.message.SnapshotAck;
import io.ngrid.spi.message.SnapshotChunk;
import io.ngrid.spi.transport.Peer;
import io.ngrid.spi.transport.Refusal;
import io.ngrid.spi.transport.TransportListener;
import io.ngrid.spi.transport.TransportOptions;
import io.ngrid.transport.wire.Handshake;
import io.ngrid.transport.wire.PeerUpdate;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentNavigableMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The node's connections to all its neighbours. Belongs to the I/O thread, which alone changes anything here; other
 * threads only look neighbours up.
 */
final class Mesh {
    private static final Logger LOG = LoggerFactory.getLogger(Mesh.class);
    private static final int MOST_PENDING = 256;

    private final Local local;
    private final TransportListener listener;
    private final Dialers dialers;
    private final Refusals refusals;
    private final Consumer<Neighbour> bulkAttempt;
    private final ConcurrentNavigableMap<NodeId, Neighbour> neighbours = new ConcurrentSkipListMap<>();
    private final Set<Connection> pending = new HashSet<>();
    private long decisions;
    private long lastTickNanos = System.nanoTime();
    private long lastUpdateNanos = System.nanoTime();
    private boolean closed;

    /**
     * A mesh without connections.
     *
     * @param attempt makes one attempt to connect, which ends by {@link Dialer#ended}
     * @param bulkAttempt makes one attempt to connect to a neighbour for snapshots; if it fails at once, {@link #bulkFailed}
     */
    Mesh(
            Local local,
            RandomGenerator random,
            TransportListener listener,
            Consumer<Dialer> attempt,
            Consumer<Neighbour> bulkAttempt) {
        this.local = local;
        this.listener = listener;
        this.bulkAttempt = bulkAttempt;
        this.refusals = new Refusals(listener::refused, System::nanoTime);
        this.dialers = new Dialers(local, random, node -> connection(node) != null, attempt);
    }

    TransportOptions options() {
        return local.options();
    }

    Timing timing() {
        return local.timing();
    }

    Handshake handshake() {
        return local.handshake(connectedPeers());
    }

    void start() {
        dialers.start();
    }

    /** The open connection to a node, or null; for any thread. */
    @Nullable
    Connection connection(NodeId node) {
        Neighbour neighbour = neighbours.get(node);
        return neighbour == null ? null : neighbour.open();
    }

    /** All neighbours in the order of their IDs; for any thread. */
    Iterable<Neighbour> neighbours() {
        return neighbours.values();
    }

    /** Number of connections, whatever their stage. */
    int connections() {
        int open =
                (int) neighbours.values().stream().filter(n -> n.open() != null).count();
        int bulk = neighbours.values().stream()
                .mapToInt(neighbour -> neighbour.bulk().count())
                .sum();
        return open + bulk + pending.size();
    }

    /** Sends a message; for any thread. */
    boolean send(NodeId to, Message message) {
        Neighbour neighbour = neighbours.get(to);
        Connection open = neighbour == null ? null : neighbour.open();
        if (neighbour == null || open == null) {
            return false;
        }
        Bulk bulk = neighbour.bulk();
        if (message instanceof SnapshotAck) { // back over the one on which pieces come
            Connection theirs = bulk.theirs();
            return (theirs == null ? open : theirs).send(message);
        }
        if (message instanceof SnapshotChunk) {
            Connection ours = bulk.oursAtOnce();
            if (ours != null) {
                return ours.send(message);
            }
            if (bulk.ours() != null || bulk.isWanted()) {
                return sendWhenOpen(neighbour, message);
            }
        }
        return open.send(message);
    }

    private boolean sendWhenOpen(Neighbour neighbour, Message piece) {
        try {
            neighbour.bulk().queued();
            local.loop().execute(() -> arrived(neighbour, piece));
            return true;
        } catch (RejectedExecutionException e) { // the transport is closed
            return false;
        }
    }

    private void arrived(Neighbour neighbour, Message piece) {
        Bulk bulk = neighbour.bulk();
        Connection open = neighbour.open();
        Connection ours = bulk.ours();
        if (ours != null) {
            ours.send(piece);
        } else if (open != null && !bulk.isWanted()) {
            open.send(piece);
        } else if (open != null && bulk.await(piece)) {
            bulkAttempt.accept(neighbour);
        }
        bulk.arrived();
    }

    /** Both ends have agreed on a connection for snapshots; there must be the one beside which it is. */
    void agreedOnBulk(Connection connection) {
        Neighbour neighbour = neighbours.get(connection.node());
        Connection open = neighbour == null ? null : neighbour.open();
        Neighbour called = connection.bulkTo();
        if (neighbour == null
                || open == null
                || !open.sameStart(connection)
                || (called != null && called != neighbour)) {
            connection.close("for snapshots, without another one beside it");
            return;
        }
        pending.remove(connection);
        connection.openBulk(neighbour);
        if (called != null) {
            neighbour.bulk().openedByUs(connection);
            LOG.info("peer={} bulk=open", neighbour.id());
        } else {
            neighbour.bulk().openedByThem(connection);
        }
    }

    /** A neighbour takes pieces of snapshots only over the one connection. */
    void hasNoBulk(Neighbour neighbour) {
        neighbour.bulk().useless();
    }

    /** A connection for snapshots could not be opened: its pieces take the other one, and soon it is tried again. */
    void bulkFailed(Neighbour neighbour) {
        Connection open = neighbour.open();
        for (Message piece : neighbour.bulk().failed(System.nanoTime() + timing().handshakeNanos())) {
            if (open != null) {
                open.send(piece);
            }
        }
    }

    /** Handshake of the open connection to a node, or null. */
    @Nullable
    Handshake connectedAs(NodeId node) {
        Connection open = connection(node);
        return open == null ? null : open.theirs();
    }

    /** A connection is about to begin its handshake; false if others have opened too many of those. */
    boolean began(Connection connection) {
        if (closed || (connection.isAccepted() && pending.size() >= MOST_PENDING)) {
            return false;
        }
        pending.add(connection);
        return true;
    }

    void metSelf(Dialer dialer, Member self) {
        met(dialer, self, true);
    }

    /** This end accepted the other's handshake. If it called, both have; otherwise READY will say so. */
    void agreed(Connection connection) {
        Dialer dialer = connection.dialer();
        if (dialer != null) {
            met(dialer, connection.member(), false);
            Neighbour neighbour = neighbour(connection);
            if (local.decidesFor(neighbour.id())) {
                decide(neighbour, connection, 0);
            } else if (Pairing.asks(connection, neighbour.open())) {
                connection.ask(neighbour.decisionSeen(connection.theirs().instance()));
            } else {
                connection.close("connected already");
            }
        }
        reconsider();
    }

    /** READY came: the lower ID asks, or the higher one has decided. */
    void ready(Connection connection, long decision) {
        Neighbour neighbour = neighbour(connection);
        if (local.decidesFor(neighbour.id())) {
            decide(neighbour, connection, decision);
            return;
        }
        if (Pairing.obey(connection, neighbour.open(), decision) == Pairing.Fate.CLOSE) {
            connection.close("decided before another one that is open");
            return;
        }
        neighbour.sawDecision(connection.theirs().instance(), decision);
        open(neighbour, connection, decision);
    }

    /**
     * Whether there is place for a node: always for one that is known, a voter or configured. If need be it is made: of the
     * others that are not connected, the one not heard for longest is forgotten.
     */
    boolean hasPlaceFor(NodeId node) {
        if (neighbours.containsKey(node) || neighbours.size() < PeerUpdate.MAX_PEERS || dialers.keeps(node)) {
            return true;
        }
        long now = System.nanoTime();
        Neighbour oldest = neighbours.values().stream()
                .filter(known -> known.open() == null && known.held() == null && !dialers.keeps(known.id()))
                .max(Comparator.comparingLong(known -> known.traffic().silentNanos(now)))
                .orElse(null);
        if (oldest == null) {
            return false;
        }
        LOG.debug("peer={} state=forgotten", oldest.id());
        neighbours.remove(oldest.id());
        dialers.forget(oldest.id());
        return true;
    }

    private Neighbour neighbour(Connection connection) {
        NodeInfo info = reachable(connection);
        Neighbour neighbour = neighbours.computeIfAbsent(info.id(), id -> new Neighbour(info));
        if (!neighbour.info().equals(info)) {
            LOG.info("peer={} state=moved from={} to={}", info.id(), neighbour.info(), info);
            neighbour.moved(info); // [M6]
        }
        return neighbour;
    }

    private void decide(Neighbour neighbour, Connection connection, long seen) {
        boolean underWay = Pairing.underWay(pending, neighbour);
        switch (Pairing.decide(connection, neighbour.open(), seen, underWay)) {
            case OPEN -> open(neighbour, connection, ++decisions);
            case HOLD -> hold(neighbour, connection);
            case CLOSE -> connection.close("connected already");
        }
    }

    private static void hold(Neighbour neighbour, Connection connection) {
        Connection before = neighbour.held();
        if (before != null && before != connection) {
            before.close("the peer has opened another one");
        }
        neighbour.setHeld(connection);
    }

    /** An attempt is over: connections that waited for it may go on. */
    private void reconsider() {
        for (Neighbour neighbour : neighbours.values()) {
            Connection held = neighbour.held();
            if (held != null) {
                neighbour.setHeld(null);
                if (held.isAgreed()) {
                    decide(neighbour, held, 0);
                }
            }
        }
    }

    private void open(Neighbour neighbour, Connection connection, long decision) {
        Connection before = neighbour.open();
        if (before != null) {
            neighbour.setOpen(null);
            neighbour.bulk().end();
            before.close("replaced by a later one");
            told(before, false);
        }
        pending.remove(connection);
        connection.open(neighbour, decision, local.decidesFor(neighbour.id()));
        neighbour.setOpen(connection);
        told(connection, true);
        dialers.learn(neighbour.info());
        dialers.opened(neighbour.id());
        updated(new PeerUpdate(connection.theirs().peers()));
        gossip();
    }

    void received(Connection connection, Message message) {
        listener.received(connection.member(), message);
    }

    /** Addresses that a peer knows at first hand; ours at first hand count more. */
    void updated(PeerUpdate update) {
        for (NodeInfo info : update.peers()) {
            Neighbour known = neighbours.get(info.id());
            if (info.id().equals(local.node()) || (known != null && known.open() != null)) {
                continue;
            }
            if (known == null) {
                if (!hasPlaceFor(info.id())) {
                    continue;
                }
                neighbours.put(info.id(), new Neighbour(info));
            } else {
                known.moved(info); // [M6]
            }
            dialers.learn(info);
        }
    }

    void refused(String source, Refusal refusal) {
        refusals.refused(source, refusal);
    }

    /** A connection has ended, or never came about. */
    void closed(Connection connection) {
        pending.remove(connection);
        Neighbour called = connection.bulkTo();
        if (called != null && !connection.wasOpened()) {
            bulkFailed(called);
        }
        Neighbour lost = null;
        for (Neighbour neighbour : neighbours.values()) {
            neighbour.bulk().closed(connection);
            if (neighbour.open() == connection) {
                neighbour.setOpen(null);
                neighbour.bulk().end();
                lost = neighbour;
            }
            if (neighbour.held() == connection) {
                neighbour.setHeld(null);
            }
        }
        if (lost != null) {
            told(connection, false);
            dialers.lost(lost.id());
        }
        if (connection.dialer() != null) {
            connection.dialer().ended();
        }
        reconsider();
    }

    /** Drops silent connections, and tells addresses on. */
    void tick() {
        long now = System.nanoTime();
        // Whoever was stopped itself must read what has come meanwhile before it calls others silent.
        boolean stalled = now - lastTickNanos > timing().silenceNanos() / 2;
        lastTickNanos = now;
        for (Neighbour neighbour : neighbours.values()) {
            Connection open = neighbour.open();
            if (open != null && !stalled && now - open.lastReadNanos() > timing().silenceNanos()) {
                LOG.info("peer={} state=silent", neighbour.id());
                open.close("silent");
            }
            if (!stalled) {
                neighbour.bulk().tick(now, timing().bulkIdleNanos());
            }
        }
        boolean full = dialers.allMet() && neighbours.values().stream().allMatch(n -> n.open() != null);
        if (!full && now - lastUpdateNanos >= timing().updateNanos()) {
            gossip();
        } else {
            forEachOpen(open -> {
                if (now - open.lastSentNanos() >= timing().updateNanos()) {
                    open.update(new PeerUpdate(connectedPeers()));
                }
            });
        }
    }

    private void gossip() {
        lastUpdateNanos = System.nanoTime();
        PeerUpdate update = new PeerUpdate(connectedPeers());
        forEachOpen(open -> open.update(update));
    }

    void reconnect() {
        refusals.forget();
        List.copyOf(pending).forEach(connection -> connection.close("reconnect"));
        forEachOpen(open -> open.close("reconnect"));
        dialers.restart();
    }

    void close() {
        closed = true;
        dialers.close();
        List.copyOf(pending).forEach(connection -> connection.close("this node closes"));
        forEachOpen(open -> open.close("this node closes"));
    }

    private void met(Dialer dialer, Member member, boolean self) {
        PeerAddress address = dialer.configured();
        if (dialer.met(member, self) && address != null) {
            listener.resolved(address, member);
        }
    }

    private void told(Connection connection, boolean connected) {
        Handshake theirs = connection.theirs();
        LOG.info("peer={} address={} connected={}", theirs.member(), theirs.node(), connected);
        if (connected) {
            NodeInfo info = reachable(connection);
            listener.connected(new Peer(
                    info, theirs.identity().storage(), theirs.identity().cluster()));
        } else {
            listener.disconnected(connection.member());
        }
    }

    /** Where a peer can be reached: what it says, unless it only says that it listens everywhere. */
    private static NodeInfo reachable(Connection connection) {
        NodeInfo info = connection.theirs().node();
        boolean everywhere = info.host().equals("0.0.0.0") || info.host().equals("::");
        return everywhere ? new NodeInfo(info.id(), connection.remoteHost(), info.port()) : info;
    }

    private List<NodeInfo> connectedPeers() {
        return neighbours.values().stream()
                .filter(neighbour -> neighbour.open() != null)
                .map(Neighbour::info)
                .limit(PeerUpdate.MAX_PEERS)
                .toList();
    }

    private void forEachOpen(Consumer<Connection> action) {
        for (Neighbour neighbour : neighbours.values()) {
            Connection open = neighbour.open();
            if (open != null) {
                action.accept(open);
            }
        }
    }
}
