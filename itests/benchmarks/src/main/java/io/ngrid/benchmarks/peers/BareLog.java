package io.ngrid.benchmarks.peers;

import io.ngrid.benchmarks.Store;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The least that does group commit: one thread takes what has queued, writes lengths and bytes behind each other in one
 * write, forces, and answers. No checksums, no numbers, no segments: what the disk and the hand-over cost.
 */
final class BareLog implements Store {
    private record Request(List<byte[]> bodies, CompletableFuture<@Nullable Void> done) {}

    private static final Request END = new Request(List.of(), new CompletableFuture<>());
    private static final int BUFFER = 1 << 20;

    private final FileChannel channel;
    private final LinkedBlockingQueue<Request> requests = new LinkedBlockingQueue<>();
    private final Thread thread;

    BareLog(Path directory) throws Exception {
        Files.createDirectories(directory);
        this.channel = FileChannel.open(
                directory.resolve("log"), StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
        channel.position(channel.size());
        this.thread = new Thread(this::run, "bare-log");
        thread.start();
    }

    @Override
    public void append(byte[] body) throws Exception {
        appendAll(List.of(body));
    }

    @Override
    public void appendAll(List<byte[]> bodies) throws Exception {
        Request request = new Request(bodies, new CompletableFuture<>());
        requests.add(request);
        request.done.get();
    }

    private void run() {
        ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER);
        List<Request> batch = new ArrayList<>();
        try {
            while (batch.isEmpty() || batch.get(batch.size() - 1) != END) {
                batch.clear();
                batch.add(requests.take());
                requests.drainTo(batch);
                for (Request request : batch) {
                    for (byte[] body : request.bodies) {
                        if (buffer.remaining() < Integer.BYTES + body.length) {
                            write(buffer);
                        }
                        buffer.putInt(body.length).put(body);
                    }
                }
                write(buffer);
                channel.force(false);
                batch.forEach(request -> request.done.complete(null));
            }
        } catch (Exception e) {
            batch.forEach(request -> request.done.completeExceptionally(e));
        }
    }

    private void write(ByteBuffer buffer) throws Exception {
        buffer.flip();
        while (buffer.hasRemaining()) {
            channel.write(buffer);
        }
        buffer.clear();
    }

    @Override
    public void scan(Consumer<byte[]> each) throws Exception {
        ByteBuffer window = ByteBuffer.allocate(BUFFER);
        long at = 0;
        while (channel.read(window, at) > 0) {
            at += window.position();
            window.flip();
            while (window.remaining() >= Integer.BYTES
                    && window.remaining() >= Integer.BYTES + window.getInt(window.position())) {
                byte[] body = new byte[window.getInt()];
                window.get(body);
                each.accept(body);
            }
            at -= window.remaining();
            window.clear();
        }
    }

    @Override
    public void close() throws Exception {
        requests.add(END);
        thread.join();
        channel.close();
    }
}
