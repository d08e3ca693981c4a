package io.ngrid.node.client;

import io.ngrid.node.state.Answer;
import io.ngrid.node.state.Result;
import java.util.List;
import java.util.UUID;

/** The body of a CLIENT_RESPONSE: what the leader answers a node's proxy. */
public sealed interface Response {
    /**
     * The session is open.
     *
     * @param session the session
     */
    record Opened(UUID session) implements Response {}

    /**
     * An operation was executed, and is on W disks.
     *
     * @param session its session
     * @param sequence its sequence
     * @param result its result
     * @param bodies bodies of a {@link Result.Polled}, in order, those of earlier {@link Part}s left out; otherwise empty
     */
    record Executed(UUID session, long sequence, Result result, List<byte[]> bodies) implements Response {}

    /**
     * The first bodies of a batch too large for one response; an {@link Executed} with the last ones follows on the same
     * connection.
     *
     * @param session the operation's session
     * @param sequence its sequence
     * @param from position of the first of these bodies in the result
     * @param bodies the bodies
     */
    record Part(UUID session, long sequence, int from, List<byte[]> bodies) implements Response {}

    /**
     * A poll was answered as empty by a read; counts only for the only attempt ever sent [L1].
     *
     * @param session its session
     * @param sequence its sequence
     */
    record ReadEmpty(UUID session, long sequence) implements Response {}

    /**
     * The operation was settled before: outcome unknown.
     *
     * @param session its session
     * @param sequence its sequence
     */
    record Settled(UUID session, long sequence) implements Response {}

    /**
     * Not executed because a lower sequence is missing: send again from there.
     *
     * @param session its session
     * @param sequence its sequence
     * @param from the first missing one
     */
    record Gap(UUID session, long sequence, long from) implements Response {}

    /**
     * The cluster does not know the session: outcome unknown, open a new one [S2].
     *
     * @param session the session
     * @param sequence the operation's sequence
     */
    record SessionUnknown(UUID session, long sequence) implements Response {}

    /**
     * This attempt was handed neither to the log nor to the network [S4].
     *
     * @param session the session
     * @param sequence the operation's sequence
     * @param reason why
     * @param message one sentence for people
     */
    record NotExecuted(UUID session, long sequence, Refused reason, String message) implements Response {}

    /**
     * A read was answered.
     *
     * @param read the proxy's number for it
     * @param answer the answer
     * @param bodies bodies of {@link Answer.Elements}, in order; otherwise empty
     */
    record Answered(long read, Answer answer, List<byte[]> bodies) implements Response {}

    /**
     * A read was not answered here.
     *
     * @param read the proxy's number for it
     * @param reason why
     * @param message one sentence for people
     */
    record NotAnswered(long read, Refused reason, String message) implements Response {}

    /**
     * A caller that waits may propose now [S5].
     *
     * @param queue name of the queue
     * @param room as in the interest
     * @param wake number of this wake, for one caller
     */
    record Wake(String queue, boolean room, long wake) implements Response {}

    /** Why an attempt was refused. The code is sent; never reuse one. */
    enum Refused {
        /** Not the leader, or not any more, or not ready yet. */
        NOT_LEADER(1),
        /** The leader hears fewer than W voters [E5]. */
        NO_QUORUM(2),
        /** Too much is pending [R7]. */
        OVERLOADED(3),
        /** The node stops. */
        CLOSED(4),
        /** The leader's disk is full, or nearly [D3]. */
        STORAGE_FULL(5);

        private final int code;

        Refused(int code) {
            this.code = code;
        }

        /**
         * The code sent.
         *
         * @return the code
         */
        public int code() {
            return code;
        }
    }
}
