package io.ngrid.simulation;

/** A node's monotonic clock: begins anywhere, and runs too fast or too slow. */
final class Clock {
    private static final long MILLION = 1_000_000;

    private long sinceNanos;
    private long baseNanos;
    private long rate;

    /**
     * A clock.
     *
     * @param nowNanos virtual time
     * @param baseNanos what it shows now
     * @param rate how much it advances in a million
     */
    Clock(long nowNanos, long baseNanos, long rate) {
        this.sinceNanos = nowNanos;
        this.baseNanos = baseNanos;
        this.rate = rate;
    }

    /** Runs at another rate from now on. */
    void drift(long nowNanos, long newRate) {
        baseNanos = at(nowNanos);
        sinceNanos = nowNanos;
        rate = newRate;
    }

    /** Jumps ahead. */
    void jump(long nanos) {
        baseNanos += nanos;
    }

    /** What it shows at a virtual time. */
    long at(long virtualNanos) {
        long passed = virtualNanos - sinceNanos;
        return baseNanos + passed / MILLION * rate + passed % MILLION * rate / MILLION;
    }

    /** The first virtual time at which it shows at least so much. */
    long virtual(long localNanos) {
        long ahead = localNanos - baseNanos;
        return sinceNanos + ahead / rate * MILLION + (ahead % rate * MILLION + rate - 1) / rate;
    }
}
