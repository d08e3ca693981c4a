package io.ngrid.benchmarks;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.locks.LockSupport;
import org.HdrHistogram.Histogram;

/**
 * Threads that append to a store.
 *
 * @param threads how many
 * @param size bytes an element
 * @param batch elements a call
 */
record Load(int threads, int size, int batch) {
    private static final long HIGHEST_NANOS = 60_000_000_000L;

    /**
     * What came of it.
     *
     * @param elements appended
     * @param nanos from the first call to the last answer
     * @param latencies of the calls, in nanoseconds
     */
    record Outcome(long elements, long nanos, Histogram latencies) {
        double perSecond() {
            return elements * 1e9 / nanos;
        }
    }

    private record Limits(long nanos, long calls, long intervalNanos) {}

    /** As fast as it goes; every thread makes one call at least, however long that takes. */
    Outcome during(Store store, Duration duration) throws Exception {
        return run(store, duration, Long.MAX_VALUE, 0);
    }

    /** A number of elements, at least one call a thread. */
    Outcome count(Store store, long elements) throws Exception {
        return run(store, Duration.ofDays(1), Math.max(1, elements / threads / batch), 0);
    }

    /**
     * Calls that are due at a fixed rate. A call's latency counts from when it was due, so one that had to wait for those
     * before it counts in full; only the lateness of a thread that slept until then does not.
     */
    Outcome paced(Store store, Duration duration, long callsPerSecond) throws Exception {
        return run(store, duration, Long.MAX_VALUE, threads * 1_000_000_000L / callsPerSecond);
    }

    private Outcome run(Store store, Duration duration, long calls, long intervalNanos) throws Exception {
        ExecutorService pool = Executors.newFixedThreadPool(threads);
        try {
            CyclicBarrier start = new CyclicBarrier(threads);
            List<Future<Outcome>> parts = new ArrayList<>();
            for (int t = 0; t < threads; t++) {
                int thread = t;
                Callable<Outcome> task = () -> {
                    start.await();
                    return appends(store, thread, new Limits(duration.toNanos(), calls, intervalNanos));
                };
                parts.add(pool.submit(task));
            }
            Histogram latencies = new Histogram(HIGHEST_NANOS, 3);
            long elements = 0;
            long nanos = 1;
            for (Future<Outcome> part : parts) {
                elements += part.get().elements;
                nanos = Math.max(nanos, part.get().nanos);
                latencies.add(part.get().latencies);
            }
            return new Outcome(elements, nanos, latencies);
        } finally {
            pool.shutdownNow();
        }
    }

    private Outcome appends(Store store, int thread, Limits limits) throws Exception {
        Bodies bodies = new Bodies(size);
        Histogram latencies = new Histogram(HIGHEST_NANOS, 3);
        long began = System.nanoTime();
        long number = 0;
        long now = began;
        for (long call = 0; call < limits.calls && (call == 0 || now - began < limits.nanos); call++) {
            long due = now;
            if (limits.intervalNanos > 0) {
                due = began + thread * limits.intervalNanos / threads + call * limits.intervalNanos;
                due = now < due ? sleepUntil(due) : due;
            }
            if (batch == 1) {
                store.append(bodies.make(thread, number));
            } else {
                store.appendAll(bodies.make(thread, number, batch));
            }
            number += batch;
            now = System.nanoTime();
            latencies.recordValue(Math.min(HIGHEST_NANOS, now - due));
        }
        return new Outcome(number, now - began, latencies);
    }

    /** Returns when it woke up. */
    private static long sleepUntil(long dueNanos) {
        long now = System.nanoTime();
        while (now < dueNanos) {
            LockSupport.parkNanos(dueNanos - now);
            now = System.nanoTime();
        }
        return now;
    }

    @Override
    public String toString() {
        return threads + (threads == 1 ? " thread, " : " threads, ") + size + " B"
                + (batch == 1 ? "" : ", batches of " + batch);
    }
}
