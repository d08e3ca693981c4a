package io.ngrid.election.core;

import io.ngrid.api.NodeId;
import io.ngrid.spi.election.Vote;
import org.jspecify.annotations.Nullable;

/** The promise of this node [E1]: the highest epoch seen, and the one vote given in it. Never goes back. */
final class Ballot {
    private Vote vote;

    Ballot(Vote vote) {
        this.vote = vote;
    }

    Vote vote() {
        return vote;
    }

    long epoch() {
        return vote.epoch();
    }

    /** Whether a vote may still go to a candidate in an epoch, as far as promises decide. */
    boolean isFreeFor(long epoch, NodeId candidate) {
        if (epoch != vote.epoch()) {
            return epoch > vote.epoch();
        }
        NodeId given = vote.votedFor();
        return given == null || given.equals(candidate);
    }

    /**
     * Promises; the caller makes it durable before anything that depends on it.
     *
     * @return whether that is new
     */
    boolean promise(long epoch, @Nullable NodeId votedFor) {
        Vote promised = new Vote(epoch, votedFor);
        boolean allowed = epoch > vote.epoch()
                || epoch == vote.epoch()
                        && (vote.votedFor() == null || vote.votedFor().equals(votedFor));
        if (!allowed) {
            throw new IllegalStateException("[E1] promise " + vote + " cannot become " + promised);
        }
        boolean isNew = !promised.equals(vote);
        vote = promised;
        return isNew;
    }
}
