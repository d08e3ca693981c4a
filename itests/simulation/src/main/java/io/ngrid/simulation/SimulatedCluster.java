package io.ngrid.simulation;

import io.ngrid.api.NGridConfig;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Some real nodes in one thread, all of their fate from one seed, every step of theirs watched. */
final class SimulatedCluster {
    static final long SECOND = 1_000_000_000L;

    private static final long MIN_DELAY = 50_000;
    private static final long MAX_DELAY = 1_000_000;

    private final VirtualTime time;
    private final Trace trace;
    private Parts parts;
    private final Watch watch = new Watch();
    private final VirtualNetwork network;
    private final NGridConfig.Builder template;
    private final int size;
    private final int replicationQuorum;
    private final String[] peers;
    private final List<SimulatedNode> nodes = new ArrayList<>();
    private @Nullable SimulatedNode stranger;
    private final List<Consumer<SimulatedNode>> crashListeners = new ArrayList<>();
    private final StringBuilder notes = new StringBuilder();

    /** A cluster of ordinary machines, with real parts. */
    SimulatedCluster(int size, int replicationQuorum, long seed) {
        this(size, replicationQuorum, seed, Duration.ofSeconds(1), 32 << 20, Parts.real(), null);
        for (int i = 0; i < size; i++) {
            add(new SimulatedNode.Machine(), MIN_DELAY, MAX_DELAY);
        }
    }

    /** A cluster to which {@link #add} adds all nodes. */
    SimulatedCluster(
            int size,
            int replicationQuorum,
            long seed,
            Duration electionTimeout,
            long maxOutboundBytes,
            Parts parts,
            @Nullable Consumer<String> listener) {
        this.size = size;
        this.parts = parts;
        time = new VirtualTime(seed);
        trace = new Trace(time, listener);
        network = new VirtualNetwork(time, trace, watch::sent, electionTimeout.toNanos(), maxOutboundBytes);
        this.replicationQuorum = replicationQuorum;
        peers = new String[size];
        for (int i = 0; i < size; i++) {
            peers[i] = "127.0.0.1:" + (7401 + i);
        }
        template = NGridConfig.builder().electionTimeout(electionTimeout).heartbeat(electionTimeout.dividedBy(10));
        time.afterEach(this::watchNodes);
    }

    /** What nodes that are added later have in common. */
    NGridConfig.Builder template() {
        return template;
    }

    SimulatedNode add(SimulatedNode.Machine machine, long minDelayNanos, long maxDelayNanos) {
        int number = nodes.size() + 1;
        if (number > size) {
            throw new IllegalStateException("all " + size + " nodes are there");
        }
        NGridConfig config = template(number).build();
        SimulatedNode node = new SimulatedNode(this, config, machine);
        nodes.add(node);
        network.add(node.id(), minDelayNanos, maxDelayNanos);
        return node;
    }

    /** A fresh node that names all others, and that nobody names: it is watched, but none of the cluster's. */
    SimulatedNode addStranger(String id, long minDelayNanos, long maxDelayNanos) {
        NGridConfig config = template(size + 1).nodeId(id).build();
        SimulatedNode node = new SimulatedNode(this, config, new SimulatedNode.Machine());
        network.add(node.id(), minDelayNanos, maxDelayNanos);
        stranger = node;
        return node;
    }

    /** What a node would be configured with. */
    NGridConfig.Builder template(SimulatedNode node) {
        return template(nodes.indexOf(node) + 1);
    }

    private NGridConfig.Builder template(int number) {
        return template.peers(peers)
                .replicationQuorum(replicationQuorum)
                .nodeId("node-" + number)
                .port(7400 + number);
    }

    private void watchNodes() {
        for (SimulatedNode node : nodes) {
            node.watchState();
        }
        SimulatedNode other = stranger;
        if (other != null) {
            watch.require(!other.isMember(), "[M1]", () -> other + ", whom nobody names, is a member");
        }
        watch.check();
    }

    void startAll() {
        nodes.stream().filter(node -> !node.isUp()).forEach(SimulatedNode::start);
    }

    List<SimulatedNode> nodes() {
        return nodes;
    }

    SimulatedNode node(int number) {
        return nodes.get(number - 1);
    }

    VirtualTime time() {
        return time;
    }

    VirtualNetwork network() {
        return network;
    }

    Watch watch() {
        return watch;
    }

    Parts parts() {
        return parts;
    }

    /** More is asked of the replication cores of nodes that start from now on. */
    void vary(Set<Variation> variations, SplittableRandom random) {
        parts = new Parts(
                parts.election(),
                VariedReplication.factory(parts.replication(), variations, random, watch),
                parts.storage());
    }

    Trace trace() {
        return trace;
    }

    /** Hears of nodes that died. */
    void onCrash(Consumer<SimulatedNode> listener) {
        crashListeners.add(listener);
    }

    void crashed(SimulatedNode node) {
        crashListeners.forEach(listener -> listener.accept(node));
    }

    SimulatedNode awaitLeader() {
        time.runUntil(() -> nodes.stream().anyMatch(SimulatedNode::leads), 20 * SECOND);
        return nodes.stream().filter(SimulatedNode::leads).findFirst().orElseThrow();
    }

    /** Runs until a call has ended, and returns what it ended with. */
    <T> T await(CompletableFuture<T> call) {
        time.runUntil(call::isDone, 60 * SECOND);
        return call.join();
    }

    /** Adds a line to the notes, with the virtual time. */
    void note(String line) {
        notes.append(time.now()).append(' ').append(line).append('\n');
    }

    /** What was noted, with virtual times, and a digest of the rest; the same for the same seed. */
    String notes() {
        return notes + "events=" + time.events() + " digest=" + trace.digest() + '\n';
    }
}
