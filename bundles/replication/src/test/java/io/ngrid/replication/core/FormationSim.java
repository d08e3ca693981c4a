package io.ngrid.replication.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.ngrid.api.NodeId;
import io.ngrid.api.NodeInfo;
import io.ngrid.api.PeerAddress;
import io.ngrid.spi.ClusterId;
import io.ngrid.spi.Configuration;
import io.ngrid.spi.LogEntry;
import io.ngrid.spi.Member;
import io.ngrid.spi.StorageId;
import io.ngrid.spi.message.FormationNotice;
import io.ngrid.spi.replication.FormationEffect;
import io.ngrid.spi.replication.FormationEvent;
import io.ngrid.spi.replication.FormationOptions;
import io.ngrid.spi.transport.Peer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Formation cores with a disk each, connections that a handshake opens, and crashes between any two effects. What the
 * transport tells a node waits in its inbox, as on the event loop; what a node sends leaves over the connection of that
 * moment, of which the node may not know yet.
 */
final class FormationSim {
    static final long RETRY = 500_000_000L;

    final List<Node> nodes = new ArrayList<>();
    final Random random;
    long now;
    private final Map<Set<Node>, Link> links = new HashMap<>();
    private long nextUuid;
    /** Effects until a crash; negative for never. */
    private int crashAfter = -1;
    /** Whether nodes look into their inboxes only when told to {@link #work}. */
    private boolean busy;

    FormationSim(Random random) {
        this.random = random;
    }

    /** Nodes 1 to count, each with all addresses but its own, and W. */
    static FormationSim of(int count, int replicationQuorum, Random random) {
        FormationSim sim = new FormationSim(random);
        for (int i = 1; i <= count; i++) {
            int self = i;
            List<PeerAddress> others = new ArrayList<>();
            for (int j = 1; j <= count; j++) {
                if (j != self) {
                    others.add(address(j));
                }
            }
            sim.add(i, others, replicationQuorum);
        }
        return sim;
    }

    static PeerAddress address(int number) {
        return new PeerAddress(null, "host-" + number, 7400);
    }

    Node add(int number, List<PeerAddress> peers, int replicationQuorum) {
        Node node = new Node(number, peers, replicationQuorum);
        nodes.add(node);
        return node;
    }

    Node node(int number) {
        return nodes.get(number - 1);
    }

    void start(Node node) {
        node.up = true;
        node.excluded = "";
        node.inbox.clear();
        node.core = new FormationCore(
                new FormationOptions(node.member(), node.peers, node.replicationQuorum, node.entry, RETRY),
                random,
                now);
        handle(node, new FormationEvent.Tick());
    }

    void startAll() {
        nodes.forEach(this::start);
    }

    /** From now on the transports are ahead of the nodes. */
    void makeNodesBusy() {
        busy = true;
    }

    /** A node handles the next of its inbox. */
    void work(Node node) {
        FormationEvent event = node.inbox.poll();
        if (event != null) {
            handle(node, event);
        }
    }

    private void tell(Node node, FormationEvent event) {
        node.inbox.add(event);
        while (!busy && !node.inbox.isEmpty()) {
            work(node);
        }
    }

    void crash(Node node) {
        node.up = false;
        for (Node other : nodes) {
            disconnect(node, other);
        }
    }

    void wipe(Node node) {
        node.entry = null;
        node.storage = new StorageId(new UUID(1, ++nextUuid));
    }

    /** The next effects of any node are carried out up to a number, then that node crashes. */
    void crashAfterEffects(int effects) {
        crashAfter = effects;
    }

    boolean connected(Node a, Node b) {
        return links.containsKey(Set.of(a, b));
    }

    void connect(Node a, Node b) {
        if (a == b) {
            if (a.up) {
                resolve(a, a);
            }
            return;
        }
        if (!a.up || !b.up || connected(a, b)) {
            return;
        }
        if (a.entry != null && b.entry != null) {
            assertThat(a.cluster()).as("%s and %s meet", a, b).isEqualTo(b.cluster());
        }
        links.put(Set.of(a, b), new Link(a, b));
        Peer peerA = a.peer();
        Peer peerB = b.peer();
        tell(a, new FormationEvent.Connected(peerB));
        if (connected(a, b)) {
            tell(b, new FormationEvent.Connected(peerA));
        }
        resolve(a, b);
        resolve(b, a);
    }

    private void resolve(Node node, Node at) {
        PeerAddress address = address(at.number);
        if (node.up && at.up && node.peers.contains(address)) {
            tell(node, new FormationEvent.Resolved(address, at.member()));
        }
    }

    void connectAll() {
        for (Node a : nodes) {
            nodes.forEach(b -> connect(a, b));
        }
    }

