package io.ngrid.replication.core;

import io.ngrid.api.NodeId;
import io.ngrid.spi.ClusterId;
import io.ngrid.spi.Configuration;
import io.ngrid.spi.EntryKind;
import io.ngrid.spi.LogEntry;
import io.ngrid.spi.Member;
import io.ngrid.spi.Quorums;
import io.ngrid.spi.StorageId;
import io.ngrid.spi.replication.ReplicationEvent;
import io.ngrid.spi.replication.ReplicationEvent.Proposal;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.function.Predicate;

/** A cluster of replication cores in one thread: virtual time, a network that tests steer, elections by an oracle. */
final class SimCluster {
    static final long RETRY_NANOS = 1_000_000_000L;
    static final long SECOND = 1_000_000_000L;

    final Quorums quorums;
    final Truth truth;
    final List<Wire> wires = new ArrayList<>();
    final int maxBatchBytes;
    final long maxInFlightBytes;
    /** Hears of what happens, for traces. */
    Consumer<String> listener = line -> {};

    long now = -5; // monotonic time may be anything
    private final Map<NodeId, SimNode> nodes = new TreeMap<>();
    private final Set<Set<NodeId>> cut = new HashSet<>();

    SimCluster(int voters, int replicationQuorum) {
        this(voters, replicationQuorum, 1 << 20, 8 << 20);
    }

    SimCluster(int voters, int replicationQuorum, int maxBatchBytes, long maxInFlightBytes) {
        this.maxBatchBytes = maxBatchBytes;
        this.maxInFlightBytes = maxInFlightBytes;
        Configuration configuration = configuration(voters, replicationQuorum);
        LogEntry first = new LogEntry(1, 1, 0, EntryKind.CONFIGURATION, configuration.encode());
        quorums = configuration.quorums();
        truth = new Truth(nodes.values(), quorums, first);
        for (Member voter : configuration.voters()) {
            nodes.put(voter.node(), new SimNode(voter, configuration, first, this));
        }
        nodes().forEach(a -> nodes().forEach(b -> {
            if (a != b) {
                a.handle(new ReplicationEvent.Connected(b.member));
            }
        }));
    }

    static Configuration configuration(int voters, int replicationQuorum) {
        List<Member> members = new ArrayList<>();
        for (int i = 1; i <= voters; i++) {
            members.add(member(i));
        }
        return new Configuration(new ClusterId(new UUID(7, 7)), members, replicationQuorum);
    }

    static Member member(int number) {
        return new Member(new NodeId("node-" + number), new StorageId(new UUID(number, number)));
    }

    static Proposal command(String payload) {
        return new Proposal(EntryKind.COMMAND, payload.getBytes(StandardCharsets.UTF_8));
    }

    SimNode node(int number) {
        return nodes.get(new NodeId("node-" + number));
    }

    Collection<SimNode> nodes() {
        return nodes.values();
    }

    // ---- elections

    /** Whether E voters that are up would elect a node [E1]. */
    boolean mayLead(SimNode candidate) {
        return candidate.up && supporters(candidate).size() >= quorums.election();
    }

    /** Elects a node by the E first voters that may vote for it. */
    void elect(int number) {
        SimNode candidate = node(number);
        List<SimNode> voters = supporters(candidate);
        elect(candidate, voters.subList(0, quorums.election()));
    }

    void elect(SimNode candidate, List<SimNode> voters) {
        if (voters.size() < quorums.election() || !voters.contains(candidate)) {
            throw new AssertionError(candidate + " cannot be elected by " + voters);
        }
        long epoch = 1 + nodes().stream().mapToLong(node -> node.epoch).max().orElseThrow();
        for (SimNode voter : voters) {
            if (voter != candidate) {
                voter.follow(epoch, null);
            }
        }
        candidate.lead(epoch);
    }

    /** The candidate first, then those up whose log is not newer. */
    List<SimNode> supporters(SimNode candidate) {
        List<SimNode> supporters = new ArrayList<>(List.of(candidate));
        for (SimNode node : nodes()) {
            if (node != candidate && node.up && candidate.log.last().compareTo(node.log.last()) >= 0) {
                supporters.add(node);
            }
        }
        return supporters;
    }

    // ---- network

    void post(Member from, NodeId to, Object message) {
        if (isConnected(from.node(), to)) {
            wires.add(new Wire(from, to, message));
        }
    }

