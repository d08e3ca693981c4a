package io.ngrid.benchmarks.peers;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import org.jspecify.annotations.Nullable;

/** One thread takes what has queued, has it written and forced, and answers. */
final class GroupCommit implements AutoCloseable {
    /** Writes and forces the elements of some calls, in their order. */
    @FunctionalInterface
    interface Writer {
        void write(List<List<byte[]>> calls) throws Exception;
    }

    private record Request(List<byte[]> bodies, CompletableFuture<@Nullable Void> done) {}

    private static final Request END = new Request(List.of(), new CompletableFuture<>());

    private final Writer writer;
    private final LinkedBlockingQueue<Request> requests = new LinkedBlockingQueue<>();
    private final Thread thread = new Thread(this::run, "group-commit");

    GroupCommit(Writer writer) {
        this.writer = writer;
        thread.start();
    }

    /** Returns when they are on disk. */
    void append(List<byte[]> bodies) throws Exception {
        Request request = new Request(bodies, new CompletableFuture<>());
        requests.add(request);
        request.done.get();
    }

    private void run() {
        List<Request> batch = new ArrayList<>();
        try {
            while (batch.isEmpty() || batch.get(batch.size() - 1) != END) {
                batch.clear();
                batch.add(requests.take());
                requests.drainTo(batch);
                writer.write(batch.stream().map(Request::bodies).toList());
                batch.forEach(request -> request.done.complete(null));
            }
        } catch (Exception e) {
            batch.forEach(request -> request.done.completeExceptionally(e));
        }
    }

    @Override
    public void close() throws InterruptedException {
        requests.add(END);
        thread.join();
    }
}
