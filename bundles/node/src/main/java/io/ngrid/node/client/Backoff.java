package io.ngrid.node.client;

/** When to send again what was refused: after 25 ms, doubling to 400 ms until something succeeds. */
final class Backoff {
    static final long FIRST_NANOS = 25_000_000;
    static final long LAST_NANOS = 400_000_000;

    private long step = FIRST_NANOS;
    private boolean running;
    private long at;
    private boolean fired;
    private long lastFired;

    /** Asks for another try after the back-off; joins one that is already under way. */
    void later(long now) {
        if (!running) {
            running = true;
            at = now + step;
            step = Math.min(2 * step, LAST_NANOS);
        }
    }

    /** Asks for another try at once, unless the last one is so recent that answers from before it may still come in. */
    void soon(long now) {
        if (!running) {
            running = true;
            at = fired && now - lastFired < FIRST_NANOS ? lastFired + FIRST_NANOS : now;
        }
    }

    boolean running() {
        return running;
    }

    /** Whether the try is due; if so, the time is over until the next one is asked for. */
    boolean fires(long now) {
        if (!running || at - now > 0) {
            return false;
        }
        running = false;
        fired = true;
        lastFired = now;
        return true;
    }

    long earlier(long than) {
        return running && at - than < 0 ? at : than;
    }

    /** Something succeeded. */
    void succeeded() {
        step = FIRST_NANOS;
    }

    /** A new connection: everything is sent anyway. */
    void reset() {
        running = false;
        step = FIRST_NANOS;
    }
}
