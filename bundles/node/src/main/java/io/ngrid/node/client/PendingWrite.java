package io.ngrid.node.client;

import io.ngrid.node.state.Action;

/** A write under way, or a poll or offer that waits [S5]. */
public final class PendingWrite extends Pending<GridClient.Done> {
    /** Where it is. */
    enum Place {
        /** To be sent; has no sequence. */
        LINE,
        /** Sent under its sequence, not settled. */
        IN_FLIGHT,
        /** Waits for an element or for room; has no sequence. */
        WAITING
    }

    final Action action;
    final long waitNanos;
    private final long bytes;

    Place place = Place.LINE;
    long sequence;
    /** Attempts sent under the present sequence. */
    int attempts;
    /** Attempts among them that are known not executed. */
    int refused;

    Refusal refusal = Refusal.NONE;
    boolean again;
    /** The caller wants out: ends as soon as it is known not to take effect. */
    boolean withdrawn;
    /** The wake that the present proposal follows, of {@link #wakeConnection}; 0 for none. */
    long wake;

    long wakeConnection;
    /** Bodies that have come so far. */
    final Parts parts = new Parts();
    /** Place in the waiting list. */
    long position;
    /** Whether it was on the waiting list before. */
    boolean waitedBefore;

    PendingWrite(Action action, long startNanos, long waitNanos, long timeoutNanos, Owner owner) {
        super(startNanos, timeoutNanos, owner);
        this.action = action;
        this.waitNanos = waitNanos;
        this.bytes = Request.OVERHEAD_BYTES + action.bytes();
    }

    /** A call that has waited proposes again, under a new sequence. */
    void propose(long now, long followedWake, long connection) {
        sequence = 0;
        attempts = 0;
        refused = 0;
        refusal = Refusal.NONE;
        again = false;
        wake = followedWake;
        wakeConnection = connection;
        deadline = now + timeoutNanos;
    }

    boolean waits() {
        return waitNanos > 0;
    }

    long waitEnd() {
        return startNanos + waitNanos;
    }

    /** Whether every attempt ever made under its sequence is known not executed [S4]. */
    boolean knownNotExecuted() {
        return attempts == refused;
    }

    @Override
    long bytes() {
        return bytes;
    }
}
