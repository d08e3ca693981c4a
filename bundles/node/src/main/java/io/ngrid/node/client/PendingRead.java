package io.ngrid.node.client;

import io.ngrid.node.state.Query;

/** A read under way. */
public final class PendingRead extends Pending<GridClient.Read> {
    final Query query;

    boolean sent;
    /** Answered as not answered; to be sent again. */
    boolean again;
    /** The {@code after} last sent. */
    long sentAfter;

    Refusal refusal = Refusal.NONE;

    PendingRead(Query query, long startNanos, long timeoutNanos, Owner owner) {
        super(startNanos, timeoutNanos, owner);
        this.query = query;
    }

    @Override
    long bytes() {
        return Request.OVERHEAD_BYTES + query.bytes();
    }
}
