package io.ngrid.benchmarks.peers;

import io.ngrid.benchmarks.Store;
import io.ngrid.storage.NQueue;
import io.ngrid.storage.NQueueOptions;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;

/** NQueue as it comes. */
final class NQueueStore implements Store {
    private final NQueue queue;

    NQueueStore(Path directory, NQueueOptions.Durability durability) throws Exception {
        this.queue = NQueue.open(directory, NQueueOptions.defaults().with(durability));
    }

    @Override
    public void append(byte[] body) {
        queue.append(body);
    }

    @Override
    public void appendAll(List<byte[]> bodies) {
        queue.appendAll(bodies);
    }

    @Override
    public void scan(Consumer<byte[]> each) {
        queue.iterate(1).forEachRemaining(element -> each.accept(element.body()));
    }

    @Override
    public void close() {
        queue.close();
    }
}
