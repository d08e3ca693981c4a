package io.ngrid.simulation;

import java.util.PriorityQueue;
import java.util.SplittableRandom;
import java.util.function.BooleanSupplier;

/** The one clock and agenda of a simulation. */
final class VirtualTime {
    private record Event(long at, long order, Runnable action) implements Comparable<Event> {
        @Override
        public int compareTo(Event other) {
            return at != other.at ? Long.compare(at, other.at) : Long.compare(order, other.order);
        }
    }

    private final PriorityQueue<Event> agenda = new PriorityQueue<>();
    private final SplittableRandom random;
    private long now = 1_000_000_000L;
    private long order;
    private long events;

    VirtualTime(long seed) {
        this.random = new SplittableRandom(seed);
    }

    long now() {
        return now;
    }

    long events() {
        return events;
    }

    SplittableRandom random() {
        return random;
    }

    void at(long time, Runnable action) {
        agenda.add(new Event(Math.max(time, now), order++, action));
    }

    /** Runs an action after a random delay out of a range. */
    void after(long minNanos, long maxNanos, Runnable action) {
        at(now + random.nextLong(minNanos, maxNanos + 1), action);
    }

    /** Runs events until a condition holds. */
    void runUntil(BooleanSupplier condition, long limitNanos) {
        long end = now + limitNanos;
        while (!condition.getAsBoolean()) {
            Event next = agenda.poll();
            if (next == null || next.at > end) {
                throw new AssertionError("not reached within " + limitNanos / 1_000_000 + " ms of virtual time, at "
                        + now / 1_000_000 + " ms after " + events + " events");
            }
            now = next.at;
            events++;
            next.action.run();
        }
    }

    /** Runs all events of a stretch of time. */
    void runFor(long nanos) {
        boolean[] over = {false};
        at(now + nanos, () -> over[0] = true);
        runUntil(() -> over[0], nanos);
    }
}
