package io.ngrid.node.client;

import io.ngrid.api.NGridException;
import io.ngrid.api.NoQuorumException;
import io.ngrid.api.NodeId;
import io.ngrid.api.OperationTimeoutException;
import io.ngrid.api.OverloadedException;
import org.jspecify.annotations.Nullable;

/**
 * What a call whose time is up ends with [S4].
 *
 * @param leader the present leader, or null
 * @param whyNone why there is none
 * @param opened whether the cluster knows the session
 * @param openRefusal why the leader did not open it
 * @param window what is in flight
 */
record TimeUp(@Nullable NodeId leader, String whyNone, boolean opened, Refusal openRefusal, Window window) {
    private static final long MILLI = 1_000_000;

    /** A write that never left. */
    NGridException neverSent() {
        if (leader == null) {
            return noLeader();
        }
        if (!opened) {
            return openRefusal.isSome()
                    ? openRefusal.exception()
                    : new NoQuorumException("not executed: " + leader + " has not opened this node's session");
        }
        PendingWrite ahead = window.get(window.floor());
        return ahead != null && ahead.refusal.isSome()
                ? ahead.refusal.exception()
                : new OverloadedException("not executed: " + window.all().size()
                        + " operations of this node wait for the leader's answer");
    }

    /** A write of which every attempt was refused. */
    NGridException refused(PendingWrite write) {
        return leader == null ? noLeader() : write.refusal.exception();
    }

    /** A write of which at least one attempt may have been executed. */
    NGridException unanswered(PendingWrite write) {
        return new OperationTimeoutException(
                leader == null
                        ? "outcome unknown: sent, but the leader was lost before it answered; " + whyNone
                        : "outcome unknown: " + leader + " did not answer within " + write.timeoutNanos / MILLI
                                + " ms");
    }

    /** A read; it has no effect, so only the reason matters. */
    NGridException unanswered(PendingRead read) {
        if (leader == null) {
            return noLeader();
        }
        return read.refusal.isSome()
                ? read.refusal.exception()
                : new OperationTimeoutException(
                        "the read was not answered by " + leader + " within " + read.timeoutNanos / MILLI + " ms");
    }

    private NoQuorumException noLeader() {
        return new NoQuorumException("not executed: " + whyNone);
    }
}
