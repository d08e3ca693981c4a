package io.ngrid.simulation;

import io.ngrid.api.NGridConfig;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** Some real nodes in one thread, all of their fate from one seed. */
final class SimulatedCluster {
    static final long SECOND = 1_000_000_000L;

    private final VirtualTime time;
    private final VirtualNetwork network;
    private final List<SimulatedNode> nodes = new ArrayList<>();
    private final StringBuilder trace = new StringBuilder();

    SimulatedCluster(int size, int replicationQuorum, long seed) {
        time = new VirtualTime(seed);
        network = new VirtualNetwork(time);
        String[] peers = new String[size];
        for (int i = 0; i < size; i++) {
            peers[i] = "127.0.0.1:" + (7401 + i);
        }
        for (int i = 0; i < size; i++) {
            nodes.add(new SimulatedNode(
                    time,
                    network,
                    NGridConfig.builder()
                            .nodeId("node-" + (i + 1))
                            .port(7401 + i)
                            .peers(peers)
                            .replicationQuorum(replicationQuorum)
                            .build()));
        }
    }

    void startAll() {
        nodes.forEach(SimulatedNode::start);
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

    SimulatedNode awaitLeader() {
        time.runUntil(() -> nodes.stream().anyMatch(SimulatedNode::leads), 20 * SECOND);
        return nodes.stream().filter(SimulatedNode::leads).findFirst().orElseThrow();
    }

    /** Runs until a call has ended, and returns what it ended with. */
    <T> T await(CompletableFuture<T> call) {
        time.runUntil(call::isDone, 60 * SECOND);
        return call.join();
    }

    /** Adds a line to the trace, with the virtual time. */
    void note(String line) {
        trace.append(time.now()).append(' ').append(line).append('\n');
    }

    /** What happened, with virtual times; the same for the same seed. */
    String trace() {
        return trace.toString() + "events=" + time.events() + '\n';
    }
}
