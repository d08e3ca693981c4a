package io.ngrid.node.loop;

/** The pauses behind attempts that fail: a second, then twice as long each time, half a minute at most. */
final class Backoff {
    private static final long FIRST_NANOS = 1_000_000_000L;
    private static final long LONGEST_NANOS = 30_000_000_000L;

    private long pauseNanos;
    private long untilNanos;

    void failed(long nowNanos) {
        pauseNanos = Math.min(LONGEST_NANOS, Math.max(FIRST_NANOS, 2 * pauseNanos));
        untilNanos = nowNanos + pauseNanos;
    }

    void succeeded() {
        pauseNanos = 0;
    }

    /** Whether it may be tried again. */
    boolean isOver(long nowNanos) {
        return pauseNanos == 0 || nowNanos - untilNanos >= 0;
    }

    /** The present pause, for people. */
    long seconds() {
        return pauseNanos / 1_000_000_000L;
    }
}
