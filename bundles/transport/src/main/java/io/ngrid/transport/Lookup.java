package io.ngrid.transport;

import io.netty.util.NetUtil;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Turns host names into addresses, off the I/O thread: a name server that does not answer must not delay heartbeats
 * [H14]. Literal addresses need no thread.
 */
final class Lookup {
    private static final int THREADS = 4; // a name that hangs holds one; a dialer never has two lookups under way

    private final Set<Thread> threads = ConcurrentHashMap.newKeySet();
    private final ThreadPoolExecutor executor;

    Lookup(String node) {
        executor = new ThreadPoolExecutor(THREADS, THREADS, 5, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), task -> {
            Thread thread = new Thread(task, "ngrid-" + node + "-lookup");
            thread.setDaemon(true);
            threads.removeIf(earlier -> earlier.getState() == Thread.State.TERMINATED);
            threads.add(thread);
            return thread;
        });
        executor.allowCoreThreadTimeOut(true);
    }

    /** Looks a host up. After {@link #close} nothing completes any more. */
    CompletableFuture<InetSocketAddress> find(String host, int port) {
        byte[] literal = NetUtil.createByteArrayFromIpAddressString(host);
        CompletableFuture<InetSocketAddress> found = new CompletableFuture<>();
        if (literal != null) {
            complete(found, host, literal, port);
        } else {
            executor.execute(() -> complete(found, host, null, port));
        }
        return found;
    }

    private static void complete(
            CompletableFuture<InetSocketAddress> found, String host, byte @Nullable [] literal, int port) {
        try {
            InetAddress address =
                    literal == null ? InetAddress.getByName(host) : InetAddress.getByAddress(host, literal);
            found.complete(new InetSocketAddress(address, port));
        } catch (UnknownHostException e) {
            found.completeExceptionally(e);
        }
    }

    /** Ends the threads; one that waits for a name server ends when that answers, at the latest when the JVM does. */
    void close() {
        executor.shutdownNow();
        threads.forEach(thread -> Threads.ended(thread, 1)); // the executor's own wait ends a moment before they do
    }
}