    boolean isConnected(NodeId a, NodeId b) {
        return nodes.get(a).up && nodes.get(b).up && !cut.contains(Set.of(a, b));
    }

    boolean isConnected(SimNode a, SimNode b) {
        return isConnected(a.member.node(), b.member.node());
    }

    /** Whether a leader hears E voters, so that nobody has a reason to stand. */
    boolean isLed() {
        return nodes().stream()
                .filter(node -> node.up && node.leading)
                .anyMatch(leader -> nodes().stream()
                                .filter(node -> node == leader || isConnected(leader, node))
                                .count()
                        >= quorums.election());
    }

    void deliver(Wire wire) {
        SimNode to = nodes.get(wire.to);
        if (to.up) {
            to.receive(wire.from, wire.message);
        }
    }

    /** Delivers all messages and what they lead to, in their order, without a flush. */
    void deliverAll() {
        while (!wires.isEmpty()) {
            deliver(wires.remove(0));
        }
    }

    /** Delivers only what is chosen, and what of that kind it leads to; the rest stays on the way. */
    void deliver(Predicate<Wire> chosen) {
        for (int i = 0; i < wires.size(); ) {
            if (chosen.test(wires.get(i))) {
                deliver(wires.remove(i));
                i = 0;
            } else {
                i++;
            }
        }
    }

    void flush(int... numbers) {
        for (int number : numbers) {
            node(number).flush(Integer.MAX_VALUE);
        }
    }

    void flushAll() {
        nodes().stream().filter(node -> node.up).forEach(node -> node.flush(Integer.MAX_VALUE));
    }

    /** Delivers and flushes until nothing moves. */
    void settle() {
        boolean moved = true;
        while (moved) {
            moved = !wires.isEmpty();
            deliverAll();
            for (SimNode node : nodes()) {
                moved |= node.up && !node.degraded && node.log.stagedChanges() > 0;
            }
            flushAll();
        }
    }

    void cut(int a, int b) {
        cut(node(a), node(b));
    }

    void cut(SimNode a, SimNode b) {
        if (cut.add(Set.of(a.member.node(), b.member.node()))) {
            tellDisconnected(a, b);
        }
    }

    void heal(SimNode a, SimNode b) {
        if (a != b && cut.remove(Set.of(a.member.node(), b.member.node()))) {
            tellConnected(a, b);
        }
    }

    void heal() {
        for (SimNode a : nodes()) {
            nodes().forEach(b -> heal(a, b));
        }
    }

    void heal(int a, int b) {
        heal(node(a), node(b));
    }

    void isolate(int number) {
        isolate(node(number));
    }

    void isolate(SimNode alone) {
        nodes().stream().filter(node -> node != alone).forEach(node -> cut(alone, node));
    }

    private void tellDisconnected(SimNode a, SimNode b) {
        if (a.up && b.up) {
            a.handle(new ReplicationEvent.Disconnected(b.member));
            b.handle(new ReplicationEvent.Disconnected(a.member));
        }
    }

    private void tellConnected(SimNode a, SimNode b) {
        if (a.up && b.up && isConnected(a.member.node(), b.member.node())) {
            a.handle(new ReplicationEvent.Connected(b.member));
            b.handle(new ReplicationEvent.Connected(a.member));
        }
    }

    // ---- nodes and time

    void crash(int number) {
        crash(node(number), new Random(number));
    }

    void crash(SimNode node, Random random) {
        for (SimNode other : nodes()) {
            if (other != node && other.up && isConnected(node.member.node(), other.member.node())) {
                other.handle(new ReplicationEvent.Disconnected(node.member));
            }
        }
        node.crash(random);
    }

    void restart(int number) {
        restart(node(number));
    }

    void restart(SimNode node) {
        node.restart();
        nodes().stream().filter(other -> other != node).forEach(other -> tellConnected(node, other));
    }

    void elapse(long nanos) {
        now += nanos;
        nodes().stream()
                .filter(node -> node.up && node.core.nextTickNanos() <= now)
                .forEach(node -> node.handle(new ReplicationEvent.Tick()));
    }

    record Wire(Member from, NodeId to, Object message) {
        boolean between(int a, int b) {
            Set<String> pair = Set.of("node-" + a, "node-" + b);
            return pair.contains(from.node().value()) && pair.contains(to.value());
        }
    }

    record Beat(long epoch, long commitIndex, long releaseIndex, long round) {}

    record Echo(long epoch, long round) {}
}
