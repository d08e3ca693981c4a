package io.ngrid.spi.election;

import io.ngrid.api.NodeId;
import io.ngrid.spi.Member;
import io.ngrid.spi.message.LogEntries;
import io.ngrid.spi.message.Message;
import org.jspecify.annotations.Nullable;

/** What the election core decides; carried out in order, each before the next. */
public sealed interface ElectionEffect {
    /**
     * Make a promise durable before any later effect, and before the next event [E1].
     *
     * @param vote the promise
     */
    record PersistVote(Vote vote) implements ElectionEffect {}

    /**
     * Send a message; it may be lost.
     *
     * @param to the receiver
     * @param message the message
     */
    record Send(NodeId to, Message message) implements ElectionEffect {}

    /**
     * Lead from now on.
     *
     * @param epoch the epoch
     */
    record Lead(long epoch) implements ElectionEffect {}

    /**
     * Follow from now on, also after having led.
     *
     * @param epoch the epoch
     * @param leader the leader, or null while unknown
     */
    record Follow(long epoch, @Nullable NodeId leader) implements ElectionEffect {}

    /**
     * Ask a voter with a better log for what this one lacks [E4]; the answer comes in as {@link ElectionEvent.Received}.
     *
     * @param from the voter
     * @param number number of the fetch
     */
    record Fetch(NodeId from, long number) implements ElectionEffect {}

    /**
     * Take fetched entries over into the log [E4], and tell the outcome as {@link ElectionEvent.FetchEnded}.
     *
     * @param entries the entries
     */
    record TakeEntries(LogEntries entries) implements ElectionEffect {}

    /**
     * A voter has echoed, in the epoch that this node leads, a round number [E5], [L1].
     *
     * @param from the voter
     * @param round the highest round number echoed by it
     */
    record Echoed(Member from, long round) implements ElectionEffect {}

    /**
     * At this leader: propose nothing new, so that a voter can get all that there is; callers wait [E6]. When that voter has
     * it, tell {@link ElectionEvent.HasEverything}. Ends with the leadership, or by {@link ResumeAdmitting}.
     *
     * @param to the voter that is to lead
     */
    record StopAdmitting(NodeId to) implements ElectionEffect {}

    /** At this leader: the hand-over came to nothing; go on. */
    record ResumeAdmitting() implements ElectionEffect {}

    /**
     * Whether this leader hears W voters changed [E5]: while it does not, it refuses writes.
     *
     * @param heard the voters heard, this node among them
     * @param enough whether they are W
     */
    record WritesAllowed(java.util.List<NodeId> heard, boolean enough) implements ElectionEffect {}
}
