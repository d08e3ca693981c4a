package io.ngrid.election.core;

/** Comparison of monotonic times, which may wrap. */
final class Times {
    private Times() {}

    static long earlier(long a, long b) {
        return a - b < 0 ? a : b;
    }

    static boolean isReached(long deadlineNanos, long nowNanos) {
        return nowNanos - deadlineNanos >= 0;
    }
}
