package io.ngrid.election.core;

import io.ngrid.api.NodeId;
import io.ngrid.spi.Member;
import io.ngrid.spi.election.ElectionEffect;
import io.ngrid.spi.election.Role;
import io.ngrid.spi.message.LogEntries;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Fetches what this voter lacks, before it stands [E4]; one fetch at a time.
 *
 * <pre>
 * idle    begin                                  -> asking
 * asking  a fitting answer                       -> taking, once the sender's epoch is promised, and a higher one than its own
 *                                                   if a tail is to be cut
 * asking  no answer in time, too much, no sender -> idle, failed
 * taking  durable in the log                     -> idle
 * taking  refused by the log                     -> idle, failed
 * any     a leader, another epoch, a vote given  -> idle: what comes of it is late and dropped
 * </pre>
 */
final class Fetching {
    private static final Logger LOG = LoggerFactory.getLogger(Fetching.class);

    private final State state;
    private final Standing standing;
    private @Nullable NodeId from;
    private boolean taking;
    private long number;
    private long epoch;
    private long deadlineNanos;

    Fetching(State state, Standing standing) {
        this.state = state;
        this.standing = standing;
    }

    boolean isUnderWay() {
        return from != null;
    }

    void begin(NodeId better) {
        from = better;
        taking = false;
        number++;
        epoch = state.ballot.epoch();
        deadlineNanos = state.now() + state.timeoutNanos / 2;
        state.emit(new ElectionEffect.Fetch(better, number));
    }

    /** Drops what is under way if this node follows a leader or has gone to another epoch, or if it takes too long. */
    void elapse() {
        if (from == null) {
            return;
        }
        if (!isUndisturbed()) {
            from = null;
        } else if (!taking && state.isPast(deadlineNanos)) {
            failed("no answer in time");
        }
    }

    /** This node has given its vote: it has no use for what comes. */
    void drop() {
        from = null;
    }

    long next(long otherwise) {
        return taking ? otherwise : Times.earlier(otherwise, deadlineNanos);
    }

    void disconnected(Member peer) {
        if (!taking && peer.node().equals(from)) {
            failed("the connection broke");
        }
    }

    /** [E4] An answer is used only if nothing has changed since it was asked for, and if it still helps. */
    void answered(Member sender, LogEntries answer) {
        boolean expected = sender.node().equals(from) && answer.number() == number && !taking && isUndisturbed();
        if (!expected || answer.last().compareTo(state.last()) <= 0) {
            return;
        }
        if (answer.entries().isEmpty()) {
            from = null;
            standing.forfeit();
            LOG.info(
                    "node={} forfeits: log={} lacks too much of {} of {}",
                    state.self.node(),
                    state.last(),
                    answer.last(),
                    sender.node());
            return;
        }
        long promised = Math.max(answer.epoch(), epochToCutIn(answer));
        if (promised > state.ballot.epoch()) {
            state.promise(promised, null);
            state.tellFollow();
        }
        epoch = state.ballot.epoch();
        taking = true;
        state.take(new ElectionEffect.TakeEntries(answer));
    }

    /** What the leader of this epoch may count is kept as long as this epoch lasts; a tail is cut in a higher one [R1]. */
    private long epochToCutIn(LogEntries answer) {
        long current = state.ballot.epoch();
        return answer.previous().equals(state.last()) ? current : current + 1;
    }

    void ended(long fetch, boolean taken) {
        if (!taking || fetch != number || from == null) {
            return;
        }
        if (taken) {
            LOG.info("node={} fetched from={} log={}", state.self.node(), from, state.last());
            from = null;
            standing.fetched();
        } else {
            failed("it contradicts what is committed here");
        }
    }

    private boolean isUndisturbed() {
        return state.ballot.epoch() == epoch && state.watch.leader() == null && state.role() == Role.FOLLOWER;
    }

    private void failed(String why) {
        LOG.info("node={} fetches in vain from={} log={}: {}", state.self.node(), from, state.last(), why);
        from = null;
        standing.fetchFailed();
    }
}