    /** What was on the way may still arrive, up to any message; then both hear that the connection is gone. */
    void disconnect(Node a, Node b) {
        if (a == b || !connected(a, b)) {
            return;
        }
        Link link = links.get(Set.of(a, b));
        int more = random.nextInt(3);
        while (more-- > 0 && links.get(Set.of(a, b)) == link && deliver(link, random.nextBoolean() ? a : b)) {}
        if (links.remove(Set.of(a, b), link)) {
            if (a.up) {
                tell(a, new FormationEvent.Disconnected(link.memberOf(b)));
            }
            if (b.up) {
                tell(b, new FormationEvent.Disconnected(link.memberOf(a)));
            }
        }
    }

    /** Delivers the next message to a node over a connection; returns whether there was one. */
    boolean deliver(Node a, Node to) {
        return a != to && connected(a, to) && deliver(links.get(Set.of(a, to)), to);
    }

    private boolean deliver(Link link, Node to) {
        FormationNotice notice = link.queueTo(to).poll();
        if (notice == null || !to.up) {
            return false;
        }
        tell(to, new FormationEvent.Received(link.memberOf(link.other(to)), notice));
        return true;
    }

    /** Connects, delivers and ticks without faults until nothing changes for long. */
    void settle() {
        crashAfter = -1;
        busy = false;
        for (Node node : nodes) {
            while (!node.inbox.isEmpty()) {
                work(node);
            }
        }
        for (int i = 0; i < 12; i++) {
            connectAll();
            boolean moved = true;
            while (moved) {
                moved = false;
                for (Link link : List.copyOf(links.values())) {
                    moved |= links.containsValue(link) && deliver(link, link.a);
                    moved |= links.containsValue(link) && deliver(link, link.b);
                }
            }
            tick(RETRY);
        }
    }

    void tick(long nanos) {
        now += nanos;
        for (Node node : nodes) {
            if (node.up && node.core.nextTickNanos() <= now) {
                handle(node, new FormationEvent.Tick());
            }
        }
    }

    void handle(Node node, FormationEvent event) {
        if (!node.up) {
            return;
        }
        for (FormationEffect effect : node.core.handle(event, now)) {
            if (crashAfter == 0) {
                crashAfter = -1;
                crash(node);
                return;
            }
            crashAfter--;
            perform(node, effect);
            if (!node.up) {
                return;
            }
        }
    }

    private void perform(Node node, FormationEffect effect) {
        if (effect instanceof FormationEffect.Send send) {
            if (send.notice().entry() != null) {
                assertThat(node.entry)
                        .as("%s sends what it holds durably", node)
                        .isNotNull();
            }
            for (Link link : links.values()) {
                if (link.has(node) && link.other(node).id().equals(send.to())) {
                    link.queueTo(link.other(node)).add(send.notice());
                }
            }
        } else if (effect instanceof FormationEffect.Adopt adopt) {
            assertThat(node.entry).as("%s adopts once", node).isNull();
            node.entry = adopt.entry();
            assertThat(Configuration.decode(adopt.entry().payload()).isVoter(node.member()))
                    .isTrue();
            oneCluster();
        } else if (effect instanceof FormationEffect.Excluded excluded) {
            assertThat(node.entry).isNull();
            node.excluded = excluded.reason();
        }
    }

    private void oneCluster() {
        Set<ClusterId> clusters = new HashSet<>();
        nodes.stream().filter(node -> node.entry != null).forEach(node -> clusters.add(node.cluster()));
        assertThat(clusters).as("one cluster at any time").hasSizeLessThanOrEqualTo(1);
    }

    static final class Node {
        final int number;
        final List<PeerAddress> peers;
        final int replicationQuorum;
        FormationCore core;
        StorageId storage;

        @Nullable
        LogEntry entry;

        final Deque<FormationEvent> inbox = new ArrayDeque<>();
        String excluded = "";
        boolean up;

        Node(int number, List<PeerAddress> peers, int replicationQuorum) {
            this.number = number;
            this.peers = peers;
            this.replicationQuorum = replicationQuorum;
            this.storage = new StorageId(new UUID(0, number));
        }

        NodeId id() {
            return new NodeId("node-" + number);
        }

        Member member() {
            return new Member(id(), storage);
        }

        @Nullable
        ClusterId cluster() {
            return entry == null ? null : Configuration.decode(entry.payload()).cluster();
        }

        Peer peer() {
            return new Peer(new NodeInfo(id(), "host-" + number, 7400), storage, cluster());
        }

        @Override
        public String toString() {
            return "node-" + number;
        }
    }

    private static final class Link {
        private final Node a;
        private final Node b;
        private final Member memberA;
        private final Member memberB;
        private final Deque<FormationNotice> toA = new ArrayDeque<>();
        private final Deque<FormationNotice> toB = new ArrayDeque<>();

        Link(Node a, Node b) {
            this.a = a;
            this.b = b;
            memberA = a.member();
            memberB = b.member();
        }

        boolean has(Node node) {
            return node == a || node == b;
        }

        Node other(Node node) {
            return node == a ? b : a;
        }

        Member memberOf(Node node) {
            return node == a ? memberA : memberB;
        }

        Deque<FormationNotice> queueTo(Node node) {
            return node == a ? toA : toB;
        }
    }
}
