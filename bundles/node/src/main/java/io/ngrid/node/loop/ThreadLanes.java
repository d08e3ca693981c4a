package io.ngrid.node.loop;

import io.ngrid.api.NodeId;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Lanes driven by threads {@code ngrid-<node>-<role>} and the machine's monotonic clock. */
public final class ThreadLanes implements Lanes {
    private static final int MAX_BATCH = 1_024;
    private static final long PAUSE_NANOS = 100_000_000L;

    private final NodeId node;

    /**
     * Makes lanes for a node.
     *
     * @param node the node
     */
    public ThreadLanes(NodeId node) {
        this.node = node;
    }

    @Override
    public Lane start(String role, Lane.Tick tick, Consumer<Throwable> failed) {
        ThreadLane lane = new ThreadLane("ngrid-" + node + "-" + role, tick, failed);
        lane.thread.start();
        return lane;
    }

    @Override
    public long nanoTime() {
        return System.nanoTime();
    }

    private static final class ThreadLane implements Lane, Runnable {
        private final ConcurrentLinkedQueue<Runnable> tasks = new ConcurrentLinkedQueue<>();
        private final AtomicBoolean signalled = new AtomicBoolean();
        private final Tick tick;
        private final Consumer<Throwable> failed;
        private final Thread thread;
        private @Nullable Throwable untold;
        private volatile boolean stopping;
        private volatile boolean ended;

        ThreadLane(String name, Tick tick, Consumer<Throwable> failed) {
            this.tick = tick;
            this.failed = failed;
            this.thread = new Thread(this, name);
            thread.setDaemon(true);
        }

        @Override
        public boolean execute(Runnable task) {
            if (stopping && Thread.currentThread() != thread) {
                return false;
            }
            tasks.add(task);
            wake();
            return !ended || !tasks.remove(task); // it may have ended between the question and the addition
        }

        @Override
        public void wake() {
            if (!signalled.getAndSet(true)) {
                LockSupport.unpark(thread);
            }
        }

        @Override
        public void stop() {
            stopping = true;
            signalled.set(true);
            LockSupport.unpark(thread);
            if (Thread.currentThread() != thread) {
                joinUninterruptibly();
            }
        }

        private void joinUninterruptibly() {
            boolean interrupted = false;
            while (thread.isAlive()) {
                try {
                    thread.join();
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }

        @Override
        public void run() {
            while (true) {
                boolean last = stopping;
                signalled.set(false);
                long next = turn();
                if (last) {
                    drain();
                    ended = true;
                    drain(); // what came between the question and the answer
                    return;
                }
                long wait = next == Long.MAX_VALUE ? Long.MAX_VALUE : next - System.nanoTime();
                if (wait > 0 && !signalled.get()) {
                    LockSupport.parkNanos(this, wait);
                    Thread.interrupted(); // nobody's business here [D4]
                }
            }
        }

        private void drain() {
            while (!tasks.isEmpty()) {
                turn();
            }
        }

        private long turn() {
            if (untold != null) {
                fail(untold);
            }
            @Nullable Runnable task = null;
            for (int i = 0; i < MAX_BATCH && (task = tasks.poll()) != null; i++) {
                try {
                    task.run();
                } catch (Throwable e) { // a lane survives whatever a task does [H20]; the node decides
                    fail(e);
                }
            }
            if (task != null) { // more may wait: tick first, it is what sends the batch off
                signalled.set(true);
            }
            long next;
            try {
                next = tick.run(System.nanoTime());
            } catch (Throwable e) {
                fail(e);
                next = System.nanoTime() + PAUSE_NANOS;
            }
            return untold == null ? next : Math.min(next, System.nanoTime() + PAUSE_NANOS);
        }

        /** What the node cannot take in, for lack of memory say, it is told again with the next turn. */
        private void fail(Throwable e) {
            untold = e;
            try {
                failed.accept(e);
                untold = null;
            } catch (Throwable another) {
                untold = another;
            }
        }
    }
}
