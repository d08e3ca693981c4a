package io.ngrid.replication.core;

import io.ngrid.spi.replication.ReplicationEffect;
import java.util.ArrayDeque;
import java.util.Deque;

/** Reads that a leader has not confirmed yet, in their order [L1]. */
final class PendingReads {
    private static final long NOT_YET = -1;

    private final Deque<Read> reads = new ArrayDeque<>();

    /**
     * Takes a read.
     *
     * @param readIndex the commit index if the leader's no-op has committed, otherwise negative: held until it has
     */
    void add(long read, long round, long readIndex) {
        Read before = reads.peekLast();
        if (before != null && round < before.round) {
            throw new IllegalStateException(
                    "read " + read + " waits for round " + round + ", an earlier one for " + before.round);
        }
        reads.add(new Read(read, round, readIndex < 0 ? NOT_YET : readIndex));
    }

    /**
     * Confirms what a quorum has echoed.
     *
     * @param echoedRound highest round that C voters have echoed
     * @param commitIndex the commit index if the leader's no-op has committed, otherwise negative
     */
    void confirm(long echoedRound, long commitIndex, Effects out) {
        if (commitIndex < 0) {
            return;
        }
        while (!reads.isEmpty() && reads.getFirst().round <= echoedRound) {
            Read read = reads.removeFirst();
            out.tell(
                    new ReplicationEffect.ReadConfirmed(read.number, read.index == NOT_YET ? commitIndex : read.index));
        }
    }

    private record Read(long number, long round, long index) {}
}
