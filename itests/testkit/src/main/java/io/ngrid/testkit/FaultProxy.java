package io.ngrid.testkit;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * A TCP forwarder on loopback that behaves like a bad network on request. A direction that is a black hole keeps what is
 * sent into it, as TCP does, and delivers it when it is healed, unless the connection has ended meanwhile. Safe for any
 * thread.
 */
public final class FaultProxy implements AutoCloseable {
    /** Where bytes flow, seen from whoever connected to the proxy. */
    public enum Direction {
        /** From the client to the target. */
        FORTH,
        /** From the target to the client. */
        BACK
    }

    private final ServerSocket server;
    private final Set<ProxiedConnection> connections = ConcurrentHashMap.newKeySet();
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final Set<Direction> blackHoles = EnumSet.noneOf(Direction.class); // guarded by lock
    private @Nullable InetSocketAddress target; // guarded by lock
    private boolean cut; // guarded by lock
    private Duration delay = Duration.ZERO; // guarded by lock
    private long bytesPerSecond = Long.MAX_VALUE; // guarded by lock
    private boolean closed; // guarded by lock

    private FaultProxy(@Nullable InetSocketAddress target) throws IOException {
        this.target = target;
        server = new ServerSocket(0, 128, InetAddress.getLoopbackAddress());
        ProxiedConnection.start("accept", this::accept);
    }

    /**
     * A proxy to a port on loopback.
     *
     * @param port the target's port
     * @return the proxy, listening
     * @throws IOException if it cannot listen
     */
    public static FaultProxy to(int port) throws IOException {
        return new FaultProxy(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
    }

    /**
     * A proxy without a target: it closes every connection until {@link #target} is called.
     *
     * @return the proxy, listening
     * @throws IOException if it cannot listen
     */
    public static FaultProxy toNowhere() throws IOException {
        return new FaultProxy(null);
    }

    /**
     * The port at which it listens.
     *
     * @return the port
     */
    public int port() {
        return server.getLocalPort();
    }

    /**
     * Sets where later connections lead.
     *
     * @param port a port on loopback
     */
    public void target(int port) {
        change(() -> target = new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
    }

    /** Closes all connections, and every new one, until {@link #heal}. */
    public void cut() {
        change(() -> cut = true);
        connections.forEach(ProxiedConnection::close);
    }

    /** Closes all connections once; new ones are served. */
    public void reset() {
        connections.forEach(ProxiedConnection::close);
    }

    /** Makes both directions black holes, for open connections and new ones, until {@link #heal}. */
    public void blackHole() {
        change(() -> blackHoles.addAll(EnumSet.allOf(Direction.class)));
    }

    /**
     * Makes one direction a black hole, until {@link #heal}.
     *
     * @param direction the direction
     */
    public void blackHole(Direction direction) {
        change(() -> blackHoles.add(direction));
    }

    /**
     * Delays what is read from now on, in both directions; the order stays.
     *
     * @param value the delay
     */
    public void delay(Duration value) {
        change(() -> delay = value);
    }

    /**
     * Lets no more through each direction of each connection, from now on.
     *
     * @param value bytes a second
     */
    public void pace(long value) {
        change(() -> bytesPerSecond = value);
    }

    /** Ends cuts, black holes, delays and paces. */
    public void heal() {
        change(() -> {
            cut = false;
            blackHoles.clear();
            delay = Duration.ZERO;
            bytesPerSecond = Long.MAX_VALUE;
        });
    }

    /**
     * Number of open connections.
     *
     * @return the number
     */
    public int connections() {
        return connections.size();
    }

    /** Closes all connections and the port. */
    @Override
    public void close() {
        change(() -> closed = true);
        connections.forEach(ProxiedConnection::close);
        try {
            server.close();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    /** When bytes read now are due. */
    long dueNanos() {
        lock.lock();
        try {
            return System.nanoTime() + delay.toNanos();
        } finally {
            lock.unlock();
        }
    }

    /** How long so many bytes take. */
    long passageNanos(int bytes) {
        lock.lock();
        try {
            return bytes * 1_000_000_000L / bytesPerSecond;
        } finally {
            lock.unlock();
        }
    }

    /** Waits until bytes may pass. */
    void awaitPassage(Direction direction, long dueNanos, ProxiedConnection connection) throws InterruptedException {
        lock.lock();
        try {
            while (!connection.isClosed()) {
                long left = dueNanos - System.nanoTime();
                if (blackHoles.contains(direction)) {
                    changed.await();
                } else if (left > 0) {
                    changed.await(left, TimeUnit.NANOSECONDS);
                } else {
                    return;
                }
            }
        } finally {
            lock.unlock();
        }
    }

    void ended(ProxiedConnection connection) {
        connections.remove(connection);
        change(() -> {}); // whoever waits for passage looks again
    }

    private void accept() throws IOException {
        while (true) {
            Socket client = server.accept();
            InetSocketAddress to = openTarget();
            if (to == null) {
                client.close();
                continue;
            }
            ProxiedConnection connection = new ProxiedConnection(this, client, to);
            connections.add(connection);
            connection.start();
            if (openTarget() == null) { // cut meanwhile
                connection.close();
            }
        }
    }

    private @Nullable InetSocketAddress openTarget() {
        lock.lock();
        try {
            return cut || closed ? null : target;
        } finally {
            lock.unlock();
        }
    }

    private void change(Runnable change) {
        lock.lock();
        try {
            change.run();
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }
}
