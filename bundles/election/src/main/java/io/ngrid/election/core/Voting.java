package io.ngrid.election.core;

import io.ngrid.api.NodeId;
import io.ngrid.spi.Member;
import io.ngrid.spi.message.ElectionRequest;
import io.ngrid.spi.message.ElectionResponse;

/** Answers those who ask for pre-votes and votes, whether or not this node's log names either of them a voter [E1]. */
final class Voting {
    private final State state;
    private final Campaign campaign;

    Voting(State state, Campaign campaign) {
        this.state = state;
        this.campaign = campaign;
    }

    void answer(Member from, ElectionRequest request) {
        boolean granted = !state.isDegraded() // [D1]
                && !state.contradicts(from) // [M4]
                && (state.hasLostLeader() || isHandOver(request)) // [E2], [E3]; a refusal for this adopts no epoch
                && (request.preVote() ? grantsPreVote(from.node(), request) : grantsVote(from.node(), request));
        state.tellFollow();
        state.send(
                from.node(),
                new ElectionResponse(
                        request.preVote(), request.epoch(), request.attempt(), granted, state.ballot.epoch()));
    }

    /** [E6] The leader wants to be succeeded: it and its followers in the epoch that ends answer by log alone. */
    private boolean isHandOver(ElectionRequest request) {
        return request.handOver() && request.epoch() == state.ballot.epoch() + 1 && state.hasLeader();
    }

    private boolean grantsPreVote(NodeId candidate, ElectionRequest request) {
        boolean granted =
                request.epoch() > state.ballot.epoch() && isUpToDate(request) && !state.awaitsAnother(candidate);
        if (granted) {
            campaign.preVoted(candidate);
        }
        return granted;
    }

    private boolean grantsVote(NodeId candidate, ElectionRequest request) {
        long epoch = request.epoch();
        boolean decided = epoch == state.ballot.epoch() && state.watch.leaderOfEpoch() != null;
        boolean granted = !decided && state.ballot.isFreeFor(epoch, candidate) && isUpToDate(request);
        if (granted) {
            state.promise(epoch, candidate);
            campaign.votedForAnother();
        } else if (epoch > state.ballot.epoch()) {
            state.promise(epoch, null);
        }
        return granted;
    }

    private boolean isUpToDate(ElectionRequest request) {
        return request.last().compareTo(state.last()) >= 0; // [E1]
    }
}
