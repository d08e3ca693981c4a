package io.ngrid.election.core;

import io.ngrid.api.NodeId;
import io.ngrid.spi.Member;
import io.ngrid.spi.StateHash;
import io.ngrid.spi.election.Role;
import io.ngrid.spi.message.Heartbeat;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Sends heartbeats: to every peer with every interval and on news, to one that asks, and in rounds for reads.
 *
 * <p>A follower keeps time with its leader: it sends when it hears the leader's, if its own is due within a tenth of an
 * interval, and otherwise at the latest a tenth after the interval. So all nodes of an idle cluster wake together, once an
 * interval, and not each of them once for every other (H41).
 */
final class Heartbeats {
    /** What peers wait for: told at once when it changes, not with the next heartbeat. */
    private record News(
            @Nullable NodeId leader, boolean lost, boolean forfeits, boolean fit, boolean full, List<NodeId> hears) {

        /** As equals, which a JVM compiles late, and this is asked with every event (H41). */
        boolean isSameAs(@Nullable News other) {
            return other != null
                    && Objects.equals(leader, other.leader)
                    && lost == other.lost
                    && forfeits == other.forfeits
                    && fit == other.fit
                    && full == other.full
                    && hears.equals(other.hears);
        }
    }

    private final State state;
    private final Rounds rounds;
    private final Campaign campaign;
    private long commitIndex;
    private long releaseIndex;
    private StateHash stateHash = StateHash.NONE;
    private long dueNanos;
    private @Nullable News told;

    Heartbeats(State state, Rounds rounds, Campaign campaign) {
        this.state = state;
        this.rounds = rounds;
        this.campaign = campaign;
        dueNanos = state.now();
    }

    void logChanged(long committed, long releasable) {
        commitIndex = committed;
        releaseIndex = releasable;
    }

    void stateHashed(StateHash hash) {
        stateHash = hash;
    }

    void elapse() {
        News news = new News(
                state.watch.leader(),
                state.showsLost(),
                campaign.forfeits(),
                !state.isDegraded(),
                state.isFull(),
                state.watch.leader() == null ? state.hears() : List.of());
        boolean isNew = !news.isSameAs(told);
        if (isNew || state.isPast(nextNanos())) {
            told = news;
            dueNanos = state.now() + state.heartbeatNanos;
            rounds.begin(state.now());
            for (Member peer : state.hearing.connected()) {
                beat(peer, isNew && state.role() == Role.LEADER); // a fresh leader wants to be echoed soon
                campaign.ask(peer);
            }
        }
    }

    /** When the next ones are due; a follower gives its leader's a moment to come first. */
    long nextNanos() {
        boolean follows = state.role() != Role.LEADER && state.watch.leader() != null;
        return follows ? dueNanos + slackNanos() : dueNanos;
    }

    /** The leader's heartbeat came. */
    void leaderBeat() {
        if (state.isPast(dueNanos - slackNanos())) {
            dueNanos = state.now() - slackNanos();
        }
    }

    private long slackNanos() {
        return state.heartbeatNanos / 10;
    }

    /** [L1] Every read that waits gets a round of its own: one that was sent before it arrived confirms nothing. */
    void roundWanted() {
        if (state.role() == Role.LEADER) {
            rounds.begin(state.now());
            for (Member peer : state.hearing.connected()) {
                if (state.configuration().isVoter(peer)) {
                    beat(peer, true);
                }
            }
        }
    }

    void beat(Member to, boolean replyWanted) {
        // A degraded node echoes nothing: it acknowledges nothing either, so no leader may count on it [D1].
        Hearing.Echo echo = state.isDegraded() ? Hearing.Echo.NONE : state.hearing.echoFor(to.node());
        state.send(
                to.node(),
                new Heartbeat(
                        state.ballot.epoch(),
                        state.watch.leader(),
                        state.last(),
                        commitIndex,
                        state.role() == Role.LEADER ? releaseIndex : 0,
                        state.hears(),
                        state.showsLost(),
                        campaign.forfeits(),
                        !state.isDegraded(),
                        state.isFull(),
                        rounds.current(),
                        echo.round(),
                        echo.epoch(),
                        replyWanted,
                        stateHash));
    }
}
