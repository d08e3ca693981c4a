package io.ngrid.election.core;

import io.ngrid.api.NodeId;
import io.ngrid.spi.Configuration;
import io.ngrid.spi.LogPosition;
import io.ngrid.spi.election.ElectionOptions;
import java.util.Comparator;
import java.util.List;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Whether this voter, which has lost its leader, shall stand [E4].
 *
 * <p>The highest ID among E voters who have lost the leader and hear each other stands at once, when it has fetched what
 * it lacks of the best log among them; the others wait for it, for a random 1 to 2 election time-outs at most. A voter
 * does not wait for one that cannot win: one that forfeits, because what it lacks is too much or could not be fetched, or
 * that does not itself hear E. It waits a heartbeat for one that goes before it, or knows more, but has not lost the
 * leader yet, or does not hear it or E yet, so that a few milliseconds do not decide who leads.
 */
final class Standing {
    private static final int FETCHES = 2;

    /** What to do now; at most one of the two. */
    record Choice(boolean stands, @Nullable NodeId fetchesFrom) {
        static final Choice WAIT = new Choice(false, null);
        static final Choice STAND = new Choice(true, null);
    }

    private final NodeId self;
    private final long heartbeatNanos;
    private final long timeoutNanos;
    private final RandomGenerator random;

    private boolean leaderless;
    private long fallbackNanos;
    /** Fewer than E are heard: nobody could stand, and the fallback timer begins anew when they are. */
    private boolean alone;

    private long notBeforeNanos;
    private boolean chosen;
    private long chosenNanos;
    private boolean forfeits;
    private int failedFetches;
    /** The fallback timer has run out: this voter may stand whatever its ID. */
    private boolean hasItsTurn;

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
        hasItsTurn = false;
        tryAgain();
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
        hasItsTurn = false;
        if (Times.isReached(fallbackNanos, nowNanos)) {
            fallbackNanos = fallback(nowNanos);
        }
    }

    /** What this voter lacked is in its log. */
    void fetched() {
        failedFetches = 0;
    }

    void fetchFailed() {
        if (++failedFetches >= FETCHES) {
            forfeit();
        }
    }

    /** Leaves it to the next ID until the fallback timer has run out. */
    void forfeit() {
        forfeits = true;
        hasItsTurn = false;
    }

    boolean forfeits() {
        return forfeits;
    }

    /** Whether it stands because its fallback timer has run out, not by its ID. */
    boolean hasItsTurn() {
        return hasItsTurn;
    }

    private void tryAgain() {
        forfeits = false;
        failedFetches = 0;
    }

    private void begin(long nowNanos) {
        if (!leaderless) {
            leaderless = true;
            alone = false;
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

    /** Asked only while this voter has lost its leader, and fetches nothing. */
    Choice choose(Configuration configuration, List<Hearing.Voter> heard, LogPosition last, long nowNanos) {
        begin(nowNanos);
        int election = configuration.quorums().election();
        boolean wasAlone = alone;
        alone = 1 + heard.size() < election;
        if (wasAlone && !alone) {
            fallbackNanos = fallback(nowNanos);
        } else if (Times.isReached(fallbackNanos, nowNanos)) {
            fallbackNanos = fallback(nowNanos);
            hasItsTurn = true;
            tryAgain();
        }
        List<Hearing.Voter> lost = heard.stream()
                .filter(v -> v.shown().lostLeader() && v.hears(self))
                .toList();
        boolean quorum = 1 + lost.size() >= election;
        if (!quorum || forfeits || !isHighest(lost, election)) {
            chosen = false;
        } else if (!chosen) {
            chosen = true;
            chosenNanos = nowNanos;
        }
        if (!Times.isReached(notBeforeNanos, nowNanos)) {
            return Choice.WAIT;
        }
        if (hasItsTurn && mayWin(election, heard, last)) {
            return Choice.STAND;
        }
        if (chosen
                && (Times.isReached(chosenNanos + heartbeatNanos, nowNanos) || !isBetterOneComing(heard, lost, last))) {
            return standOrFetch(lost, last);
        }
        if (hasItsTurn && quorum) {
            return standOrFetch(lost, last);
        }
        hasItsTurn = false;
        return Choice.WAIT;
    }

    /** When {@link #choose} may change its mind without an event. */
    long nextNanos(long nowNanos) {
        long next = chosen ? Times.earlier(fallbackNanos, chosenNanos + heartbeatNanos) : fallbackNanos;
        return Times.isReached(notBeforeNanos, nowNanos) ? next : notBeforeNanos;
    }

    private boolean isHighest(List<Hearing.Voter> lost, int election) {
        return lost.stream()
                .noneMatch(v -> goesBefore(v) && 1 + v.shown().hears().size() >= election);
    }

    private static Choice standOrFetch(List<Hearing.Voter> lost, LogPosition last) {
        return lost.stream()
                .filter(v -> v.shown().last().compareTo(last) > 0)
                .max(Comparator.comparing(v -> v.shown().last()))
                .map(best -> new Choice(false, best.node()))
                .orElse(Choice.STAND);
    }

    /** Of those that have lost the leader the highest is chosen, and the best log fetched from: another may join them yet. */
    private boolean isBetterOneComing(List<Hearing.Voter> heard, List<Hearing.Voter> lost, LogPosition last) {
        return heard.stream()
                .filter(v -> v.shown().fit())
                .anyMatch(v ->
                        goesBefore(v) || !lost.contains(v) && v.shown().last().compareTo(last) > 0);
    }

    private boolean goesBefore(Hearing.Voter voter) {
        return !voter.shown().forfeits() && voter.node().compareTo(self) > 0;
    }

    private static boolean mayWin(int election, List<Hearing.Voter> heard, LogPosition last) {
        long notAhead = heard.stream()
                .filter(v -> v.shown().last().compareTo(last) <= 0)
                .count();
        return 1 + notAhead >= election;
    }
}
