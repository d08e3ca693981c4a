package io.ngrid.testkit;

import io.ngrid.testkit.FaultProxy.Direction;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.Arrays;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/** One connection through a {@link FaultProxy}: for each direction a thread that reads and one that writes. */
final class ProxiedConnection {
    private static final int CHUNK_BYTES = 16 << 10;
    private static final int CHUNKS = 16;
    private static final long POLL_MILLIS = 100;

    private final FaultProxy proxy;
    private final Socket client;
    private final InetSocketAddress to;
    private final Socket target = new Socket();
    private final AtomicBoolean closed = new AtomicBoolean();

    ProxiedConnection(FaultProxy proxy, Socket client, InetSocketAddress to) {
        this.proxy = proxy;
        this.client = client;
        this.to = to;
    }

    private record Chunk(byte[] bytes, long dueNanos) {}

    /** A thread's work, which ends with its sockets. */
    interface Work {
        void run() throws IOException, InterruptedException;
    }

    static void start(String name, Work work) {
        Thread thread = new Thread(
                () -> {
                    try {
                        work.run();
                    } catch (IOException | InterruptedException e) {
                        // The sockets are closed: that is how these threads end.
                    }
                },
                "fault-proxy-" + name);
        thread.setDaemon(true);
        thread.start();
    }

    void start() {
        start("connect", () -> {
            try {
                proxy.awaitPassage(Direction.FORTH, System.nanoTime(), this);
                target.connect(to);
                client.setTcpNoDelay(true);
                target.setTcpNoDelay(true);
            } catch (IOException e) {
                close();
                return;
            }
            pump(Direction.FORTH, client, target);
            pump(Direction.BACK, target, client);
        });
    }

    private void pump(Direction direction, Socket from, Socket into) {
        BlockingQueue<Chunk> chunks = new ArrayBlockingQueue<>(CHUNKS);
        start("read", () -> {
            byte[] buffer = new byte[CHUNK_BYTES];
            int length;
            do {
                length = readOrEnd(from, buffer);
                put(chunks, new Chunk(Arrays.copyOf(buffer, Math.max(length, 0)), proxy.dueNanos()));
            } while (length > 0);
        });
        start("write", () -> {
            try {
                Chunk chunk = take(chunks);
                long free = System.nanoTime();
                while (chunk.bytes().length > 0) {
                    free = Math.max(free, chunk.dueNanos()) + proxy.passageNanos(chunk.bytes().length);
                    proxy.awaitPassage(direction, free, this);
                    into.getOutputStream().write(chunk.bytes());
                    chunk = take(chunks);
                }
                proxy.awaitPassage(direction, chunk.dueNanos(), this); // the end of the stream travels like bytes
            } finally {
                close();
            }
        });
    }

    /** Waits for room, but not beyond the connection's end. */
    private void put(BlockingQueue<Chunk> chunks, Chunk chunk) throws InterruptedException, IOException {
        while (!chunks.offer(chunk, POLL_MILLIS, TimeUnit.MILLISECONDS)) {
            if (isClosed()) {
                throw new IOException("closed");
            }
        }
    }

    private Chunk take(BlockingQueue<Chunk> chunks) throws InterruptedException, IOException {
        Chunk chunk = chunks.poll(POLL_MILLIS, TimeUnit.MILLISECONDS);
        while (chunk == null) {
            if (isClosed()) {
                throw new IOException("closed");
            }
            chunk = chunks.poll(POLL_MILLIS, TimeUnit.MILLISECONDS);
        }
        return chunk;
    }

    private static int readOrEnd(Socket from, byte[] buffer) {
        try {
            return from.getInputStream().read(buffer);
        } catch (IOException e) {
            return -1;
        }
    }

    boolean isClosed() {
        return closed.get();
    }

    void close() {
        if (closed.compareAndSet(false, true)) {
            closeQuietly(client);
            closeQuietly(target);
            proxy.ended(this);
        }
    }

    private static void closeQuietly(Socket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            // Closed is closed.
        }
    }
}
