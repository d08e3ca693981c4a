package io.ngrid.simulation.check;

import io.ngrid.simulation.check.Call.Flag;
import io.ngrid.simulation.check.Call.NotExecuted;
import io.ngrid.simulation.check.Call.Offer;
import io.ngrid.simulation.check.Call.Outcome;
import io.ngrid.simulation.check.Call.Poll;
import io.ngrid.simulation.check.Call.Previous;
import io.ngrid.simulation.check.Call.Put;
import io.ngrid.simulation.check.Call.Unknown;
import java.util.List;

/** A call, and the time in which it took effect if it did; {@link Spans} narrows that down. */
final class Timed {
    final Call call;
    /** A write; otherwise it only looks. */
    final boolean write;
    /** Whether it has its place in its session's order; calls that wait have none. */
    final boolean ordered;

    /** Whether its caller knows what came of it. */
    final boolean answered;

    long earliest;
    long latest;
    /** Whether it certainly took effect. */
    boolean certain;

    Timed(Call call) {
        this.call = call;
        Call.Operation operation = call.operation();
        this.write =
                !(operation instanceof Call.Peek || operation instanceof Call.Size || operation instanceof Call.Get);
        this.ordered =
                !(operation instanceof Poll poll && poll.waits() || operation instanceof Offer offer && offer.waits());
        this.answered = !(call.outcome() instanceof Unknown);
        this.certain = answered;
        this.earliest = call.invokedNanos();
        this.latest = certain ? call.returnedNanos() : Call.NEVER; // what is unknown may still be under way
    }

    /** Whether there is anything to check about it. */
    static boolean matters(Call call) {
        return !(call.outcome() instanceof NotExecuted || call.outcome() instanceof Unknown && !new Timed(call).write);
    }

    /** Values that it wrote if it took effect. */
    List<Long> written() {
        Outcome outcome = call.outcome();
        if (outcome instanceof Flag flag && !flag.done() || outcome instanceof Previous previous && !previous.done()) {
            return List.of();
        }
        return writing(call);
    }

    /** Values that a call was to write. */
    static List<Long> writing(Call call) {
        if (call.operation() instanceof Offer offer) {
            return offer.values();
        }
        return call.operation() instanceof Put put ? List.of(put.value()) : List.of();
    }

    /** Values that it was told. */
    List<Long> seen() {
        Outcome outcome = call.outcome();
        if (outcome instanceof Call.Values values) {
            return values.values();
        }
        long value = outcome instanceof Previous previous
                ? previous.value()
                : outcome instanceof Call.Value found ? found.value() : 0;
        return value == 0 ? List.of() : List.of(value);
    }

    /**
     * Whether it took effect before another, if both did: by their times, or by their session. A read waits for the writes
     * before it as long as they are not given up.
     */
    boolean isBefore(Timed other) {
        return latest < other.earliest
                || write
                        && ordered
                        && other.ordered
                        && (answered || other.write)
                        && call.number() < other.call.number()
                        && call.session().equals(other.call.session());
    }

    @Override
    public String toString() {
        String returned = call.returnedNanos() == Call.NEVER ? "never" : Long.toString(call.returnedNanos());
        return "#" + call.number() + " " + call.session() + " " + call.operation() + " -> " + call.outcome() + " at "
                + call.invokedNanos() + ".." + returned;
    }
}
