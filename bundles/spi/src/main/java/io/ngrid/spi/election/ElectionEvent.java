package io.ngrid.spi.election;

import io.ngrid.api.NodeId;
import io.ngrid.spi.Configuration;
import io.ngrid.spi.LogPosition;
import io.ngrid.spi.Member;
import io.ngrid.spi.StateHash;
import io.ngrid.spi.message.Message;

/** What the election core is told. */
public sealed interface ElectionEvent {
    /** Time has passed. */
    record Tick() implements ElectionEvent {}

    /**
     * A connection to a member is open.
     *
     * @param peer the member
     */
    record Connected(Member peer) implements ElectionEvent {}

    /**
     * A connection to a member is gone.
     *
     * @param peer the member
     */
    record Disconnected(Member peer) implements ElectionEvent {}

    /**
     * A HEARTBEAT, ELECTION_REQUEST, ELECTION_RESPONSE, LOG_ENTRIES or LEADERSHIP_TRANSFER came.
     *
     * @param from the sender
     * @param message the message
     */
    record Received(Member from, Message message) implements ElectionEvent {}

    /**
     * A REPLICATION_REQUEST came, about to be handed to the replication core: its sender leads that epoch.
     *
     * @param from the sender
     * @param epoch the request's epoch
     */
    record LeaderHeard(Member from, long epoch) implements ElectionEvent {}

    /**
     * A REPLICATION_ACK, or another message that is no claim to lead, showed an epoch.
     *
     * @param epoch the epoch
     */
    record EpochSeen(long epoch) implements ElectionEvent {}

    /**
     * The log grew, shrank, or committed.
     *
     * @param last its end
     * @param commitIndex its commit index
     * @param releaseIndex of a leader: every voter has the log up to here durably
     */
    record LogChanged(LogPosition last, long commitIndex, long releaseIndex) implements ElectionEvent {}

    /**
     * What heartbeats show of the state changed [R6].
     *
     * @param hash the running hash at the index that is compared now
     */
    record StateHashed(StateHash hash) implements ElectionEvent {}

    /**
     * The latest configuration in the log changed.
     *
     * @param configuration the configuration
     */
    record Configured(Configuration configuration) implements ElectionEvent {}

    /**
     * What was to be taken over by {@link ElectionEffect.TakeEntries} is in the log and durable, or was refused. A change
     * of the log and of its configuration is told before.
     *
     * @param number number of the fetch
     * @param taken whether the log now ends where the sender's did
     */
    record FetchEnded(long number, boolean taken) implements ElectionEvent {}

    /**
     * At a leader that has stopped admitting: a voter holds durably all that is in the log [E6].
     *
     * @param voter the voter
     */
    record HasEverything(NodeId voter) implements ElectionEvent {}

    /** A read waits for confirmation [L1]: send a round of heartbeats that want replies, now. */
    record RoundWanted() implements ElectionEvent {}

    /**
     * The disk is full, or is so no more [D3].
     *
     * @param full whether the reserve was given away: a leader hands over to a voter with space
     */
    record SpaceChanged(boolean full) implements ElectionEvent {}

    /**
     * The node's storage failed [D1]: never vote, stand or lead again.
     *
     * @param last end of the log: it may have changed in the turn that failed
     */
    record Degraded(LogPosition last) implements ElectionEvent {}
}
