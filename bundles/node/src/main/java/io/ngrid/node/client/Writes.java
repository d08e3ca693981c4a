package io.ngrid.node.client;

import io.ngrid.node.state.Action;
import java.util.List;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Writes to be sent and writes under way in one session after the other: sequences, repeats, gaps [S1]. A write keeps its
 * sequence until it is settled [S3].
 */
final class Writes {
    private final Consumer<Request> out;
    private final TreeMap<Long, PendingWrite> line = new TreeMap<>();
    private final Backoff backoff = new Backoff();
    private UUID session;
    private Window window = new Window();

    Writes(UUID session, Consumer<Request> out) {
        this.session = session;
        this.out = out;
    }

    UUID session() {
        return session;
    }

    Window window() {
        return window;
    }

    /** A session that has nothing in flight; the line goes on in it. */
    void begin(UUID newSession) {
        if (!window.all().isEmpty()) {
            throw new IllegalStateException(
                    "session " + session + " ends with " + window.all().size() + " operations in flight");
        }
        session = newSession;
        window = new Window();
        backoff.reset();
    }

    // ---- the line

    void add(PendingWrite write) {
        write.place = PendingWrite.Place.LINE;
        line.put(write.arrival, write);
    }

    @Nullable
    PendingWrite first() {
        return line.isEmpty() ? null : line.firstEntry().getValue();
    }

    /**
     * Whether the first in line may be sent. While a refused one waits to be sent again, nothing overtakes it: it would only
     * be a gap.
     */
    boolean admits(PendingWrite first) {
        return !backoff.running() && window.admits(first);
    }

    void sendFirst(long wakeConnection) {
        PendingWrite write = line.pollFirstEntry().getValue();
        window.enter(write);
        write.place = PendingWrite.Place.IN_FLIGHT;
        send(write, wakeConnection);
    }

    void leaveLine(PendingWrite write) {
        if (line.remove(write.arrival) != write) {
            throw new IllegalStateException("write " + write.id + " is not in line");
        }
    }

    // ---- in flight

    @Nullable
    PendingWrite inFlight(UUID of, long sequence) {
        return of.equals(session) ? window.get(sequence) : null;
    }

    /** A new leader or connection: everything again, in order. */
    void sendAll(long wakeConnection) {
        window.from(0).forEach(write -> send(write, wakeConnection));
    }

    /** An attempt was not executed [S4]; to be repeated unless the write ends. */
    void refused(PendingWrite write, Refusal refusal) {
        if (write.knownNotExecuted()) {
            throw new IllegalStateException(
                    "sequence " + write.sequence + " was sent " + write.attempts + " times and refused more often");
        }
        write.refused++;
        write.refusal = refusal;
    }

    void later(PendingWrite write, long now) {
        write.again = true;
        backoff.later(now);
    }

    void fillGap(long from, long now) {
        window.from(from).forEach(write -> write.again = true);
        backoff.soon(now);
    }

    void settled(PendingWrite write) {
        window.settle(write);
    }

    void succeeded() {
        backoff.succeeded();
    }

    /** Sends again what is due for it. */
    void tick(long now, long wakeConnection) {
        if (backoff.fires(now)) {
            for (PendingWrite write : window.from(0)) {
                if (write.again) {
                    send(write, wakeConnection);
                }
            }
        }
    }

    void resetBackoff() {
        backoff.reset();
    }

    long earlier(long than) {
        return backoff.earlier(than);
    }

    private void send(PendingWrite write, long wakeConnection) {
        boolean resent = write.attempts > 0;
        write.attempts++;
        write.again = false;
        long wake = write.wakeConnection == wakeConnection ? write.wake : 0; // wakes end with their connection [S5]
        List<Long> closed = window.closed();
        Action action = write.action;
        out.accept(new Request.Write(session, write.sequence, window.floor(), closed, resent, wake, action));
    }
}
