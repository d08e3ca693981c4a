package io.ngrid.transport;

import java.util.concurrent.TimeUnit;

/**
 * The transport's times, all from the election time-out.
 *
 * @param handshakeNanos bound of opening a connection, and again of its handshake
 * @param updateNanos a connection on which nothing was sent for so long gets a PEER_UPDATE
 * @param silenceNanos a connection on which nothing came for so long is closed
 * @param voterBackoffNanos greatest back-off towards voters
 * @param otherBackoffNanos greatest back-off towards others
 */
record Timing(
        long handshakeNanos, long updateNanos, long silenceNanos, long voterBackoffNanos, long otherBackoffNanos) {
    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

    static Timing of(long electionTimeoutNanos) {
        return new Timing(
                Math.max(electionTimeoutNanos, SECOND),
                Math.min(electionTimeoutNanos, SECOND),
                4 * electionTimeoutNanos,
                Math.max(electionTimeoutNanos / 2, 1),
                10 * SECOND);
    }

    /** A connection for snapshots on which nothing was answered for so long is closed. */
    long bulkIdleNanos() {
        return otherBackoffNanos;
    }

    /** How often connections are looked at. */
    long tickNanos() {
        return Math.max(updateNanos / 4, TimeUnit.MILLISECONDS.toNanos(1));
    }
}
