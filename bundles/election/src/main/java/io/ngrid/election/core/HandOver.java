package io.ngrid.election.core;

import io.ngrid.api.NodeId;
import io.ngrid.spi.Member;
import io.ngrid.spi.election.ElectionEffect;
import io.ngrid.spi.election.ElectionOptions;
import io.ngrid.spi.election.Role;
import io.ngrid.spi.message.Heartbeat;
import io.ngrid.spi.message.LeadershipTransfer;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A leader gives the leadership away: back to a higher ID that is fit again [E6], to a voter that hears W when the leader
 * does not [E5], or to one with space when its own disk is full [D3].
 *
 * <pre>
 * idle      a voter has been ready for its time      -> stopped: nothing is admitted any more
 * stopped   it has everything                        -> sent: it is asked to stand
 * stopped   not within half an election time-out     -> idle, resumed
 * sent      it declines, or nothing for a time-out   -> idle, resumed
 * any       the voter is gone                        -> idle, resumed
 * any       this node leads no more                  -> idle
 * </pre>
 */
final class HandOver {
    private static final Logger LOG = LoggerFactory.getLogger(HandOver.class);
    private static final long MEMORY_NANOS = 600_000_000_000L;
    private static final int MOST_DOUBLINGS = 10;

    private final State state;
    private final Leading leading;
    private final long delayNanos;

    /** Since when each voter is connected, caught up and fit without a break. */
    private final Map<NodeId, Long> readySince = new TreeMap<>();

    /** Since when this leader has not heard W, while it does not. */
    private @Nullable Long shortSince;

    /** Attempts of the last ten minutes, also those of earlier epochs. */
    private final Deque<Long> attempts = new ArrayDeque<>();

    /** The log's end two to four heartbeats ago is what a voter that keeps up shows to have. */
    private long sampleNanos;

    private long sampled;
    private long sampledBefore;

    private @Nullable NodeId to;
    private boolean sent;
    private long attempt;
    private long begunNanos;

    HandOver(State state, Leading leading, long delayNanos) {
        this.state = state;
        this.leading = leading;
        this.delayNanos = delayNanos;
    }

    void elapse() {
        if (state.role() != Role.LEADER) {
            to = null;
            readySince.clear();
            shortSince = null;
            sampled = Long.MAX_VALUE; // nobody has caught up with a new leader before it has measured
            sampledBefore = Long.MAX_VALUE;
            return;
        }
        sample();
        if (!leading.hearsEnough()) {
            shortSince = shortSince == null ? Long.valueOf(state.now()) : shortSince;
        } else {
            shortSince = null;
            if (to == null && leadsAsHighest() && !state.isFull()) {
                readySince.clear();
                return; // the usual case, with every heartbeat
            }
        }
        List<Hearing.Voter> heard = state.heard();
        watch(heard);
        NodeId next = to;
        if (next == null) {
            next = wanted(heard);
            if (next != null) {
                begin(next);
            }
        } else if (state.isPast(deadlineNanos())) {
            resume(sent ? "no answer in time" : "it did not get everything in time");
        } else if (heard.stream().noneMatch(voter -> voter.node().equals(to))) {
            resume("it is gone");
        }
    }

    private boolean leadsAsHighest() {
        for (Member voter : state.configuration().voters()) {
            if (voter.node().compareTo(state.self.node()) > 0) {
                return false;
            }
        }
        return true;
    }

    private void sample() {
        if (sampled == Long.MAX_VALUE || state.isPast(sampleNanos + 2 * state.heartbeatNanos)) {
            sampledBefore = sampled;
            sampled = state.last().index();
            sampleNanos = state.now();
        }
    }

    private void watch(List<Hearing.Voter> heard) {
        Set<NodeId> ready = heard.stream()
                .filter(voter -> isReady(voter, heard))
                .map(Hearing.Voter::node)
                .collect(Collectors.toSet());
        readySince.keySet().retainAll(ready);
        ready.forEach(node -> readySince.putIfAbsent(node, state.now()));
    }

    /** Follows, keeps up, and is fit to lead in this leader's place. */
    private boolean isReady(Hearing.Voter voter, List<Hearing.Voter> heard) {
        Heartbeat shown = voter.shown();
        boolean follows = shown.epoch() == state.ballot.epoch()
                && state.self.node().equals(shown.leader())
                && shown.last().epoch() == state.ballot.epoch();
        boolean keepsUp = shown.last().index() >= sampledBefore;
        return follows && keepsUp && leading.hears(voter.node()) && isFit(voter, heard);
    }

