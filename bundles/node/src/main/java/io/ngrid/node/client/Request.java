package io.ngrid.node.client;

import io.ngrid.node.state.Action;
import io.ngrid.node.state.Query;
import java.util.List;
import java.util.UUID;

/** The body of a CLIENT_REQUEST: what a node's proxy asks the leader. */
public sealed interface Request {
    /** What a request counts against bounds in bytes besides its payload. */
    long OVERHEAD_BYTES = 128;

    /**
     * What it counts against bounds in bytes.
     *
     * @return about its size
     */
    default long bytes() {
        return OVERHEAD_BYTES;
    }

    /**
     * Opens the node's session; sent first to every new leader and on every new connection to it.
     *
     * @param session the session's ID
     * @param start the node's start number
     */
    record Open(UUID session, long start) implements Request {}

    /**
     * A write.
     *
     * @param session the session's ID
     * @param sequence the operation's sequence
     * @param floor lowest sequence not settled
     * @param closed settled sequences above the floor
     * @param resent whether this is not the first attempt under that sequence
     * @param wake number of the wake that it follows, 0 for none [S5]
     * @param action what to do
     */
    record Write(UUID session, long sequence, long floor, List<Long> closed, boolean resent, long wake, Action action)
            implements Request {
        @Override
        public long bytes() {
            return OVERHEAD_BYTES + action.bytes();
        }
    }

    /**
     * A read [L1].
     *
     * @param session the session's ID
     * @param read the proxy's number for it
     * @param after highest sequence that was issued before it and is not answered yet, 0 for none
     * @param timeoutMillis the leader may forget it after so long
     * @param query what it asks
     */
    record Read(UUID session, long read, long after, long timeoutMillis, Query query) implements Request {
        @Override
        public long bytes() {
            return OVERHEAD_BYTES + query.bytes();
        }
    }

    /**
     * How many callers on this node wait for a queue now; replaces what was said before [S5].
     *
     * @param queue name of the queue
     * @param room false: they wait for elements; true: they wait for room
     * @param waiters how many
     */
    record Interest(String queue, boolean room, int waiters) implements Request {}

    /**
     * Gives wakes back, because their callers are gone.
     *
     * @param queue name of the queue
     * @param room as in the wake
     * @param wake number of the wake
     */
    record Decline(String queue, boolean room, long wake) implements Request {}
}
