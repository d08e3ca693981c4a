package io.ngrid.node;

import io.ngrid.api.NGridConfig;
import io.ngrid.api.NGridNode;
import io.ngrid.api.NodeId;
import io.ngrid.election.CoreElectionFactory;
import io.ngrid.replication.CoreReplicationFactory;
import io.ngrid.testkit.Ports;
import io.ngrid.transport.NettyTransportFactory;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** Some nodes of one cluster in this JVM, with real sockets, threads and disks. */
final class Nodes implements AutoCloseable {
    private final List<NGridConfig> configs = new ArrayList<>();
    private final List<NGridNode> nodes = new ArrayList<>();
    private final Map<NodeId, RottenMemory> memories = new HashMap<>();

    Nodes(Path directory, int count) {
        this(directory, count, Duration.ofSeconds(30));
    }

    Nodes(Path directory, int count, Duration operationTimeout) {
        int[] ports = Ports.free(count);
        String[] peers =
                Arrays.stream(ports).mapToObj(port -> "127.0.0.1:" + port).toArray(String[]::new);
        for (int i = 0; i < count; i++) {
            configs.add(NGridConfig.builder()
                    .nodeId("node-" + (i + 1))
                    .port(ports[i])
                    .peers(count == 1 ? new String[0] : peers)
                    .dataDirectory(directory.resolve("node-" + (i + 1)))
                    .operationTimeout(operationTimeout)
                    .build());
        }
    }

    Nodes start() {
        for (NGridConfig config : configs) {
            RottenMemory memory = new RottenMemory();
            memories.put(config.nodeId(), memory);
            nodes.add(NGridNodes.start(
                    config,
                    new NettyTransportFactory(),
                    new CoreElectionFactory(),
                    new CoreReplicationFactory(),
                    memory));
        }
        return this;
    }

    List<NGridNode> all() {
        return List.copyOf(nodes);
    }

    /** The memory of a node, sound until told otherwise. */
    RottenMemory memory(NGridNode node) {
        return Objects.requireNonNull(memories.get(node.id()));
    }

    NGridNode node(int number) {
        return nodes.get(number - 1);
    }

    NGridConfig config(int number) {
        return configs.get(number - 1);
    }

    @Override
    public void close() {
        nodes.forEach(NGridNode::close);
    }
}
