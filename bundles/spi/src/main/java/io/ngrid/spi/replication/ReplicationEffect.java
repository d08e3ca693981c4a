package io.ngrid.spi.replication;

import io.ngrid.api.NodeId;
import io.ngrid.spi.Configuration;
import io.ngrid.spi.LogEntry;
import io.ngrid.spi.Member;
import io.ngrid.spi.message.Message;
import java.util.List;

/** What the replication core decides; carried out in order. */
public sealed interface ReplicationEffect {
    /**
     * Append entries to the log. From now on the {@link io.ngrid.spi.LogReader} shows them; they become durable later.
     *
     * @param ticket number of this change of the log, rising by one each
     * @param entries the entries
     */
    record Append(long ticket, List<LogEntry> entries) implements ReplicationEffect {}

    /**
     * Cut the log's tail [R3]. From now on the {@link io.ngrid.spi.LogReader} shows it cut.
     *
     * @param ticket number of this change of the log, rising by one each
     * @param fromIndex first index to go
     */
    record Truncate(long ticket, long fromIndex) implements ReplicationEffect {}

    /**
     * Send a message. If the transport refuses it, nothing need be said: the core repeats what stays unacknowledged.
     *
     * @param to the receiver
     * @param message the message
     */
    record Send(NodeId to, Message message) implements ReplicationEffect {}

    /**
     * The commit index rose: apply up to it.
     *
     * @param index the commit index
     */
    record Committed(long index) implements ReplicationEffect {}

    /**
     * At this leader: operations up to this index, once applied, may be answered: W voters hold the log durably up to an
     * entry of this epoch at or behind it [R2].
     *
     * @param index the index
     */
    record Answerable(long index) implements ReplicationEffect {}

    /**
     * A read is confirmed: answer it from a state applied at least up to an index [L1].
     *
     * @param read the caller's number for it
     * @param index the index
     */
    record ReadConfirmed(long read, long index) implements ReplicationEffect {}

    /**
     * A voter holds all of this leader's log durably, as {@link ReplicationEvent.HandOver} asked.
     *
     * @param voter the voter
     */
    record HasEverything(NodeId voter) implements ReplicationEffect {}

    /**
     * Fetched entries are in the log and durable, or cannot be taken over [E4].
     *
     * @param number number of the fetch
     * @param taken whether the log now ends where the sender's did
     */
    record FetchEnded(long number, boolean taken) implements ReplicationEffect {}

    /**
     * The latest configuration in the log changed.
     *
     * @param configuration the configuration
     */
    record Configured(Configuration configuration) implements ReplicationEffect {}

    /**
     * Every voter that is connected, or is being sent a snapshot, holds the log durably up to an index, or will: it may be
     * compacted so far, not further [C1]. The index may fall, when a voter comes back.
     *
     * @param index the index
     */
    record Releasable(long index) implements ReplicationEffect {}

    /**
     * A follower lacks entries that this log no longer has: it needs a snapshot [C1]. Told once, until the follower has
     * been reached by the log again.
     *
     * @param to the follower
     */
    record SnapshotNeeded(Member to) implements ReplicationEffect {}

    /**
     * A follower that was sent a snapshot has the log behind it: the snapshot is needed no more.
     *
     * @param to the follower
     */
    record SnapshotDone(Member to) implements ReplicationEffect {}
}
