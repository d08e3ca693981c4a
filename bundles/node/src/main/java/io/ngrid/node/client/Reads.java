package io.ngrid.node.client;

import java.util.ArrayList;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Reads to be sent and reads under way [L1]. A read waits in line behind the writes issued before it, until they have
 * their sequences; it may be sent as often as need be.
 */
final class Reads {
    static final int MAX_IN_FLIGHT = 1_024;
    static final long MAX_BYTES = 8 << 20;

    /** Sends a read of the present session. */
    interface Sender {
        void send(PendingRead read, long after);
    }

    private final Sender sender;
    private final TreeMap<Long, PendingRead> line = new TreeMap<>();
    private final TreeMap<Long, PendingRead> inFlight = new TreeMap<>();
    private final Backoff backoff = new Backoff();
    private long bytes; // in flight

    Reads(Sender sender) {
        this.sender = sender;
    }

    void add(PendingRead read) {
        line.put(read.arrival, read);
    }

    @Nullable
    PendingRead first() {
        return line.isEmpty() || !admits(line.firstEntry().getValue())
                ? null
                : line.firstEntry().getValue();
    }

    /** Whether one more may be sent. One that is larger than the bound goes alone. */
    private boolean admits(PendingRead read) {
        return inFlight.size() < MAX_IN_FLIGHT && (inFlight.isEmpty() || bytes + read.bytes() <= MAX_BYTES);
    }

    @Nullable
    PendingRead inFlight(long number) {
        return inFlight.get(number);
    }

    void sendFirst(Window window) {
        PendingRead read = line.pollFirstEntry().getValue();
        read.sent = true;
        inFlight.put(read.id, read);
        bytes += read.bytes();
        send(read, window);
    }

    void remove(PendingRead read) {
        boolean removed = read.sent ? inFlight.remove(read.id) == read : line.remove(read.arrival) == read;
        if (!removed) {
            throw new IllegalStateException("read " + read.id + " is not where it should be, sent=" + read.sent);
        }
        if (read.sent) {
            bytes -= read.bytes();
        }
    }

    void refused(PendingRead read, Refusal refusal, long now) {
        read.refusal = refusal;
        read.again = true;
        backoff.later(now);
    }

    void answered() {
        backoff.succeeded();
    }

    /** A new leader, connection or session. */
    void sendAll(Window window) {
        backoff.reset();
        new ArrayList<>(inFlight.values()).forEach(read -> send(read, window));
    }

    void tick(Window window, long now) {
        if (backoff.fires(now)) {
            for (PendingRead read : new ArrayList<>(inFlight.values())) {
                if (read.again) {
                    send(read, window);
                }
            }
        }
    }

    /**
     * A sequence was settled without the state knowing yet: a read that waits for it could wait for ever.
     */
    void closed(long sequence, Window window) {
        for (PendingRead read : new ArrayList<>(inFlight.values())) {
            if (read.sentAfter == sequence) {
                send(read, window);
            }
        }
    }

    long earlier(long than) {
        return backoff.earlier(than);
    }

    private void send(PendingRead read, Window window) {
        read.again = false;
        read.sentAfter = window.highestBefore(read.arrival);
        sender.send(read, read.sentAfter);
    }
}
