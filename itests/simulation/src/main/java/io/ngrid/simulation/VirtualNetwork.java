package io.ngrid.simulation;

import io.ngrid.api.NodeId;
import io.ngrid.api.NodeInfo;
import io.ngrid.api.PeerAddress;
import io.ngrid.spi.Member;
import io.ngrid.spi.message.Message;
import io.ngrid.spi.transport.LocalIdentity;
import io.ngrid.spi.transport.Peer;
import io.ngrid.spi.transport.PeerStatus;
import io.ngrid.spi.transport.Transport;
import io.ngrid.spi.transport.TransportFactory;
import io.ngrid.spi.transport.TransportListener;
import io.ngrid.spi.transport.TransportOptions;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;

/** A network on virtual time: connections that keep their order, take time, and break. */
final class VirtualNetwork {
    private static final long MIN_DELAY = 50_000;
    private static final long MAX_DELAY = 1_000_000;

    private final VirtualTime time;
    private final TreeMap<NodeId, Endpoint> endpoints = new TreeMap<>();

    VirtualNetwork(VirtualTime time) {
        this.time = time;
    }

    TransportFactory factory() {
        return Endpoint::new;
    }

    /** The node is gone: its peers find out. */
    void crash(NodeId node) {
        Endpoint endpoint = endpoints.get(node);
        if (endpoint != null) {
            endpoint.alive = false;
            endpoint.close();
        }
    }

    private static final class Link {
        final Member peer;
        final Endpoint to;
        long lastArrival;
        boolean open = true;

        Link(Member peer, Endpoint to) {
            this.peer = peer;
            this.to = to;
        }
    }

    private final class Endpoint implements Transport {
        private final TransportOptions options;
        private final TransportListener listener;
        private final TreeMap<NodeId, Link> links = new TreeMap<>();
        private boolean alive;

        Endpoint(TransportOptions options, TransportListener listener) {
            this.options = options;
            this.listener = listener;
        }

        @Override
        public void start() {
            alive = true;
            endpoints.put(options.node(), this);
            time.after(MIN_DELAY, MAX_DELAY, this::dial);
        }

        private void dial() {
            if (!alive) {
                return;
            }
            for (Endpoint other : List.copyOf(endpoints.values())) {
                for (PeerAddress address : options.peers()) {
                    if (other.alive && address.port() == other.options.port()) {
                        listener.resolved(address, other.member());
                    }
                }
                boolean known = other != this && other.alive && names(other);
                if (known && !links.containsKey(other.options.node()) && sameCluster(other)) {
                    connect(other);
                }
            }
            time.after(20_000_000, 40_000_000, this::dial);
        }

        private boolean names(Endpoint other) {
            return options.peers().stream().anyMatch(address -> address.port() == other.options.port());
        }

        private boolean sameCluster(Endpoint other) {
            LocalIdentity mine = options.identity().get();
            LocalIdentity theirs = other.options.identity().get();
            return mine.cluster() == null
                    || theirs.cluster() == null
                    || mine.cluster().equals(theirs.cluster());
        }

        private void connect(Endpoint other) {
            links.put(other.options.node(), new Link(other.member(), other));
            other.links.put(options.node(), new Link(member(), this));
            listener.connected(other.peer());
            other.listener.connected(peer());
        }

        private Member member() {
            return new Member(options.node(), options.identity().get().storage());
        }

        private Peer peer() {
            return new Peer(
                    new NodeInfo(options.node(), options.host(), options.port()),
                    options.identity().get().storage(),
                    options.identity().get().cluster());
        }

        @Override
        public int port() {
            return options.port();
        }

        @Override
        public boolean send(NodeId to, Message message) {
            Link link = links.get(to);
            if (link == null || !alive) {
                return false;
            }
            Member me = member();
            long arrival =
                    Math.max(link.lastArrival + 1, time.now() + time.random().nextLong(MIN_DELAY, MAX_DELAY));
            link.lastArrival = arrival;
            time.at(arrival, () -> {
                if (link.open && link.to.alive) {
                    link.to.listener.received(me, message);
                }
            });
            return true;
        }

        @Override
        public List<PeerStatus> peers() {
            List<PeerStatus> peers = new ArrayList<>();
            for (Endpoint other : endpoints.values()) {
                if (other != this) {
                    peers.add(new PeerStatus(
                            new NodeInfo(other.options.node(), other.options.host(), other.options.port()),
                            links.containsKey(other.options.node()),
                            0,
                            0,
                            0,
                            0,
                            0,
                            0,
                            0));
                }
            }
            return peers;
        }

        @Override
        public void reconnect() {
            for (Link link : List.copyOf(links.values())) {
                breakLink(link);
            }
        }

        private void breakLink(Link link) {
            links.remove(link.peer.node());
            link.open = false;
            listener.disconnected(link.peer);
            Link back = link.to.links.remove(options.node());
            if (back != null) {
                back.open = false;
                Member me = back.peer;
                time.after(MIN_DELAY, MAX_DELAY, () -> {
                    if (link.to.alive) {
                        link.to.listener.disconnected(me);
                    }
                });
            }
        }

        @Override
        public void close() {
            reconnect();
            alive = false;
            endpoints.remove(options.node(), this);
        }
    }
}
