package io.ngrid.node.loop;

import io.ngrid.node.client.Request;
import io.ngrid.spi.Member;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.LongSupplier;

/**
 * Whether what a leader has taken on may go into its log; what may not waits here, in its order: while the leadership is being
 * handed over [E6], and while a connected voter is too far behind [R7]. Event loop only.
 */
final class Gate {
    private static final long UNKNOWN = Long.MIN_VALUE;

    record Waiting(Member from, Request request, long sinceNanos) {}

    private final LongSupplier log;
    private final long patienceNanos;
    private final Deque<Waiting> waiting = new ArrayDeque<>();
    private boolean holding;
    private boolean lettingIn;
    private long room = UNKNOWN;
    private long nowNanos;

    /**
     * An open gate.
     *
     * @param log how many bytes the log may take
     * @param patienceNanos how long a request may wait for that
     */
    Gate(LongSupplier log, long patienceNanos) {
        this.log = log;
        this.patienceNanos = patienceNanos;
    }

    void time(long now) {
        nowNanos = now;
    }

    /** All that was let in is in the log. */
    void proposed() {
        room = UNKNOWN;
    }

    /** Nothing goes in until {@link #resume}. */
    void hold() {
        holding = true;
    }

    void resume() {
        holding = false;
    }

    boolean isHolding() {
        return holding;
    }

    /** Lets a request of some size in, or, if it has to wait, keeps it. */
    boolean admits(Member from, Request request) {
        boolean admitted = (lettingIn || waiting.isEmpty()) && isOpen();
        if (admitted) {
            room -= Math.min(room, request.bytes());
        } else {
            waiting.add(new Waiting(from, request, nowNanos));
        }
        return admitted;
    }

    private boolean isOpen() {
        if (room == UNKNOWN) {
            room = log.getAsLong();
        }
        return !holding && room > 0;
    }

    /** Serves again what has waited, in its order, as far as it may go in. */
    void letIn(BiConsumer<Member, Request> serve) {
        lettingIn = true;
        while (!waiting.isEmpty() && isOpen()) {
            Waiting next = waiting.remove();
            serve.accept(next.from, next.request);
        }
        lettingIn = false;
    }

    /** All, if the first one has waited for too long; so nothing gets out of its order. */
    List<Waiting> overdue() {
        Waiting first = waiting.peek();
        return first == null || holding || nowNanos - first.sinceNanos < patienceNanos ? List.of() : end();
    }

    /** All that waits. */
    List<Waiting> end() {
        List<Waiting> all = List.copyOf(waiting);
        waiting.clear();
        return all;
    }
}
