package io.ngrid.simulation.check;

import io.ngrid.simulation.check.Call.Flag;
import io.ngrid.simulation.check.Call.NotExecuted;
import io.ngrid.simulation.check.Call.Offer;
import io.ngrid.simulation.check.Call.Outcome;
import io.ngrid.simulation.check.Call.Poll;
import io.ngrid.simulation.check.Call.Previous;
import io.ngrid.simulation.check.Call.Put;
import io.ngrid.simulation.check.Call.PutAll;
import io.ngrid.simulation.check.Call.Unknown;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** A call, and the time in which it took effect if it did; {@link Spans} narrows that down. */
final class Timed {
    /**
     * A value.
     *
     * @param place name of the queue, or of the map and the key
     * @param version its version, 0 if it has or tells none
     */
    record Sight(String place, long value, long version) {}

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

    private @Nullable List<Long> written;
    private @Nullable List<Long> seen;

    Timed(Call call) {
        this.call = call;
        Call.Operation operation = call.operation();
        this.write = operation.writes();
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
        if (written == null) {
            written = toBeWritten();
        }
        return written;
    }

    private List<Long> toBeWritten() {
        Outcome outcome = call.outcome();
        if (outcome instanceof Flag flag && !flag.done() || outcome instanceof Previous previous && !previous.done()) {
            return List.of();
        }
        return values(writing(call));
    }

    /** What a call was to write. */
    static List<Sight> writing(Call call) {
        String name = call.operation().name();
        if (call.operation() instanceof Offer offer) {
            return offer.values().stream()
                    .map(value -> new Sight(name, value, 0))
                    .toList();
        }
        if (call.operation() instanceof PutAll all) {
            return IntStream.range(0, all.keys().size())
                    .mapToObj(i -> new Sight(
                            place(name, all.keys().get(i)), all.values().get(i), 0))
                    .toList();
        }
        return call.operation() instanceof Put put
                ? List.of(new Sight(place(name, put.key()), put.value(), 0))
                : List.of();
    }

    /** Values that it was told. */
    List<Long> seen() {
        if (seen == null) {
            seen = call.outcome() instanceof Call.Values values ? values.values() : values(sights());
        }
        return seen;
    }

    /** What it was told. */
    List<Sight> sights() {
        Outcome outcome = call.outcome();
        String name = call.operation().name();
        if (outcome instanceof Call.Values values) {
            return values.values().stream()
                    .map(value -> new Sight(name, value, 0))
                    .toList();
        }
        if (outcome instanceof Call.Entries entries) {
            return entries.entries().stream()
                    .map(entry -> new Sight(place(name, entry.key()), entry.value(), entry.version()))
                    .toList();
        }
        if (outcome instanceof Previous previous) {
            return sight(previous.value(), previous.version());
        }
        return outcome instanceof Call.Value found ? sight(found.value(), found.version()) : List.of();
    }

    private List<Sight> sight(long value, long version) {
        return value == 0 ? List.of() : List.of(new Sight(place(), value, version));
    }

    private static List<Long> values(List<Sight> sights) {
        return sights.stream().map(Sight::value).toList();
    }

    /** Name of the queue, or of the map, and the key if it is one. */
    String place() {
        Call.Operation operation = call.operation();
        if (operation instanceof Put put) {
            return place(put.name(), put.key());
        }
        if (operation instanceof Call.Get get) {
            return place(get.name(), get.key());
        }
        return operation instanceof Call.Remove remove ? place(remove.name(), remove.key()) : operation.name();
    }

    static String place(String map, String key) {
        return map + "/" + key;
    }

    /** The same call with another operation and outcome: what it is to one key. */
    Timed as(Call.Operation operation, Outcome outcome) {
        Timed part = new Timed(
                new Call(call.number(), call.session(), operation, call.invokedNanos(), call.returnedNanos(), outcome));
        part.earliest = earliest;
        part.latest = latest;
        part.certain = certain;
        return part;
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
