package io.ngrid.spi.message;

import io.ngrid.api.NodeId;
import io.ngrid.spi.LogPosition;
import io.ngrid.spi.StateHash;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * HEARTBEAT, sent by every member to every peer.
 *
 * @param epoch the sender's epoch
 * @param leader the leader that the sender follows or is, or null
 * @param last the end of the sender's log
 * @param commitIndex the sender's commit index
 * @param releaseIndex of a leader: every voter has the log up to here durably, so it may be compacted; otherwise 0
 * @param hears the voters that the sender has heard within an election time-out, itself not among them
 * @param lostLeader whether the sender has lost its leader [E4]
 * @param forfeits whether the sender, though it has lost its leader, will not stand for now [E4]: others need not wait
 * @param fit whether the sender may lead and acknowledge: not degraded [E6]
 * @param full whether the sender's disk is full, the reserve given away: others should lead [D3]
 * @param round the sender's round number; rises with every round of heartbeats of one start of a node
 * @param echoRound the last round number received from the receiver, 0 if none
 * @param echoEpoch the epoch in which that round number came
 * @param replyWanted whether the receiver shall answer at once with a heartbeat of its own (which wants none)
 * @param state the running hash of the sender's state at the index that is compared now [R6]
 */
public record Heartbeat(
        long epoch,
        @Nullable NodeId leader,
        LogPosition last,
        long commitIndex,
        long releaseIndex,
        List<NodeId> hears,
        boolean lostLeader,
        boolean forfeits,
        boolean fit,
        boolean full,
        long round,
        long echoRound,
        long echoEpoch,
        boolean replyWanted,
        StateHash state)
        implements Message {}
