package io.ngrid.simulation;

import io.ngrid.node.loop.Lane;
import io.ngrid.node.loop.Lanes;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

/**
 * The lanes of one start of a node, on virtual time and the node's own clock. A turn happens at one instant, but takes as
 * long as its disk operations: what it sends leaves, what it hands over arrives, and the lane turns again after that.
 */
final class VirtualLanes implements Lanes {
    private static final long MIN_WAKE = 1_000;

    private final VirtualTime time;
    private final Clock clock;
    private final long maxWakeNanos;
    private final BiConsumer<String, Throwable> failures;
    private final List<VirtualLane> lanes = new ArrayList<>();
    private long busyNanos;
    private boolean crashed;
    private boolean paused;

    /**
     * Lanes without work.
     *
     * @param time the time
     * @param clock the node's clock
     * @param maxWakeNanos how long a lane takes to wake up at most
     * @param failures told what a lane threw, before the node is
     */
    VirtualLanes(VirtualTime time, Clock clock, long maxWakeNanos, BiConsumer<String, Throwable> failures) {
        this.time = time;
        this.clock = clock;
        this.maxWakeNanos = Math.max(maxWakeNanos, MIN_WAKE);
        this.failures = failures;
    }

    /** They all stop here, also the one in the middle of its turn. */
    void crash() {
        crashed = true;
    }

    boolean hasCrashed() {
        return crashed;
    }

    /** As SIGSTOP: nothing happens until {@link #resume}, but time passes. */
    void pause() {
        paused = true;
    }

    void resume() {
        paused = false;
        lanes.forEach(VirtualLane::wake);
    }

    boolean isPaused() {
        return paused;
    }

    /** Whether a turn of some lane has not ended yet. */
    boolean isBusy() {
        return lanes.stream().anyMatch(lane -> lane.readyAt > time.now());
    }

    /** The present turn takes so much longer. */
    void busy(long nanos) {
        busyNanos += nanos;
    }

    /** Virtual time as the present turn has it. */
    long present() {
        return time.now() + busyNanos;
    }

    @Override
    public Lane start(String role, Lane.Tick tick, Consumer<Throwable> failed) {
        VirtualLane lane = new VirtualLane(role, tick, failed);
        lanes.add(lane);
        lane.wake();
        return lane;
    }

    @Override
    public long nanoTime() {
        return clock.at(present());
    }

    private final class VirtualLane implements Lane {
        private final String role;
        private final Tick tick;
        private final Consumer<Throwable> failed;
        private final Deque<Runnable> tasks = new ArrayDeque<>();
        private boolean stopped;
        private boolean woken;
        private long number;
        private long readyAt;

        VirtualLane(String role, Tick tick, Consumer<Throwable> failed) {
            this.role = role;
            this.tick = tick;
            this.failed = failed;
        }

        @Override
        public boolean execute(Runnable task) {
            if (stopped || crashed) {
                return false;
            }
            if (busyNanos == 0) {
                tasks.add(task);
                wake();
            } else {
                time.at(present(), () -> {
                    tasks.add(task);
                    wake();
                });
            }
            return true;
        }

        @Override
        public void wake() {
            if (!woken) {
                woken = true;
                long mine = ++number;
                long at = present() + time.random().nextLong(MIN_WAKE, maxWakeNanos + 1);
                time.at(Math.max(at, readyAt), () -> run(mine));
            }
        }

        @Override
        public void stop() {
            if (!stopped && !crashed) {
                turn();
            }
            stopped = true;
        }

        private void run(long mine) {
            if (mine != number || stopped || crashed || paused) {
                woken &= !paused; // resuming wakes it anew
                return;
            }
            if (time.now() < readyAt) {
                time.at(readyAt, () -> run(mine));
                return;
            }
            woken = false;
            long next = turn();
            readyAt = time.now() + busyNanos;
            busyNanos = 0;
            if (!woken && next != Long.MAX_VALUE && !crashed) {
                long following = ++number;
                time.at(Math.max(clock.virtual(next), readyAt + MIN_WAKE), () -> run(following));
            }
        }

        private long turn() {
            int count = tasks.size();
            for (int i = 0; i < count && !crashed; i++) {
                try {
                    tasks.remove().run();
                } catch (Throwable e) { // as the threads do
                    fail(e);
                }
            }
            try {
                return crashed ? Long.MAX_VALUE : tick.run(nanoTime());
            } catch (Throwable e) {
                fail(e);
                return nanoTime() + 100_000_000L;
            }
        }

        private void fail(Throwable e) {
            if (!crashed) {
                failures.accept(role, e);
                failed.accept(e);
            }
        }
    }
}
