package io.ngrid.services;

import io.ngrid.api.NGridNode;
import io.ngrid.api.NodeClosedException;
import io.ngrid.api.OverloadedException;
import java.time.Duration;
import java.util.Collections;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.WeakHashMap;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The node of this container, which comes and goes while the services stay. Calls wait here while it is away: those of
 * threads in {@link #await}, asynchronous ones in the order in which they were made.
 *
 * <p>A new node is given the asynchronous calls first, and shown to threads and later calls when none is left; so a
 * node's writes keep the order in which they were made. No call is made under the lock.
 */
final class CurrentNode implements AutoCloseable {
    static final long DEFAULT_TIMEOUT_NANOS = TimeUnit.SECONDS.toNanos(10);

    /** Most asynchronous calls that wait. */
    static final int MAX_DEFERRED = 65_536;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final TreeMap<Long, AsyncCall> deferred = new TreeMap<>();
    private final AtomicLong tickets = new AtomicLong();
    private final Set<OpenObject<?>> opened =
            Collections.synchronizedSet(Collections.newSetFromMap(new WeakHashMap<>()));
    private final ScheduledThreadPoolExecutor timer;
    private volatile @Nullable NGridNode node;
    private volatile long operationTimeoutNanos = DEFAULT_TIMEOUT_NANOS;
    private volatile boolean closed;

    CurrentNode() {
        timer = new ScheduledThreadPoolExecutor(1, task -> {
            Thread thread = new Thread(task, "ngrid-services-timer");
            thread.setDaemon(true);
            thread.setContextClassLoader(null);
            return thread;
        });
        timer.setRemoveOnCancelPolicy(true);
        timer.prestartCoreThread(); // or it would inherit from the consumer whose call is the first to wait
    }

    /** Time-out of calls that have none of their own: that of the node last seen. */
    long operationTimeoutNanos() {
        return operationTimeoutNanos;
    }

    @Nullable
    NGridNode get() {
        return node;
    }

    void bind(NGridNode arrived, @Nullable Duration operationTimeout) {
        if (operationTimeout != null) {
            operationTimeoutNanos = operationTimeout.toNanos();
        }
        while (true) {
            AsyncCall call;
            lock.lock();
            try {
                Map.Entry<Long, AsyncCall> first = deferred.firstEntry();
                if (first == null || first.getValue().failedOn(arrived)) {
                    node = arrived;
                    changed.signalAll();
                    return;
                }
                call = first.getValue();
                deferred.remove(first.getKey());
            } finally {
                lock.unlock();
            }
            call.issue(arrived);
        }
    }

    void unbind(NGridNode gone) {
        lock.lock();
        try {
            if (node == gone) {
                node = null;
            }
        } finally {
            lock.unlock();
        }
        synchronized (opened) {
            opened.forEach(object -> object.forget(gone));
        }
    }

    /** Has an object told when a node is gone; it is held weakly. */
    void register(OpenObject<?> object) {
        opened.add(object);
    }

    /**
     * Waits for a node.
     *
     * @param failed a node that turned out to be closed, or null: another one is waited for
     * @param deadlineNanos until when, by {@link System#nanoTime}
     * @throws NodeClosedException at the deadline
     */
    NGridNode await(@Nullable NGridNode failed, long deadlineNanos) throws InterruptedException {
        NGridNode seen = node;
        if (seen != null && seen != failed) {
            return seen;
        }
        long start = System.nanoTime();
        lock.lockInterruptibly();
        try {
            while (true) {
                seen = node;
                if (seen != null && seen != failed) {
                    return seen;
                }
                long left = deadlineNanos - System.nanoTime();
                if (closed || left <= 0) {
                    throw away(System.nanoTime() - start);
                }
                changed.awaitNanos(left);
            }
        } finally {
            lock.unlock();
        }
    }

    /** The place of an asynchronous call in the order of all of them. */
    long ticket() {
        return tickets.incrementAndGet();
    }

    /** Issues a call, at once or when there is a node for it. */
    void submit(AsyncCall call, @Nullable NGridNode failed) {
        NGridNode ready;
        boolean full;
        lock.lock();
        try {
            ready = deferred.isEmpty() && node != failed ? node : null;
            long left = call.deadlineNanos() - System.nanoTime();
            full = deferred.size() >= MAX_DEFERRED;
            if (ready == null && !closed && left > 0 && !full) {
                deferred.put(call.ticket(), call);
                call.expireBy(timer.schedule(() -> expire(call), left, TimeUnit.NANOSECONDS));
                return;
            }
        } finally {
            lock.unlock();
        }
        if (ready != null) {
            call.issue(ready);
        } else if (full) {
            call.fail(new OverloadedException("not executed: " + MAX_DEFERRED
                    + " asynchronous calls wait for an NGrid node to run here; wait for their results"));
        } else {
            call.fail(away(call.waitedNanos()));
        }
    }

    private void expire(AsyncCall call) {
        lock.lock();
        try {
            if (deferred.remove(call.ticket()) == null) {
                return;
            }
        } finally {
            lock.unlock();
        }
        call.fail(away(call.waitedNanos()));
    }

    private NodeClosedException away(long waitedNanos) {
        return new NodeClosedException(
                closed
                        ? "the bundle io.ngrid.services has stopped"
                        : "no NGrid node is running here: waited " + TimeUnit.NANOSECONDS.toMillis(waitedNanos)
                                + " ms for one; see the log, scr:list, and the configuration io.ngrid.node");
    }

    /** Ends all waiting calls. */
    @Override
    public void close() {
        TreeMap<Long, AsyncCall> left;
        lock.lock();
        try {
            closed = true;
            node = null;
            left = new TreeMap<>(deferred);
            deferred.clear();
            changed.signalAll();
        } finally {
            lock.unlock();
        }
        timer.shutdownNow();
        left.values().forEach(call -> call.fail(away(0)));
    }
}