    /** Space, E voters that it hears and that hear it, and W if this leader hears W. */
    private boolean isFit(Hearing.Voter voter, List<Hearing.Voter> heard) {
        long mutual = 1 + (voter.hears(state.self.node()) ? 1 : 0);
        for (Hearing.Voter other : heard) {
            boolean both = voter.hears(other.node()) && other.hears(voter.node());
            mutual += both && other.shown().fit() ? 1 : 0;
        }
        return voter.shown().fit()
                && !voter.shown().full()
                && mutual >= state.quorums().election()
                && (!leading.hearsEnough() || hearsEnough(voter, heard));
    }

    /**
     * What a voter says that it hears counts, unless this leader hears that other one too and knows better: that it does
     * not hear the voter, or is degraded and acknowledges nothing [D1].
     */
    private boolean hearsEnough(Hearing.Voter voter, List<Hearing.Voter> heard) {
        long useless = heard.stream()
                .filter(other -> voter.hears(other.node()))
                .filter(other -> !other.hears(voter.node()) || !other.shown().fit())
                .count();
        return 1 + voter.shown().hears().size() - useless >= state.quorums().replication();
    }

    /** Of those that are ready the highest; lower ones only when this leader cannot take writes. */
    private @Nullable NodeId wanted(List<Hearing.Voter> heard) {
        NodeId best = null;
        NodeId ableToWrite = null;
        for (Hearing.Voter voter : heard) { // in the order of IDs
            if (readySince.containsKey(voter.node())) {
                best = voter.node();
                ableToWrite = hearsEnough(voter, heard) ? voter.node() : ableToWrite;
            }
        }
        boolean canNotWrite = hasNoticed() || state.isFull();
        if (ableToWrite != null && canNotWrite && isReadyFor(ableToWrite, state.timeoutNanos)) {
            return ableToWrite; // [E5], [D3]
        }
        boolean higher = best != null && best.compareTo(state.self.node()) > 0;
        return higher && isReadyFor(best, delayNanos) ? best : null;
    }

    /** [E5] W has not been heard for so long that a voter to which the same happened has noticed it, and said so. */
    private boolean hasNoticed() {
        return shortSince != null && state.isPast(shortSince + state.timeoutNanos + 2 * state.heartbeatNanos);
    }

    /** The time doubles with each attempt. */
    private boolean isReadyFor(@Nullable NodeId node, long baseNanos) {
        Long since = node == null ? null : readySince.get(node);
        return since != null && baseNanos != ElectionOptions.NEVER && state.isPast(since + doubled(baseNanos));
    }

    private long doubled(long baseNanos) {
        attempts.removeIf(at -> state.isPast(at + MEMORY_NANOS));
        return baseNanos << Math.min(attempts.size(), MOST_DOUBLINGS);
    }

    private void begin(NodeId next) {
        LOG.info("node={} hands over epoch={} to={}", state.self.node(), state.ballot.epoch(), next);
        to = next;
        sent = false;
        attempt++;
        begunNanos = state.now();
        attempts.add(state.now());
        readySince.clear();
        state.emit(new ElectionEffect.StopAdmitting(next));
    }

    void hasEverything(NodeId voter) {
        if (state.role() == Role.LEADER && voter.equals(to) && !sent) {
            sent = true;
            state.send(voter, new LeadershipTransfer(state.ballot.epoch(), attempt, false));
        }
    }

    void declined(Member from, LeadershipTransfer answer) {
        boolean answers = answer.epoch() == state.ballot.epoch() && answer.attempt() == attempt;
        if (state.role() == Role.LEADER && sent && from.node().equals(to) && answers) {
            resume("it got no quorum");
        }
    }

    private void resume(String why) {
        LOG.info("node={} goes on leading epoch={}, to={}: {}", state.self.node(), state.ballot.epoch(), to, why);
        to = null;
        state.emit(new ElectionEffect.ResumeAdmitting());
    }

    private long deadlineNanos() {
        return begunNanos + (sent ? state.timeoutNanos : state.timeoutNanos / 2);
    }

    /** When {@link #elapse} has something to do, or the given time if that is earlier. Readiness is seen with heartbeats. */
    long next(long otherwise) {
        return to == null ? otherwise : Times.earlier(otherwise, deadlineNanos());
    }
}
