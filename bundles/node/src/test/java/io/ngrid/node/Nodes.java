package io.ngrid.node;

import io.ngrid.api.NGridConfig;
import io.ngrid.api.NGridNode;
import io.ngrid.testkit.Ports;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Some nodes of one cluster in this JVM, with real sockets, threads and disks. */
final class Nodes implements AutoCloseable {
    private final List<NGridConfig> configs = new ArrayList<>();
    private final List<NGridNode> nodes = new ArrayList<>();

    Nodes(Path directory, int count) {
        int[] ports = Ports.free(count);
        String[] peers =
                Arrays.stream(ports).mapToObj(port -> "127.0.0.1:" + port).toArray(String[]::new);
        for (int i = 0; i < count; i++) {
            configs.add(NGridConfig.builder()
                    .nodeId("node-" + (i + 1))
                    .port(ports[i])
                    .peers(count == 1 ? new String[0] : peers)
                    .dataDirectory(directory.resolve("node-" + (i + 1)))
                    .operationTimeout(java.time.Duration.ofSeconds(30))
                    .build());
        }
    }

    Nodes start() {
        configs.forEach(config -> nodes.add(NGridNodes.start(config)));
        return this;
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
