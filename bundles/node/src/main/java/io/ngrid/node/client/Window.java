package io.ngrid.node.client;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** The sequences of one session: what is in flight, and what is settled above the floor [S1]. */
final class Window {
    static final int MAX_OPERATIONS = 1_024;
    static final long MAX_BYTES = 8 << 20;

    private final TreeMap<Long, PendingWrite> inFlight = new TreeMap<>();
    private final TreeSet<Long> settled = new TreeSet<>();
    private long next = 1;
    private long bytes;

    /** Whether one more may be sent. One that is larger than the window goes alone. */
    boolean admits(PendingWrite write) {
        return next - floor() < MAX_OPERATIONS && (inFlight.isEmpty() || bytes + write.bytes() <= MAX_BYTES);
    }

    void enter(PendingWrite write) {
        write.sequence = next++;
        inFlight.put(write.sequence, write);
        bytes += write.bytes();
    }

    @Nullable
    PendingWrite get(long sequence) {
        return inFlight.get(sequence);
    }

    /** Those in flight, in order; a copy. */
    List<PendingWrite> from(long sequence) {
        return new ArrayList<>(inFlight.tailMap(sequence, true).values());
    }

    Collection<PendingWrite> all() {
        return inFlight.values();
    }

    /** Settles a sequence: answered, or given up. No attempt under it is sent any more. */
    void settle(PendingWrite write) {
        if (inFlight.remove(write.sequence) != write) {
            throw new IllegalStateException("sequence " + write.sequence + " is settled twice");
        }
        bytes -= write.bytes();
        settled.add(write.sequence);
        settled.headSet(floor()).clear();
    }

    /** Lowest sequence not settled. */
    long floor() {
        return inFlight.isEmpty() ? next : inFlight.firstKey();
    }

    /** Settled sequences above the floor, rising. */
    List<Long> closed() {
        return List.copyOf(settled);
    }

    /** Highest sequence in flight that was issued before an arrival, 0 for none [L1]. */
    long highestBefore(long arrival) {
        for (PendingWrite write : inFlight.descendingMap().values()) {
            if (write.arrival < arrival) {
                return write.sequence;
            }
        }
        return 0;
    }
}
