package io.ngrid.node.loop;

/** Bounds bytes a second; what was not used of the last moment may be made up for. Event loop only. */
final class Pace {
    private static final long SECOND = 1_000_000_000L;
    private static final long MOMENT_NANOS = 10_000_000L;

    private final long bytesPerSecond;
    private long freeNanos;

    /**
     * A bound.
     *
     * @param bytesPerSecond the bytes a second; 0 for no bound
     */
    Pace(long bytesPerSecond, long now) {
        this.bytesPerSecond = bytesPerSecond;
        this.freeNanos = now;
    }

    boolean allows(long now) {
        return now - freeNanos >= 0;
    }

    /** When it allows more. */
    long freeNanos() {
        return freeNanos;
    }

    void took(long bytes, long now) {
        if (bytesPerSecond > 0) {
            freeNanos = Math.max(freeNanos, now - MOMENT_NANOS) + bytes * SECOND / bytesPerSecond;
        }
    }
}
