package io.ngrid.transport;

import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;

/** Exponential back-off with full jitter: the wait is random between nothing and a bound that doubles. */
final class Backoff {
    static final long FIRST_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

    private static final int MOST_DOUBLINGS = 20;

    private int failures;

    /**
     * The next wait.
     *
     * @param capNanos what the bound grows to
     */
    long next(RandomGenerator random, long capNanos) {
        long bound = Math.min(capNanos, FIRST_NANOS << failures);
        failures = Math.min(failures + 1, MOST_DOUBLINGS);
        return 1 + random.nextLong(bound);
    }

    void reset() {
        failures = 0;
    }
}
