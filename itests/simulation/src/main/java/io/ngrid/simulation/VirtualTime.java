package io.ngrid.simulation;

import java.util.PriorityQueue;
import java.util.SplittableRandom;
import java.util.function.BooleanSupplier;

/** Virtual time: one agenda for everything, one source of chance. The same seed gives the same run. */
final class VirtualTime {
    private record Event(long at, long order, Runnable action) implements Comparable<Event> {
        @Override
        public int compareTo(Event other) {
            return at != other.at ? Long.compare(at, other.at) : Long.compare(order, other.order);
        }
    }

    private final PriorityQueue<Event> agenda = new PriorityQueue<>();
    private final SplittableRandom random;
    private Runnable afterEach = () -> {};
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

    /** Runs something after each event; what it throws ends the run. */
    void afterEach(Runnable check) {
        afterEach = check;
    }

    void at(long time, Runnable action) {
        agenda.add(new Event(Math.max(time, now), order++, action));
    }

    /** Runs an action after a random delay out of a range. */
    void after(long minNanos, long maxNanos, Runnable action) {
        at(now + random.nextLong(minNanos, maxNanos + 1), action);
    }

    /** Runs events until a condition holds; false if time is up before. */
    boolean runUntilOrFor(BooleanSupplier condition, long limitNanos) {
        long end = now + limitNanos;
        while (!condition.getAsBoolean()) {
            Event next = agenda.peek();
            if (next == null || next.at > end) {
                now = end;
                return false;
            }
            agenda.remove();
            now = next.at;
            events++;
            next.action.run();
            afterEach.run();
        }
        return true;
    }

    /** Runs events until a condition holds. */
    void runUntil(BooleanSupplier condition, long limitNanos) {
        if (!runUntilOrFor(condition, limitNanos)) {
            throw new AssertionError("not reached within " + limitNanos / 1_000_000 + " ms of virtual time, at "
                    + now / 1_000_000 + " ms after " + events + " events");
        }
    }

    /** Runs all events of a stretch of time. */
    void runFor(long nanos) {
        runUntilOrFor(() -> false, nanos);
    }
}
