package io.ngrid.benchmarks.peers;

import io.ngrid.api.Codecs;
import io.ngrid.api.DistributedQueue;
import io.ngrid.api.NGridConfig;
import io.ngrid.api.NGridNode;
import io.ngrid.benchmarks.Store;
import io.ngrid.node.NGridNodes;
import io.ngrid.testkit.Ports;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;

/** A queue of a whole node, a cluster of one: what is offered is in its log, forced, and applied. */
final class NodeStore implements Store {
    private final NGridNode node;
    private final DistributedQueue<byte[]> queue;

    NodeStore(Path directory) throws Exception {
        node = NGridNodes.start(NGridConfig.builder()
                .nodeId("node-1")
                .port(Ports.free(1)[0])
                .dataDirectory(directory)
                .build());
        queue = node.queue("bench", Codecs.bytes());
    }

    @Override
    public void append(byte[] body) {
        queue.add(body);
    }

    @Override
    public void appendAll(List<byte[]> bodies) {
        if (!queue.offerAll(bodies)) {
            throw new IllegalStateException("the queue is full");
        }
    }

    @Override
    public void scan(Consumer<byte[]> each) {
        queue.iterator().forEachRemaining(each);
    }

    @Override
    public void close() {
        node.close();
    }
}
