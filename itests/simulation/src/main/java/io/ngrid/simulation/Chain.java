package io.ngrid.simulation;

import io.ngrid.spi.LogEntry;
import java.util.Arrays;

/**
 * A log as a chain of digests: equal digests at an index mean equal logs up to it. So two logs are compared at one index,
 * whatever their length.
 */
final class Chain {
    /** Some entries of a log, the last ones at its end when it was taken. */
    record Piece(long[] epochs, long[] digests) {
        int size() {
            return epochs.length;
        }

        Piece part(int from, int to) {
            return new Piece(Arrays.copyOfRange(epochs, from, to), Arrays.copyOfRange(digests, from, to));
        }
    }

    private long[] digests = new long[256];
    private long[] epochs = new long[256];
    private int end;

    Chain() {}

    Chain(Chain other) {
        digests = other.digests.clone();
        epochs = other.epochs.clone();
        end = other.end;
    }

    /** Index of the last entry. */
    int end() {
        return end;
    }

    /** Digest of the log up to an index. */
    long digest(long index) {
        if (index > end) {
            throw new IndexOutOfBoundsException(index + " behind " + end);
        }
        return digests[(int) index];
    }

    /** Epoch of the entry at an index, 0 before the first. */
    long epoch(long index) {
        if (index > end) {
            throw new IndexOutOfBoundsException(index + " behind " + end);
        }
        return epochs[(int) index];
    }

    /** Whether this log has, up to an index, what another one has. */
    boolean agrees(Chain other, long index) {
        return index <= end && index <= other.end && digests[(int) index] == other.digests[(int) index];
    }

    void append(LogEntry entry) {
        add(
                entry.epoch(),
                mix(
                        mix(
                                mix(mix(digests[end], entry.epoch()), entry.time()),
                                entry.kind().code()),
                        Arrays.hashCode(entry.payload())));
    }

    /** Its last entries. */
    Piece last(int count) {
        return new Piece(
                Arrays.copyOfRange(epochs, end - count + 1, end + 1),
                Arrays.copyOfRange(digests, end - count + 1, end + 1));
    }

    void append(Piece piece) {
        for (int i = 0; i < piece.epochs.length; i++) {
            add(piece.epochs[i], piece.digests[i]);
        }
    }

    /** Appends what another log has behind this one's end, up to an index. */
    void append(Chain other, long upTo) {
        while (end < upTo) {
            add(other.epoch(end + 1), other.digest(end + 1));
        }
    }

    void cut(long fromIndex) {
        end = (int) Math.min(end, fromIndex - 1);
    }

    private void add(long epoch, long digest) {
        if (end + 1 == digests.length) {
            digests = Arrays.copyOf(digests, 2 * digests.length);
            epochs = Arrays.copyOf(epochs, 2 * epochs.length);
        }
        end++;
        digests[end] = digest;
        epochs[end] = epoch;
    }

    private static long mix(long a, long b) {
        long x = (a ^ b) * 0x9e3779b97f4a7c15L + b;
        return (x ^ (x >>> 29)) * 0xbf58476d1ce4e5b9L;
    }
}
