package io.ngrid.election.core;

import io.ngrid.api.NodeId;
import io.ngrid.spi.Member;
import io.ngrid.spi.election.ElectionEffect;
import io.ngrid.spi.election.Role;
import io.ngrid.spi.message.Heartbeat;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What a leader does: counts echoes, and steps down when they are too few [E5]. */
final class Leading {
    private static final Logger LOG = LoggerFactory.getLogger(Leading.class);

    private final State state;
    private final Rounds rounds;
    private long graceEndsNanos;
    private ElectionEffect.@Nullable WritesAllowed told;

    Leading(State state, Rounds rounds) {
        this.state = state;
        this.rounds = rounds;
    }

    /** [E5] The first time-out is grace: nobody can have echoed in this epoch before it (H13). */
    void begin() {
        state.leads(state.self.node());
        state.emit(new ElectionEffect.Lead(state.ballot.epoch()));
        graceEndsNanos = state.now() + state.timeoutNanos;
        told = null;
        rounds.lead();
    }

    /** [E5], [L1] An echo counts if its sender was still in this epoch, and had got the round in it. */
    void heard(Member from, Heartbeat heartbeat) {
        if (state.role() != Role.LEADER || !state.configuration().isVoter(from)) {
            return;
        }
        long epoch = state.ballot.epoch();
        if (heartbeat.epoch() == epoch
                && heartbeat.echoEpoch() == epoch
                && rounds.echo(from.node(), heartbeat.echoRound())) {
            state.emit(new ElectionEffect.Echoed(from, heartbeat.echoRound()));
        }
        if (!heartbeat.fit()) {
            rounds.forget(from.node()); // degraded: acknowledges nothing [D1]
        }
    }

    void elapse() {
        if (state.role() != Role.LEADER) {
            return;
        }
        boolean grace = !state.isPast(graceEndsNanos);
        List<NodeId> heard = heard(grace);
        if (heard.size() < state.quorums().commit() && !grace) {
            LOG.info(
                    "node={} epoch={} steps down, heard={} needed={} voters={}",
                    state.self.node(),
                    state.ballot.epoch(),
                    heard,
                    state.quorums().commit(),
                    state.quorums().voters());
            state.resign();
            return;
        }
        boolean enough = heard.size() >= state.quorums().replication();
        if (told == null || told.enough() != enough || !told.heard().equals(heard)) {
            told = new ElectionEffect.WritesAllowed(heard, enough);
            state.emit(told);
        }
    }

    /** [E5] Whether W voters are heard, as last told. */
    boolean hearsEnough() {
        return told != null && told.enough();
    }

    /** [E5] Whether a voter has echoed lately. */
    boolean hears(NodeId voter) {
        return rounds.isHeard(voter, state.now());
    }

    private List<NodeId> heard(boolean grace) {
        List<NodeId> hears = grace ? state.hears() : List.of();
        List<NodeId> heard = new ArrayList<>();
        for (Member voter : state.configuration().voters()) {
            NodeId node = voter.node();
            if (node.equals(state.self.node()) || rounds.isHeard(node, state.now()) || hears.contains(node)) {
                heard.add(node);
            }
        }
        return heard;
    }

    /** When {@link #elapse} may have something to do, or the given time if that is earlier. */
    long next(long otherwise) {
        if (state.role() != Role.LEADER) {
            return otherwise;
        }
        long next = rounds.nextSilence(state.now(), otherwise);
        return state.isPast(graceEndsNanos) ? next : Times.earlier(next, graceEndsNanos);
    }
}
