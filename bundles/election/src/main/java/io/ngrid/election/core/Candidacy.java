package io.ngrid.election.core;

import io.ngrid.api.NodeId;
import io.ngrid.spi.message.ElectionResponse;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** One round of asking: for pre-votes [E3], or for votes in an epoch that is promised already [E1]. */
final class Candidacy {
    private final boolean preVote;
    private final long epoch;
    private final boolean handOver;
    private final long attempt;
    private final long deadlineNanos;
    private final Set<NodeId> granted = new HashSet<>();
    private final Set<NodeId> refused = new HashSet<>();

    /** Begins to ask; the candidate's own vote is given. */
    Candidacy(boolean preVote, boolean handOver, long epoch, long attempt, long deadlineNanos, NodeId self) {
        this.preVote = preVote;
        this.handOver = handOver;
        this.epoch = epoch;
        this.attempt = attempt;
        this.deadlineNanos = deadlineNanos;
        granted.add(self);
    }

    boolean preVote() {
        return preVote;
    }

    /** Whether the leader has asked for it [E6]. */
    boolean handOver() {
        return handOver;
    }

    long epoch() {
        return epoch;
    }

    long attempt() {
        return attempt;
    }

    long deadlineNanos() {
        return deadlineNanos;
    }

    boolean isAnsweredBy(NodeId voter) {
        return granted.contains(voter) || refused.contains(voter);
    }

    /** Whether an answer belongs to this round and not to an earlier one. */
    boolean isAnsweredIn(ElectionResponse response) {
        return response.preVote() == preVote && response.requestEpoch() == epoch && response.attempt() == attempt;
    }

    /** Counts an answer of a voter of the candidate's configuration; the first one counts. */
    void count(NodeId voter, boolean grants) {
        if (!isAnsweredBy(voter)) {
            (grants ? granted : refused).add(voter);
        }
    }

    boolean isWon(int electionQuorum) {
        return granted.size() >= electionQuorum;
    }

    /** Whether it cannot be won even if all those grant it who are heard and have not answered yet. */
    boolean isHopeless(List<NodeId> heard, int electionQuorum) {
        long open = heard.stream().filter(voter -> !isAnsweredBy(voter)).count();
        return granted.size() + open < electionQuorum;
    }
}
