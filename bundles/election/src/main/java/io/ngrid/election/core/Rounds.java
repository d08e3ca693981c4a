package io.ngrid.election.core;

import io.ngrid.api.NodeId;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;

/**
 * The numbers of this node's rounds of heartbeats, and who echoed which of them in the epoch that it leads [E5].
 *
 * <p>A voter is heard as long as a round that it echoed was first used less than an election time-out ago. What counts
 * is the time of the first use, not of the echo: an old echo that arrives late proves nothing about now.
 */
final class Rounds {
    /** Times of first use are kept this finely; bounds the map whatever the number of reads. */
    private static final int STEPS = 64;

    private final long windowNanos;
    private long current;
    private long firstOfEpoch;

    /** Round to time of its first use; a round that is missing counts as the one before it, that is, as older. */
    private final TreeMap<Long, Long> firstUse = new TreeMap<>();

    private final Map<NodeId, Long> echoed = new HashMap<>();
    private final Map<NodeId, Long> heardUntil = new HashMap<>();

    Rounds(long windowNanos) {
        this.windowNanos = windowNanos;
    }

    /** The last number sent; 0 before the first. */
    long current() {
        return current;
    }

    /** Takes a new number into use. */
    void begin(long nowNanos) {
        current++;
        while (!firstUse.isEmpty() && nowNanos - firstUse.firstEntry().getValue() >= windowNanos) {
            firstUse.pollFirstEntry();
        }
        if (firstUse.isEmpty() || nowNanos - firstUse.lastEntry().getValue() >= windowNanos / STEPS) {
            firstUse.put(current, nowNanos);
        }
    }

    /** Forgets all echoes: those of another epoch say nothing. */
    void lead() {
        firstOfEpoch = current + 1;
        firstUse.clear();
        echoed.clear();
        heardUntil.clear();
    }

    /**
     * A voter echoed a round in the epoch that this node leads.
     *
     * @return whether it is higher than any that it echoed before
     */
    boolean echo(NodeId voter, long round) {
        if (round < firstOfEpoch || round > current || round <= echoed.getOrDefault(voter, 0L)) {
            return false;
        }
        echoed.put(voter, round);
        Map.Entry<Long, Long> use = firstUse.floorEntry(round);
        if (use != null) {
            heardUntil.put(voter, use.getValue() + windowNanos);
        }
        return true;
    }

    /** A voter that is no longer fit counts no more, until it echoes anew. */
    void forget(NodeId voter) {
        heardUntil.remove(voter);
    }

    boolean isHeard(NodeId voter, long nowNanos) {
        Long until = heardUntil.get(voter);
        return until != null && nowNanos - until < 0;
    }

    /** When the next voter falls silent unless it echoes again; the given time if none can. */
    long nextSilence(long nowNanos, long otherwise) {
        long next = otherwise;
        for (long until : heardUntil.values()) {
            if (nowNanos - until < 0) {
                next = Times.earlier(next, until);
            }
        }
        return next;
    }

    /** How many times of first use are kept; for the test of the bound. */
    int remembered() {
        return firstUse.size();
    }
}
