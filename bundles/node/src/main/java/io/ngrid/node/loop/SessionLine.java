package io.ngrid.node.loop;

import io.ngrid.node.client.Request;
import io.ngrid.spi.Member;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What a leader keeps of one session's writes, so that they are proposed in their order although a poll of an empty queue
 * is not proposed at all: while such a poll waits for its read, those behind it stand in line.
 */
final class SessionLine {
    /**
     * A write in line.
     *
     * @param from its node
     * @param write the write
     */
    record Held(Member from, Request.Write write) {}

    /** Writes behind the poll that waits for its read. */
    final Deque<Held> held = new ArrayDeque<>();

    /**
     * Polls answered as empty here; told with the next write of the session, so that the state counts them as executed and
     * sees no gap.
     */
    final TreeSet<Long> readEmpty = new TreeSet<>();

    /**
     * The last of them that has not come again. What was issued before it was settled in the state then, or read as empty here: nothing of
     * that takes effect any more. That its caller has given up says less: it may be under way.
     */
    long readUpTo;

    /** The write proposed last; a poll's read must see it. */
    @Nullable
    Proposal last;

    /** Whether a poll waits for its read. */
    boolean reading;

    /** Whether nothing of it is under way. */
    boolean isIdle(long appliedIndex) {
        return !reading && held.isEmpty() && (last == null || last.index > 0 && last.index <= appliedIndex);
    }

    void floor(long floor) {
        readEmpty.headSet(floor).clear();
    }
}
