package io.ngrid.transport;

import io.netty.channel.ChannelFactory;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.ngrid.api.NodeId;
import io.ngrid.api.PeerAddress;
import io.ngrid.spi.ClusterId;
import io.ngrid.spi.Member;
import io.ngrid.spi.StorageId;
import io.ngrid.spi.message.Message;
import io.ngrid.spi.transport.LocalIdentity;
import io.ngrid.spi.transport.Peer;
import io.ngrid.spi.transport.Refusal;
import io.ngrid.spi.transport.TransportListener;
import io.ngrid.spi.transport.TransportOptions;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

/** A transport under test, and all that its listener heard. */
final class Mate implements AutoCloseable, TransportListener {
    static final Duration ELECTION_TIMEOUT = Duration.ofMillis(500);

    final NodeId id;
    final List<Peer> connected = new CopyOnWriteArrayList<>();
    final List<Member> disconnected = new CopyOnWriteArrayList<>();
    final List<Message> received = new CopyOnWriteArrayList<>();
    final Map<PeerAddress, List<Member>> resolved = new ConcurrentHashMap<>();
    final List<Refusal> refused = new CopyOnWriteArrayList<>();
    volatile Consumer<Message> onMessage = message -> {};
    volatile LocalIdentity identity = new LocalIdentity(new StorageId(UUID.randomUUID()), null, List.of(), false);
    /** Names of the threads that asked for the identity: in a transport, who does has just changed something. */
    final Set<String> askedBy = ConcurrentHashMap.newKeySet();

    final NettyTransport transport;

    private Mate(Builder builder) {
        id = new NodeId(builder.id);
        if (builder.identity != null) {
            identity = builder.identity;
        }
        transport = new NettyTransport(
                new TransportOptions(
                        builder.cluster,
                        id,
                        builder.host,
                        builder.port,
                        builder.peers,
                        () -> {
                            askedBy.add(Thread.currentThread().getName());
                            return identity;
                        },
                        builder.electionTimeout.toNanos(),
                        builder.maxFrameBytes,
                        builder.maxOutboundBytes),
                this,
                builder.sockets);
    }

    static Builder named(String id) {
        return new Builder(id);
    }

    static final class Builder {
        private final String id;
        private String cluster = "test";
        private String host = "127.0.0.1";
        private int port;
        private Duration electionTimeout = ELECTION_TIMEOUT;
        private int maxFrameBytes = TransportOptions.DEFAULT_MAX_FRAME_BYTES;
        private int maxOutboundBytes = TransportOptions.DEFAULT_MAX_OUTBOUND_BYTES;
        private LocalIdentity identity;
        private ChannelFactory<NioSocketChannel> sockets = NioSocketChannel::new;
        private final List<PeerAddress> peers = new ArrayList<>();

        private Builder(String id) {
            this.id = id;
        }

        Builder cluster(String value) {
            cluster = value;
            return this;
        }

        Builder host(String value) {
            host = value;
            return this;
        }

        Builder port(int value) {
            port = value;
            return this;
        }

        Builder electionTimeout(Duration value) {
            electionTimeout = value;
            return this;
        }

        Builder maxOutboundBytes(int value) {
            maxOutboundBytes = value;
            return this;
        }

        Builder sockets(ChannelFactory<NioSocketChannel> value) {
            sockets = value;
            return this;
        }

        Builder identity(LocalIdentity value) {
            identity = value;
            return this;
        }

        Builder member(ClusterId cluster, StorageId storage, Member... voters) {
            return identity(new LocalIdentity(storage, cluster, Arrays.asList(voters), false));
        }

        Builder peer(int port) {
            return peer("127.0.0.1:" + port);
        }

        Builder peer(String address) {
            peers.add(PeerAddress.parse(address));
            return this;
        }

        Mate notStarted() {
            return new Mate(this);
        }

        Mate start() throws IOException {
            Mate mate = new Mate(this);
            mate.transport.start();
            return mate;
        }
    }

    int port() {
        return transport.port();
    }

    Member member() {
        return new Member(id, identity.storage());
    }

    boolean isConnectedTo(Mate other) {
        return transport.peers().stream().anyMatch(peer -> peer.node().id().equals(other.id) && peer.connected());
    }

    boolean send(Mate to, Message message) {
        return transport.send(to.id, message);
    }

    List<Member> resolvedAt(int port) {
        return resolved.getOrDefault(PeerAddress.parse("127.0.0.1:" + port), List.of());
    }

    @Override
    public void connected(Peer peer) {
        connected.add(peer);
    }

    @Override
    public void disconnected(Member peer) {
        disconnected.add(peer);
    }

    @Override
    public void received(Member from, Message message) {
        received.add(message);
        onMessage.accept(message);
    }

    @Override
    public void resolved(PeerAddress address, Member member) {
        resolved.computeIfAbsent(address, key -> new CopyOnWriteArrayList<>()).add(member);
    }

    @Override
    public void refused(Refusal refusal) {
        refused.add(refusal);
    }

    @Override
    public void close() {
        transport.close();
    }

    @Override
    public String toString() {
        return id + " connected=" + connected + " disconnected=" + disconnected + " refused=" + refused;
    }
}
