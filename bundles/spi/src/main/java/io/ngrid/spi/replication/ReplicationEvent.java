package io.ngrid.spi.replication;

import io.ngrid.api.NodeId;
import io.ngrid.spi.EntryKind;
import io.ngrid.spi.Member;
import io.ngrid.spi.message.LogEntries;
import io.ngrid.spi.message.LogFetch;
import io.ngrid.spi.message.ReplicationAck;
import io.ngrid.spi.message.ReplicationRequest;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What the replication core is told. */
public sealed interface ReplicationEvent {
    /** Time has passed. */
    record Tick() implements ReplicationEvent {}

    /**
     * This node leads: append a no-op [R2].
     *
     * @param epoch its epoch, durable
     */
    record Lead(long epoch) implements ReplicationEvent {}

    /**
     * This node follows, stands, or knows no leader. <b>Every</b> rise of its epoch is told so, as soon as it is durable
     * and before anything that depends on it is sent, also when it stands itself or grants a vote, and its durable epoch
     * once after start: a request of an epoch that it has left must not be acknowledged. Repeating one is harmless.
     *
     * @param epoch its epoch, durable
     * @param leader the leader, or null
     */
    record Follow(long epoch, @Nullable NodeId leader) implements ReplicationEvent {}

    /**
     * A connection to a member is open.
     *
     * @param peer the member
     */
    record Connected(Member peer) implements ReplicationEvent {}

    /**
     * A connection to a member is gone.
     *
     * @param peer the member
     */
    record Disconnected(Member peer) implements ReplicationEvent {}

    /**
     * A request came, of the epoch that this node is in (the election core has seen it first), or of an older one.
     *
     * @param from the sender
     * @param request the request
     */
    record Requested(Member from, ReplicationRequest request) implements ReplicationEvent {}

    /**
     * An answer came.
     *
     * @param from the sender
     * @param ack the answer
     */
    record Acked(Member from, ReplicationAck ack) implements ReplicationEvent {}

    /**
     * The leader's heartbeat showed its commit index, in the epoch that this node is in.
     *
     * @param from the sender
     * @param epoch the heartbeat's epoch
     * @param commitIndex the leader's commit index
     * @param releaseIndex the leader's release index
     */
    record CommitHeard(Member from, long epoch, long commitIndex, long releaseIndex) implements ReplicationEvent {}

    /**
     * This node, which follows nobody, lacks what another has [E4]: ask for it.
     *
     * @param from the other
     * @param number number of the fetch
     */
    record FetchWanted(NodeId from, long number) implements ReplicationEvent {}

    /**
     * Another node lacks what this one has: answer.
     *
     * @param from the other
     * @param fetch what it asks
     */
    record FetchAsked(Member from, LogFetch fetch) implements ReplicationEvent {}

    /**
     * Take fetched entries over, in place of what conflicts with them. The election core has judged them [E4], and the
     * sender's epoch is durable here. {@link ReplicationEffect.FetchEnded} tells the outcome.
     *
     * @param entries the entries
     */
    record EntriesFetched(LogEntries entries) implements ReplicationEvent {}

    /**
     * Append entries, in this order. Only at a leader.
     *
     * @param proposals the entries
     */
    record Proposed(List<Proposal> proposals) implements ReplicationEvent {}

    /**
     * The earliest deadline in the applied state changed [R6]: when log time reaches it and nothing else is being written, the
     * leader appends a {@link EntryKind#TICK}, once, stamped not before it.
     *
     * @param logTime the deadline in log time, {@link Long#MAX_VALUE} for none
     */
    record DeadlineSet(long logTime) implements ReplicationEvent {}

    /**
     * At a leader: append nothing of its own until told otherwise, and tell when a voter holds all of the log durably [E6].
     *
     * @param voter the voter, or null to go on as usual
     */
    record HandOver(@Nullable NodeId voter) implements ReplicationEvent {}

    /**
     * The log is on disk up to a ticket of an {@link ReplicationEffect.Append} or {@link ReplicationEffect.Truncate}.
     *
     * @param ticket the highest ticket durable
     */
    record Flushed(long ticket) implements ReplicationEvent {}

    /**
     * A voter has echoed a round number in the epoch that this node leads.
     *
     * @param from the voter
     * @param round the number
     */
    record Echoed(Member from, long round) implements ReplicationEvent {}

    /**
     * A read arrived at this leader [L1].
     *
     * @param read the caller's number for it
     * @param round the first round number that confirms it
     */
    record ReadRequested(long read, long round) implements ReplicationEvent {}

    /**
     * A snapshot is being sent to a follower: the log behind it has to stay until the follower has it [C1].
     *
     * @param to the follower
     * @param index the snapshot's index; 0 when it was given up
     */
    record SnapshotPinned(Member to, long index) implements ReplicationEvent {}

    /**
     * A follower has written more of the snapshot that it is being sent.
     *
     * @param to the follower
     * @param bytes how much more
     */
    record SnapshotMoved(Member to, long bytes) implements ReplicationEvent {}

    /**
     * An entry to append.
     *
     * @param kind its kind
     * @param payload its content
     */
    record Proposal(EntryKind kind, byte[] payload) {}
}
