package io.ngrid.election.core;

import io.ngrid.api.NodeId;
import io.ngrid.spi.Member;
import io.ngrid.spi.election.Role;
import io.ngrid.spi.message.ElectionRequest;
import io.ngrid.spi.message.ElectionResponse;
import io.ngrid.spi.message.LeadershipTransfer;
import io.ngrid.spi.message.LogEntries;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Stands for election: first asks for pre-votes, then, in an epoch of its own, for votes. When the leader hands over [E6] it
 * stays its follower while it asks for pre-votes: without E of them nothing has happened.
 */
final class Campaign {
    private static final Logger LOG = LoggerFactory.getLogger(Campaign.class);

    private final State state;
    private final Standing standing;
    private final Fetching fetching;
    private final Leading leading;
    private @Nullable Candidacy latest;
    private @Nullable Candidacy successor;
    private @Nullable LeadershipTransfer obeyed;
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
        if (asking != null
                && (state.isPast(asking.deadlineNanos())
                        || asking.isHopeless(state.hears(), state.quorums().election()))) {
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
            askFor(true, false);
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
        if (state.role() == Role.CANDIDATE) {
            return latest;
        }
        boolean stillFollows = successor != null
                && successor.epoch() == state.ballot.epoch() + 1
                && state.role() == Role.FOLLOWER
                && state.watch.leader() != null
                && !state.isDegraded();
        return stillFollows ? successor : null;
    }

    private void askFor(boolean preVote, boolean handOver) {
        long epoch = state.ballot.epoch() + (preVote ? 1 : 0);
        long patience = preVote && handOver ? state.timeoutNanos / 2 : state.timeoutNanos;
        Candidacy next = new Candidacy(preVote, handOver, epoch, ++attempts, state.now() + patience, state.self.node());
        if (preVote && handOver) {
            successor = next;
        } else {
            latest = next;
        }
        state.hearing.connected().forEach(this::ask);
        proceed();
    }

    /** [E6] Obeyed once, by a follower of that leader in that epoch; nobody else answers. */
    void transferred(Member from, LeadershipTransfer transfer) {
        boolean follows = state.role() == Role.FOLLOWER
                && transfer.epoch() == state.ballot.epoch()
                && state.watch.isLeader(from.node())
                && state.isVoter()
                && !state.isDegraded();
        boolean isNew = obeyed == null || obeyed.epoch() != transfer.epoch() || obeyed.attempt() < transfer.attempt();
        if (follows && isNew) {
            obeyed = transfer;
            LOG.info(
                    "node={} is handed the leadership by={} epoch={}",
                    state.self.node(),
                    from.node(),
                    transfer.epoch());
            askFor(true, true);
        }
    }

    /** Asks a voter that has not answered yet, also again: the first request may be lost. */
    void ask(Member peer) {
        Candidacy asking = asking();
        if (asking != null && state.configuration().isVoter(peer) && !asking.isAnsweredBy(peer.node())) {
            state.send(
                    peer.node(),
                    new ElectionRequest(
                            asking.preVote(), asking.epoch(), state.last(), asking.attempt(), asking.handOver()));
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
                successor = null;
                state.become(Role.CANDIDATE);
                LOG.info("node={} role=CANDIDATE epoch={} log={}", state.self.node(), asking.epoch(), state.last());
                state.promise(asking.epoch(), state.self.node()); // [E3] only now the epoch rises
                state.tellFollow();
                askFor(false, asking.handOver());
            } else {
                leading.begin();
            }
        }
    }

    private void giveUp() {
        NodeId leader = state.watch.leader();
        if (successor != null && state.role() == Role.FOLLOWER && leader != null) {
            successor = null;
            LeadershipTransfer asked = Objects.requireNonNull(obeyed);
            state.send(leader, new LeadershipTransfer(asked.epoch(), asked.attempt(), true));
            return;
        }
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
        fetching.drop();
        standing.votedForAnother(state.now());
    }

    /** [E4] Two that ask for pre-votes would go on to split the votes: the lower one leaves it to the higher. */
    void preVoted(NodeId candidate) {
        boolean yields = state.role() == Role.CANDIDATE
                && Objects.requireNonNull(latest).preVote()
                && candidate.compareTo(state.self.node()) > 0
                && !standing.hasItsTurn();
        if (yields) {
            state.become(Role.FOLLOWER);
            standing.votedForAnother(state.now());
        }
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
