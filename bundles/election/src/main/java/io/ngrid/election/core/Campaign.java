package io.ngrid.election.core;

import io.ngrid.spi.Member;
import io.ngrid.spi.election.Role;
import io.ngrid.spi.message.ElectionRequest;
import io.ngrid.spi.message.ElectionResponse;
import io.ngrid.spi.message.LogEntries;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Stands for election: first asks for pre-votes, then, in an epoch of its own, for votes. */
final class Campaign {
    private static final Logger LOG = LoggerFactory.getLogger(Campaign.class);

    private final State state;
    private final Standing standing;
    private final Fetching fetching;
    private final Leading leading;
    private @Nullable Candidacy latest;
    private long attempts;
    private long elections;

    Campaign(State state, Standing standing, Leading leading) {
        this.state = state;
        this.standing = standing;
        this.fetching = new Fetching(state, standing);
        this.leading = leading;
    }

    /** Stands if it is time to, and gives up what took too long. */
    void elapse() {
        Candidacy asking = asking();
        if (asking != null && state.isPast(asking.deadlineNanos())) {
            giveUp();
        }
        fetching.elapse();
        if (!mayStand()) {
            standing.rest();
        } else if (state.role() == Role.FOLLOWER && !fetching.isUnderWay()) {
            choose();
        }
    }

    private void choose() {
        Standing.Choice choice = standing.choose(state.configuration(), state.heard(), state.last(), state.now());
        if (choice.fetchesFrom() != null) {
            fetching.begin(choice.fetchesFrom());
        } else if (choice.stands()) {
            state.become(Role.CANDIDATE);
            askFor(true);
        }
    }

    /** When {@link #elapse} may have something to do, or the given time if that is earlier. */
    long next(long otherwise) {
        Candidacy asking = asking();
        if (asking != null) {
            return Times.earlier(otherwise, asking.deadlineNanos());
        }
        if (fetching.isUnderWay()) {
            return fetching.next(otherwise);
        }
        return mayStand() ? Times.earlier(otherwise, standing.nextNanos(state.now())) : otherwise;
    }

    private boolean mayStand() {
        return !state.isDegraded() && state.isVoter() && state.hasLostLeader();
    }

    private @Nullable Candidacy asking() {
        return state.role() == Role.CANDIDATE ? latest : null;
    }

    private void askFor(boolean preVote) {
        long epoch = state.ballot.epoch() + (preVote ? 1 : 0);
        latest = new Candidacy(preVote, epoch, ++attempts, state.now() + state.timeoutNanos, state.self.node());
        state.hearing.connected().forEach(this::ask);
        proceed();
    }

    /** Asks a voter that has not answered yet, also again: the first request may be lost. */
    void ask(Member peer) {
        Candidacy asking = asking();
        if (asking != null && state.configuration().isVoter(peer) && !asking.isAnsweredBy(peer.node())) {
            state.send(
                    peer.node(), new ElectionRequest(asking.preVote(), asking.epoch(), state.last(), asking.attempt()));
        }
    }

    void answered(Member from, ElectionResponse response) {
        Candidacy asking = asking();
        if (asking != null
                && asking.isAnsweredIn(response)
                && state.configuration().isVoter(from)) {
            asking.count(from.node(), response.granted());
            proceed();
        }
    }

    private void proceed() {
        Candidacy asking = Objects.requireNonNull(asking());
        int election = state.quorums().election();
        if (asking.isWon(election)) {
            if (asking.preVote()) {
                elections++;
                LOG.info("node={} role=CANDIDATE epoch={} log={}", state.self.node(), asking.epoch(), state.last());
                state.promise(asking.epoch(), state.self.node()); // [E3] only now the epoch rises
                state.tellFollow();
                askFor(false);
            } else {
                leading.begin();
            }
        } else if (asking.isHopeless(state.quorums().voters(), election)) {
            giveUp();
        }
    }

    private void giveUp() {
        state.become(Role.FOLLOWER);
        standing.failed(state.now());
    }

    /** Those who were asked may be no voters any more. */
    void configured() {
        if (asking() != null) {
            giveUp();
        }
    }

    void votedForAnother() {
        standing.votedForAnother(state.now());
    }

    void fetched(Member from, LogEntries answer) {
        fetching.answered(from, answer);
    }

    void fetchEnded(long number, boolean taken) {
        fetching.ended(number, taken);
    }

    void disconnected(Member peer) {
        fetching.disconnected(peer);
    }

    /** Whether this voter leaves it to others to stand [E4]. */
    boolean forfeits() {
        return mayStand() && standing.forfeits();
    }

    long elections() {
        return elections;
    }
}
