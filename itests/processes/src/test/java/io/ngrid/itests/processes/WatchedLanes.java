package io.ngrid.itests.processes;

import static org.assertj.core.api.Assertions.assertThat;

import io.ngrid.node.loop.Lane;
import io.ngrid.node.loop.Lanes;
import java.util.Locale;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.Recorder;
import org.jspecify.annotations.Nullable;

/**
 * A node's lanes, and how long its apply lane is stopped [C2]. Every 5 ms it is handed an empty task, and the time from when
 * that was due until it has run is counted, so that a stop counts as often as it is long. The same task is handed to a lane
 * that does nothing else: what that one is late by is the JVM's and the machine's doing.
 */
final class WatchedLanes implements Lanes {
    /**
     * How long the apply lane was stopped, in milliseconds.
     *
     * @param count how often that was looked at
     * @param p99 at the 99th percentile
     * @param max at most
     * @param ownP99 what it was stopped longer than the lane that does nothing, at the 99th percentile
     * @param ownMax the same at most
     */
    record Stops(long count, double p99, double max, double ownP99, double ownMax) {
        static Stops parse(String[] words, int from) {
            return new Stops(
                    Long.parseLong(words[from]),
                    Double.parseDouble(words[from + 1]),
                    Double.parseDouble(words[from + 2]),
                    Double.parseDouble(words[from + 3]),
                    Double.parseDouble(words[from + 4]));
        }

        /**
         * [C2], as far as it is the lane's own doing, over everything: checkpoints are so short that a percentile of them alone
         * would be the worst moment of a busy machine. Some every few seconds that stop it for 150 ms are more than a hundredth.
         */
        void assertShort() {
            assertThat(ownP99).as("ms that the apply lane is stopped").isLessThan(MOST_MILLIS);
        }

        private String words() {
            return String.format(Locale.ROOT, "%d %.1f %.1f %.1f %.1f", count, p99, max, ownP99, ownMax);
        }

        @Override
        public String toString() {
            return String.format(
                    Locale.ROOT,
                    "p99 %.1f max %.1f ms, of it its own p99 %.1f max %.1f ms (%d)",
                    p99,
                    max,
                    ownP99,
                    ownMax,
                    count);
        }
    }

    /** Stops at any time, and while a checkpoint was taken. */
    record Report(Stops all, Stops checkpoints) {
        static Report of(PlainProcess node) {
            String[] words = node.ask("stops").split(" ");
            return new Report(Stops.parse(words, 0), Stops.parse(words, 5));
        }

        @Override
        public String toString() {
            return all + "; during checkpoints " + checkpoints;
        }
    }

    private static final double MOST_MILLIS = 50;
    private static final long EVERY_NANOS = 5_000_000;

    private final Lanes lanes;
    private final Figures all = new Figures();
    private final Figures checkpoints = new Figures();
    private final AtomicInteger checkpointTasks = new AtomicInteger();
    private volatile @Nullable Lane apply;
    private @Nullable ScheduledExecutorService watch;
    private long dueNanos;

    WatchedLanes(Lanes lanes) {
        this.lanes = lanes;
    }

    @Override
    public Lane start(String role, Lane.Tick tick, Consumer<Throwable> failed) {
        if (role.equals("checkpoint")) {
            return new CheckpointLane(lanes.start(role, now -> counted(() -> tick.run(now)), failed));
        }
        Lane lane = lanes.start(role, tick, failed);
        if (role.equals("apply")) {
            apply = lane;
        }
        return lane;
    }

    @Override
    public long nanoTime() {
        return lanes.nanoTime();
    }

    /** The numbers of a {@link Report} on the time since it was last asked for; from the first time on it watches. */
    String stops() {
        if (watch == null) {
            Lane idle = lanes.start("idle", now -> Long.MAX_VALUE, e -> {});
            watch = Executors.newSingleThreadScheduledExecutor(task -> {
                Thread thread = new Thread(task, "watch");
                thread.setDaemon(true);
                return thread;
            });
            dueNanos = System.nanoTime();
            watch.scheduleAtFixedRate(() -> look(idle), 0, EVERY_NANOS, TimeUnit.NANOSECONDS);
        }
        return all.take().words() + " " + checkpoints.take().words();
    }

    private void look(Lane idle) {
        Lane watched = apply;
        if (watched != null) {
            Look look = new Look(dueNanos, checkpointTasks.get() > 0);
            watched.execute(look::applied);
            idle.execute(look::idled);
        }
        dueNanos += EVERY_NANOS;
    }

    private long counted(LongSupplier task) {
        checkpointTasks.incrementAndGet();
        try {
            return task.getAsLong();
        } finally {
            checkpointTasks.decrementAndGet();
        }
    }

    private static final class Figures {
        private final Recorder stops = new Recorder(3);
        private final Recorder own = new Recorder(3);

        void count(long stopNanos, long ownNanos) {
            stops.recordValue(stopNanos);
            own.recordValue(ownNanos);
        }

        Stops take() {
            Histogram taken = stops.getIntervalHistogram();
            Histogram takenOwn = own.getIntervalHistogram();
            return new Stops(
                    taken.getTotalCount(),
                    taken.getValueAtPercentile(99) / 1e6,
                    taken.getMaxValue() / 1e6,
                    takenOwn.getValueAtPercentile(99) / 1e6,
                    takenOwn.getMaxValue() / 1e6);
        }
    }

    private final class Look {
        private final long due;
        private boolean checkpoint;
        private long applied = -1;
        private long idled = -1;

        Look(long due, boolean checkpoint) {
            this.due = due;
            this.checkpoint = checkpoint;
        }

        synchronized void applied() {
            applied = Math.max(0, System.nanoTime() - due);
            checkpoint |= checkpointTasks.get() > 0;
            count();
        }

        synchronized void idled() {
            idled = Math.max(0, System.nanoTime() - due);
            count();
        }

        private void count() {
            if (applied < 0 || idled < 0) {
                return;
            }
            long own = Math.max(0, applied - idled);
            all.count(applied, own);
            if (checkpoint) {
                checkpoints.count(applied, own);
            }
        }
    }

    /** What waits for it counts too: an instant is frozen on the apply lane just before. */
    private final class CheckpointLane implements Lane {
        private final Lane lane;

        CheckpointLane(Lane lane) {
            this.lane = lane;
        }

        @Override
        public boolean execute(Runnable task) {
            checkpointTasks.incrementAndGet();
            boolean taken = lane.execute(() -> {
                try {
                    task.run();
                } finally {
                    checkpointTasks.decrementAndGet();
                }
            });
            if (!taken) {
                checkpointTasks.decrementAndGet();
            }
            return taken;
        }

        @Override
        public void wake() {
            lane.wake();
        }

        @Override
        public void stop() {
            lane.stop();
        }
    }
}
