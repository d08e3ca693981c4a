package io.ngrid.simulation;

import io.ngrid.node.loop.Lane;
import io.ngrid.node.loop.Lanes;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.Consumer;

/** The lanes of one node on virtual time. A crash stops them all between two turns. */
final class VirtualLanes implements Lanes {
    private final VirtualTime time;
    private boolean crashed;

    VirtualLanes(VirtualTime time) {
        this.time = time;
    }

    void crash() {
        crashed = true;
    }

    @Override
    public Lane start(String role, Lane.Tick tick, Consumer<Throwable> failed) {
        VirtualLane lane = new VirtualLane(role.equals("log") ? 2_000_000 : 20_000, tick, failed);
        lane.wake();
        return lane;
    }

    @Override
    public long nanoTime() {
        return time.now();
    }

    private final class VirtualLane implements Lane {
        private final long maxDelayNanos;
        private final Tick tick;
        private final Consumer<Throwable> failed;
        private final Deque<Runnable> tasks = new ArrayDeque<>();
        private boolean stopped;
        private boolean woken;
        private long turn;

        VirtualLane(long maxDelayNanos, Tick tick, Consumer<Throwable> failed) {
            this.maxDelayNanos = maxDelayNanos;
            this.tick = tick;
            this.failed = failed;
        }

        @Override
        public boolean execute(Runnable task) {
            if (stopped || crashed) {
                return false;
            }
            tasks.add(task);
            wake();
            return true;
        }

        @Override
        public void wake() {
            if (!woken) {
                woken = true;
                long mine = ++turn;
                time.after(1_000, maxDelayNanos, () -> run(mine));
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
            if (mine != turn || stopped || crashed) {
                return;
            }
            woken = false;
            long next = turn();
            if (!woken && next != Long.MAX_VALUE) {
                long following = ++turn;
                time.at(Math.max(next, time.now() + 1_000), () -> run(following));
            }
        }

        private long turn() {
            int count = tasks.size();
            for (int i = 0; i < count && !crashed; i++) {
                try {
                    tasks.remove().run();
                } catch (Throwable e) { // as the threads do
                    failed.accept(e);
                }
            }
            try {
                return crashed ? Long.MAX_VALUE : tick.run(time.now());
            } catch (Throwable e) {
                failed.accept(e);
                return time.now() + 100_000_000L;
            }
        }
    }
}
