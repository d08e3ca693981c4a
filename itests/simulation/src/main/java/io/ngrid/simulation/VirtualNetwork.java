package io.ngrid.simulation;

import io.ngrid.api.NodeId;
import io.ngrid.spi.Member;
import io.ngrid.spi.message.ClientRequest;
import io.ngrid.spi.message.ClientResponse;
import io.ngrid.spi.message.Message;
import io.ngrid.spi.transport.TransportFactory;
import io.ngrid.spi.transport.TransportOptions;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A network on virtual time, with the promises of the real transport and no others: within a connection messages keep
 * their order and are lost only at its end; a cut line holds them back, as TCP does; each end learns of a broken connection
 * at its own time, or only by silence; a connection that comes back may replace one that an end still believes in.
 *
 * <p>A hostile line loses and repeats messages within a connection too, those of clients excepted: TCP does not, but the
 * protocol says that it can bear it. Clients' requests come again only when they are settled, if at all.
 */
final class VirtualNetwork {
    private static final long MILLI = 1_000_000;

    /** Sees every message as it leaves. */
    interface Wire {
        /** A message leaves. */
        void sent(Member from, NodeId to, Message message);
    }

    final VirtualTime time;
    final Trace trace;
    final Wire wire;
    final long electionTimeoutNanos;

    /** Bound of what waits to be sent in one direction, in bytes; until the faults end it may be less than a batch. */
    private long maxOutboundBytes;

    final LateAnswers lateAnswers;

    private @Nullable SettledRequests settledRequests;

    private final TreeMap<NodeId, Endpoint> endpoints = new TreeMap<>();
    private final TreeMap<NodeId, TreeMap<NodeId, Line>> lines = new TreeMap<>();

    VirtualNetwork(VirtualTime time, Trace trace, Wire wire, long electionTimeoutNanos, long maxOutboundBytes) {
        this.time = time;
        this.trace = trace;
        this.wire = wire;
        this.electionTimeoutNanos = electionTimeoutNanos;
        this.maxOutboundBytes = maxOutboundBytes;
        this.lateAnswers = new LateAnswers(this, 7 * electionTimeoutNanos / 2); // a silent connection lives no longer
    }

    List<NodeId> nodes() {
        return List.copyOf(lines.keySet());
    }

    /** Adds a node: lines to all that are there, and somebody who looks after the connection with each. */
    void add(NodeId node, long minDelayNanos, long maxDelayNanos) {
        TreeMap<NodeId, Line> outgoing = new TreeMap<>();
        for (NodeId other : List.copyOf(lines.keySet())) {
            outgoing.put(other, new Line(minDelayNanos, maxDelayNanos));
            line(other).put(node, new Line(minDelayNanos, maxDelayNanos));
            time.after(0, 20 * MILLI, () -> attend(other, node));
        }
        lines.put(node, outgoing);
    }

    private TreeMap<NodeId, Line> line(NodeId from) {
        TreeMap<NodeId, Line> outgoing = lines.get(from);
        if (outgoing == null) {
            throw new IllegalArgumentException("no node " + from);
        }
        return outgoing;
    }

    Line line(NodeId from, NodeId to) {
        Line line = line(from).get(to);
        if (line == null) {
            throw new IllegalArgumentException("no line " + from + " to " + to);
        }
        return line;
    }

    /** All lines. */
    List<Line> lines() {
        List<Line> all = new ArrayList<>();
        lines.values().forEach(outgoing -> all.addAll(outgoing.values()));
        return all;
    }

    TransportFactory factory(VirtualLanes lanes) {
        return (options, listener) -> new Endpoint(this, lanes, options, listener);
    }

    void started(Endpoint endpoint) {
        endpoints.put(endpoint.node(), endpoint);
    }

    void ended(Endpoint endpoint) {
        endpoints.remove(endpoint.node(), endpoint);
    }

    List<Endpoint> endpoints() {
        return List.copyOf(endpoints.values());
    }

    /**
     * A node is gone. Killed: its machine tells the others; without power nobody does, they find out by its silence.
     */
    void crash(NodeId node, boolean tells) {
        Endpoint endpoint = endpoints.get(node);
        if (endpoint != null) {
            endpoint.die(tells);
        }
    }

    /** Breaks the connection between two nodes, if there is one. */
    void sever(NodeId one, NodeId other) {
        Endpoint endpoint = endpoints.get(one);
        Connection open = endpoint == null ? null : endpoint.connection(other);
        if (open != null) {
            open.sever("severed");
        }
    }

    /** A line is open again: what was held back goes on. */
    void mended(NodeId from, NodeId to) {
        Endpoint endpoint = endpoints.get(from);
        Connection open = endpoint == null ? null : endpoint.connection(to);
        if (open != null) {
            open.pump();
        }
    }

    boolean hasRoom(long outboundBytes) {
        return outboundBytes <= maxOutboundBytes;
    }

    /** All lines are as fast as usual again, also for what is on its way, and take as much as real ones. */
    void hurry() {
        maxOutboundBytes = TransportOptions.DEFAULT_MAX_OUTBOUND_BYTES;
        for (NodeId one : nodes()) {
            Endpoint endpoint = endpoints.get(one);
            for (NodeId other : lines.headMap(one).keySet()) {
                Connection open = endpoint == null ? null : endpoint.connection(other);
                if (open != null) {
                    open.hurry();
                }
            }
        }
    }

    boolean areConnected(NodeId one, NodeId other) {
        Endpoint a = endpoints.get(one);
        Endpoint b = endpoints.get(other);
        Connection open = a == null ? null : a.connection(other);
        return open != null && b != null && open == b.connection(one) && open.isWhole();
    }

    /** From now on requests of clients come again when they are settled. */
    void repeatSettledRequests(SettledRequests those) {
        settledRequests = those;
    }

    @Nullable
    ClientRequest comesAgainBehind(ClientRequest request) {
        return settledRequests == null ? null : settledRequests.behind(request);
    }

    static boolean mayBeLost(Message message) {
        return !(message instanceof ClientRequest) && !(message instanceof ClientResponse);
    }

    /** Connects two nodes if that is possible, drops silent connections, and looks again later. */
    private void attend(NodeId one, NodeId other) {
        Endpoint a = endpoints.get(one);
        Endpoint b = endpoints.get(other);
        if (a != null) {
            a.dropSilent(other);
        }
        if (b != null) {
            b.dropSilent(one);
        }
        boolean connected = areConnected(one, other);
        if (!connected && a != null && b != null) {
            boolean reachable = a.answers()
                    && b.answers()
                    && !line(one, other).isCut()
                    && !line(other, one).isCut();
            if (reachable) {
                Connection.open(a, b);
            }
        }
        long wait = connected ? 250 * MILLI : Math.max(20 * MILLI, electionTimeoutNanos / 2);
        time.after(connected ? wait / 2 : 5 * MILLI, wait, () -> attend(one, other));
    }

    @Nullable
    Endpoint endpoint(NodeId node) {
        return endpoints.get(node);
    }
}
