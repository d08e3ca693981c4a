package io.ngrid.node.state;

import io.ngrid.spi.Member;
import io.vavr.collection.HashMap;
import io.vavr.collection.HashSet;
import io.vavr.collection.Map;
import io.vavr.collection.Set;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A session [S1]. Its sequences are below the floor (settled), closed (settled, without a result), executed (with a result),
 * or open.
 *
 * @param owner the node and its storage
 * @param start the node's start number
 * @param floor every lower sequence is settled
 * @param next the lowest open sequence; follows from the rest, kept because every operation asks for it
 * @param closed closed sequences from the floor on
 * @param results results of executed sequences from the floor on
 */
public record SessionState(
        Member owner, long start, long floor, long next, Set<Long> closed, Map<Long, Result> results) {

    static SessionState open(Member owner, long start) {
        return new SessionState(owner, start, 1, 1, HashSet.empty(), HashMap.empty());
    }

    /** A session of which everything is known but {@link #next}. */
    static SessionState of(Member owner, long start, long floor, Set<Long> closed, Map<Long, Result> results) {
        return new SessionState(owner, start, floor, nextFrom(floor, closed, results), closed, results);
    }

    /**
     * Takes over what a request says of other sequences. Results that are dropped go to {@code dropped}.
     *
     * @param newFloor lowest sequence that the proxy has not settled; a lower one than before changes nothing
     * @param newlyClosed sequences that the proxy has settled
     * @param readEmpty polls that were answered as empty by a read
     */
    SessionState settle(long newFloor, List<Long> newlyClosed, List<Long> readEmpty, Consumer<Result> dropped) {
        Set<Long> stillClosed = closed;
        Map<Long, Result> kept = results;
        long from = Math.max(floor, newFloor); // [S1] it never falls
        if (from > floor) {
            kept = withoutBelow(kept, from, dropped);
            stillClosed = withoutBelow(stillClosed, from);
        }
        for (long sequence : newlyClosed) {
            if (sequence >= from && !stillClosed.contains(sequence)) {
                stillClosed = stillClosed.add(sequence);
                Result result = kept.get(sequence).getOrNull();
                if (result != null) { // nobody may ask for it any more
                    dropped.accept(result);
                    kept = kept.remove(sequence);
                }
            }
        }
        for (long sequence : readEmpty) {
            if (sequence >= from && !stillClosed.contains(sequence) && !kept.containsKey(sequence)) {
                kept = kept.put(sequence, new Result.Polled(0, List.of()));
            }
        }
        if (from == floor && stillClosed == closed && kept == results) {
            return this;
        }
        return new SessionState(
                owner, start, from, nextFrom(Math.max(next, from), stillClosed, kept), stillClosed, kept);
    }

    /** What a sequence comes to without being executed now; null if it is to be executed. */
    @Nullable
    Outcome judge(long sequence) {
        if (sequence < floor || closed.contains(sequence)) {
            return new Outcome.Settled();
        }
        Result result = results.get(sequence).getOrNull();
        if (result != null) {
            return new Outcome.Executed(result);
        }
        return sequence > next ? new Outcome.Gap(next) : null;
    }

    boolean isSettled(long sequence) {
        return sequence < next || closed.contains(sequence) || results.containsKey(sequence);
    }

    /** With the result of the lowest open sequence. */
    SessionState executed(long sequence, Result result) {
        if (sequence != next) {
            throw new IllegalStateException("executed sequence " + sequence + " while " + next + " is open");
        }
        Map<Long, Result> more = results.put(sequence, result);
        return new SessionState(owner, start, floor, nextFrom(next, closed, more), closed, more);
    }

    private static long nextFrom(long from, Set<Long> closed, Map<Long, Result> results) {
        long next = from;
        while (results.containsKey(next) || closed.contains(next)) {
            next++;
        }
        return next;
    }

    private Map<Long, Result> withoutBelow(Map<Long, Result> all, long bound, Consumer<Result> dropped) {
        if (bound - floor > all.size()) {
            all.forEach((sequence, result) -> {
                if (sequence < bound) {
                    dropped.accept(result);
                }
            });
            return all.filterKeys(sequence -> sequence >= bound);
        }
        Map<Long, Result> rest = all;
        for (long sequence = floor; sequence < bound; sequence++) {
            Result result = rest.get(sequence).getOrNull();
            if (result != null) {
                dropped.accept(result);
                rest = rest.remove(sequence);
            }
        }
        return rest;
    }

    private Set<Long> withoutBelow(Set<Long> all, long bound) {
        if (bound - floor > all.size()) {
            return all.isEmpty() ? all : all.filter(sequence -> sequence >= bound);
        }
        Set<Long> rest = all;
        for (long sequence = floor; sequence < bound; sequence++) {
            rest = rest.remove(sequence);
        }
        return rest;
    }
}
