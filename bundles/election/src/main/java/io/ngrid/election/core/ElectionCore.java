package io.ngrid.election.core;

import io.ngrid.api.NodeId;
import io.ngrid.spi.Member;
import io.ngrid.spi.election.Election;
import io.ngrid.spi.election.ElectionEffect;
import io.ngrid.spi.election.ElectionEvent;
import io.ngrid.spi.election.ElectionOptions;
import io.ngrid.spi.election.ElectionView;
import io.ngrid.spi.election.Role;
import io.ngrid.spi.message.ElectionRequest;
import io.ngrid.spi.message.ElectionResponse;
import io.ngrid.spi.message.Heartbeat;
import io.ngrid.spi.message.LeadershipTransfer;
import io.ngrid.spi.message.LogEntries;
import io.ngrid.spi.message.Message;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * The election core: records what an event tells, then looks at the clock, once and in the same way for every event.
 * Roles and promises are in {@link State}.
 */
public final class ElectionCore implements Election {
    private final State state;
    private final Rounds rounds;
    private final Leading leading;
    private final Campaign campaign;
    private final Voting voting;
    private final HandOver handOver;
    private final Heartbeats heartbeats;
    private long nextTickNanos;

    /**
     * Starts as a follower without a leader.
     *
     * @param options what it starts from
     * @param random random numbers
     * @param nowNanos monotonic time
     * @throws IllegalStateException if the log is ahead of the promised epoch
     */
    public ElectionCore(ElectionOptions options, RandomGenerator random, long nowNanos) {
        state = new State(options, nowNanos);
        rounds = new Rounds(options.electionTimeoutNanos());
        leading = new Leading(state, rounds);
        campaign = new Campaign(state, new Standing(options, random), leading);
        voting = new Voting(state, campaign);
        handOver = new HandOver(state, leading, options.handbackDelayNanos());
        heartbeats = new Heartbeats(state, rounds, campaign);
        nextTickNanos = nowNanos;
    }

    @Override
    public List<ElectionEffect> handle(ElectionEvent event, long nowNanos) {
        state.begin(nowNanos);
        if (dispatch(event) || Times.isReached(nextTickNanos, nowNanos)) {
            elapse();
            nextTickNanos = nextTick();
        }
        return state.effects();
    }

    /** Whether more changed than can wait for the next tick; replication is frequent, and mostly changes nothing here. */
    private boolean dispatch(ElectionEvent event) {
        if (event instanceof ElectionEvent.LogChanged log) {
            state.logEndsAt(log.last());
            heartbeats.logChanged(log.commitIndex(), log.releaseIndex());
            return state.watch.leader() == null;
        }
        if (event instanceof ElectionEvent.StateHashed hashed) {
            heartbeats.stateHashed(hashed.hash());
            return false;
        }
        if (event instanceof ElectionEvent.LeaderHeard heard) {
            return leaderHeard(heard.from().node(), heard.epoch());
        }
        if (event instanceof ElectionEvent.EpochSeen seen) {
            return epochSeen(seen.epoch());
        }
        if (event instanceof ElectionEvent.RoundWanted) {
            heartbeats.roundWanted();
            return false;
        }
        if (event instanceof ElectionEvent.Received received) {
            received(received.from(), received.message());
        } else if (event instanceof ElectionEvent.Connected connected) {
            connected(connected.peer());
        } else if (event instanceof ElectionEvent.Disconnected disconnected) {
            disconnected(disconnected.peer());
        } else if (event instanceof ElectionEvent.Configured configured) {
            state.configure(configured.configuration());
            campaign.configured();
        } else if (event instanceof ElectionEvent.FetchEnded ended) {
            campaign.fetchEnded(ended.number(), ended.taken());
        } else if (event instanceof ElectionEvent.HasEverything has) {
            handOver.hasEverything(has.voter());
        } else if (event instanceof ElectionEvent.SpaceChanged space) {
            state.spaceChanged(space.full());
        } else if (event instanceof ElectionEvent.Degraded failed) {
            state.logEndsAt(failed.last());
            degraded();
        }
        return true;
    }

