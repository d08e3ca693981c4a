package io.ngrid.node.client;

import java.util.ArrayDeque;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/** A bound of pending calls, in number and in bytes [R7]; threads wait for it in the order in which they came. */
final class Budget {
    private final ReentrantLock lock = new ReentrantLock();
    private final ArrayDeque<Condition> queue = new ArrayDeque<>();
    private final int maxCalls;
    private final long maxBytes;
    private int calls;
    private long bytes;

    Budget(int maxCalls, long maxBytes) {
        this.maxCalls = maxCalls;
        this.maxBytes = maxBytes;
    }

    /**
     * Takes a share. One that is larger than the whole is admitted alone.
     *
     * @param size its bytes
     * @param waitNanos how long to wait for it, 0 for not at all
     * @param interruptible false: an interrupt does not end the wait and stays pending
     * @return false if the time is up
     * @throws InterruptedException if interrupted while it waits, and interruptible
     */
    boolean take(long size, long waitNanos, boolean interruptible) throws InterruptedException {
        boolean interrupted = false;
        lock.lock();
        try {
            if (queue.isEmpty() && hasRoom(size)) {
                add(size);
                return true;
            }
            if (waitNanos <= 0) {
                return false;
            }
            Condition turn = lock.newCondition();
            queue.add(turn);
            try {
                long left = waitNanos;
                while (queue.peek() != turn || !hasRoom(size)) {
                    if (left <= 0) {
                        return false;
                    }
                    long before = System.nanoTime();
                    try {
                        left = turn.awaitNanos(left);
                    } catch (InterruptedException e) {
                        if (interruptible) {
                            throw e;
                        }
                        interrupted = true;
                        left -= System.nanoTime() - before;
                    }
                }
                add(size);
                return true;
            } finally {
                queue.remove(turn);
                wakeNext();
            }
        } finally {
            lock.unlock();
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    void giveBack(long size) {
        lock.lock();
        try {
            calls--;
            bytes -= size;
            if (calls < 0 || bytes < 0) {
                throw new IllegalStateException("given back more than taken: calls=" + calls + ", bytes=" + bytes);
            }
            wakeNext();
        } finally {
            lock.unlock();
        }
    }

    private boolean hasRoom(long size) {
        return calls == 0 || (calls < maxCalls && bytes + size <= maxBytes);
    }

    private void add(long size) {
        calls++;
        bytes += size;
    }

    private void wakeNext() {
        Condition next = queue.peek();
        if (next != null) {
            next.signal();
        }
    }
}
