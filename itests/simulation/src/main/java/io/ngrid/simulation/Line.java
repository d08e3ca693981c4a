package io.ngrid.simulation;

/** One direction between two nodes: how long messages take, and what happens to them. */
final class Line {
    long minDelayNanos;
    long maxDelayNanos;

    /** Of a million messages that may be lost or repeated, so many are. */
    int lost;

    int repeated;

    private int cuts;

    Line(long minDelayNanos, long maxDelayNanos) {
        this.minDelayNanos = minDelayNanos;
        this.maxDelayNanos = maxDelayNanos;
    }

    /** Nothing passes until {@link #mend} was called as often. */
    void cut() {
        cuts++;
    }

    void mend() {
        cuts--;
    }

    void mendAll() {
        cuts = 0;
    }

    boolean isCut() {
        return cuts > 0;
    }
}
