package io.ngrid.election.core;

import io.ngrid.api.NodeId;
import io.ngrid.spi.Configuration;
import io.ngrid.spi.LogPosition;
import io.ngrid.spi.election.ElectionOptions;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * Whether this voter, which has lost its leader, shall stand [E4].
 *
 * <p>The highest ID among E voters who have lost the leader and hear each other stands at once; the others wait for it,
 * for a random 1 to 2 election time-outs at most. A voter does not wait for one that cannot win: one that is behind
 * another of them (without LOG_FETCH it forfeits), or that does not itself hear E. It waits a heartbeat for one
 * that goes before it but has not lost the leader yet, so that a few milliseconds do not decide who leads.
 */
final class Standing {
    private final NodeId self;
    private final long heartbeatNanos;
    private final long timeoutNanos;
    private final RandomGenerator random;

    private boolean leaderless;
    private long fallbackNanos;
    private long notBeforeNanos;
    private boolean chosen;
    private long chosenNanos;

    Standing(ElectionOptions options, RandomGenerator random) {
        this.self = options.self().node();
        this.heartbeatNanos = options.heartbeatNanos();
        this.timeoutNanos = options.electionTimeoutNanos();
        this.random = random;
    }

    /** The leader is there, or this node may not stand: time-outs begin anew when it is lost again. */
    void rest() {
        leaderless = false;
        chosen = false;
    }

    /** A vote was given away: its winner has time to show itself. */
    void votedForAnother(long nowNanos) {
        pause(nowNanos + timeoutNanos / 2, nowNanos);
    }

    /** A candidacy came to nothing: not again at once, and not in step with another candidate. */
    void failed(long nowNanos) {
        pause(nowNanos + heartbeatNanos + upTo(heartbeatNanos), nowNanos);
    }

    private void pause(long notBefore, long nowNanos) {
        begin(nowNanos);
        notBeforeNanos = notBefore;
        chosen = false;
        if (Times.isReached(fallbackNanos, nowNanos)) {
            fallbackNanos = fallback(nowNanos);
        }
    }

    private void begin(long nowNanos) {
        if (!leaderless) {
            leaderless = true;
            notBeforeNanos = nowNanos;
            fallbackNanos = fallback(nowNanos);
        }
    }

    private long fallback(long nowNanos) {
        return nowNanos + timeoutNanos + upTo(timeoutNanos);
    }

    private long upTo(long boundNanos) {
        return random.nextLong(boundNanos) + 1;
    }

    /** Asked only while this voter has lost its leader. */
    boolean isDue(Configuration configuration, List<Hearing.Voter> heard, LogPosition last, long nowNanos) {
        begin(nowNanos);
        int election = configuration.quorums().election();
        if (!isChosen(election, heard, last)) {
            chosen = false;
        } else if (!chosen) {
            chosen = true;
            chosenNanos = nowNanos;
        }
        if (!Times.isReached(notBeforeNanos, nowNanos)) {
            return false;
        }
        if (chosen && (Times.isReached(chosenNanos + heartbeatNanos, nowNanos) || !isBetterOneComing(heard, last))) {
            return true;
        }
        if (Times.isReached(fallbackNanos, nowNanos)) {
            if (mayWin(election, heard, last)) {
                return true;
            }
            fallbackNanos = fallback(nowNanos);
        }
        return false;
    }

    /** When {@link #isDue} may change its mind without an event. */
    long nextNanos(long nowNanos) {
        long next = chosen ? Times.earlier(fallbackNanos, chosenNanos + heartbeatNanos) : fallbackNanos;
        return Times.isReached(notBeforeNanos, nowNanos) ? next : notBeforeNanos;
    }

    private boolean isChosen(int election, List<Hearing.Voter> heard, LogPosition last) {
        List<Hearing.Voter> lost = heard.stream()
                .filter(v -> v.shown().lostLeader() && v.hears(self))
                .toList();
        if (1 + lost.size() < election) {
            return false;
        }
        if (lost.stream().anyMatch(v -> v.shown().last().compareTo(last) > 0)) {
            return false; // behind: forfeits
        }
        return lost.stream()
                .noneMatch(v -> goesBefore(v, last) && 1 + v.shown().hears().size() >= election);
    }

    private boolean isBetterOneComing(List<Hearing.Voter> heard, LogPosition last) {
        return heard.stream().anyMatch(v -> !v.shown().lostLeader() && v.shown().fit() && goesBefore(v, last));
    }

    private boolean goesBefore(Hearing.Voter voter, LogPosition last) {
        int ahead = voter.shown().last().compareTo(last);
        return ahead > 0 || ahead == 0 && voter.node().compareTo(self) > 0;
    }

    private static boolean mayWin(int election, List<Hearing.Voter> heard, LogPosition last) {
        long notAhead = heard.stream()
                .filter(v -> v.shown().last().compareTo(last) <= 0)
                .count();
        return 1 + notAhead >= election;
    }
}