    private void received(Member from, Message message) {
        if (message instanceof Heartbeat heartbeat) {
            heartbeat(from, heartbeat);
        } else if (message instanceof ElectionRequest request) {
            voting.answer(from, request);
        } else if (message instanceof ElectionResponse response) {
            epochSeen(response.epoch());
            campaign.answered(from, response);
        } else if (message instanceof LogEntries entries) {
            campaign.fetched(from, entries);
        } else if (message instanceof LeadershipTransfer transfer) {
            if (transfer.declined()) {
                handOver.declined(from, transfer);
            } else {
                campaign.transferred(from, transfer);
            }
        } else {
            throw new IllegalStateException("not a message of elections: " + message.getClass());
        }
    }

    private void heartbeat(Member from, Heartbeat heartbeat) {
        state.hearing.heard(from, heartbeat, state.now());
        if (from.node().equals(heartbeat.leader())) {
            leaderHeard(from.node(), heartbeat.epoch());
            if (state.watch.isLeader(from.node())) {
                heartbeats.leaderBeat();
            }
        } else {
            if (state.watch.isLeader(from.node()) && heartbeat.epoch() >= state.ballot.epoch()) {
                state.watch.lose(); // it says itself that it leads no more, and never will again in this epoch
            }
            epochSeen(heartbeat.epoch());
        }
        leading.heard(from, heartbeat);
        if (heartbeat.replyWanted()) {
            state.tellFollow();
            heartbeats.beat(from, false);
        }
    }

    private boolean leaderHeard(NodeId leader, long epoch) {
        if (epoch < state.ballot.epoch()) {
            return false; // it learns of the higher epoch from our heartbeats
        }
        boolean isNew = epoch > state.ballot.epoch() || !state.watch.isLeader(leader);
        if (epoch > state.ballot.epoch()) {
            state.promise(epoch, null);
        }
        state.leads(leader);
        return isNew;
    }

    /**
     * A higher epoch without a leader. Whoever follows a live leader stays with it: a node that went ahead alone must not
     * drag others away. The leader itself gives way, else that node could never follow it; the next epoch unites them.
     */
    private boolean epochSeen(long epoch) {
        boolean adopts = epoch > state.ballot.epoch() && (state.role() == Role.LEADER || !state.hasLeader());
        if (adopts) {
            state.promise(epoch, null);
        }
        return adopts;
    }

    private void connected(Member peer) {
        state.hearing.connected(peer);
        state.watch.connected(peer.node());
        heartbeats.beat(peer, false);
        campaign.ask(peer);
    }

    private void disconnected(Member peer) {
        state.hearing.disconnected(peer);
        state.watch.disconnected(peer.node(), state.now());
        campaign.disconnected(peer);
    }

    private void degraded() {
        state.degrade(); // [D1]
        if (state.role() != Role.FOLLOWER) {
            state.resign();
        }
    }

    private void elapse() {
        leading.elapse();
        if (!state.hasLeader()) {
            state.watch.lose();
        }
        state.tellFollow();
        campaign.elapse();
        leading.elapse(); // a cluster of one leads by now
        handOver.elapse();
        heartbeats.elapse();
    }

    private long nextTick() {
        long next = state.hearing.nextSilence(state.now(), heartbeats.nextNanos());
        if (state.role() == Role.LEADER) {
            return handOver.next(leading.next(next));
        }
        if (state.watch.leader() != null) {
            return Times.earlier(campaign.next(next), state.watch.lostAtNanos());
        }
        if (!state.isPast(state.trustedNanos())) {
            next = Times.earlier(next, state.trustedNanos());
        }
        return campaign.next(next);
    }

    @Override
    public long nextTickNanos() {
        return nextTickNanos;
    }

    @Override
    public long nextRound() {
        return rounds.current() + 1;
    }

    @Override
    public ElectionView view() {
        return new ElectionView(
                state.role(),
                state.ballot.epoch(),
                state.watch.leader(),
                state.hears(),
                campaign.elections(),
                state.leaderChanges(),
                Reason.of(state));
    }
}
