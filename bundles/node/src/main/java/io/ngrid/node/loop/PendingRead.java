package io.ngrid.node.loop;

import io.ngrid.node.client.Request;
import io.ngrid.spi.Member;
import org.jspecify.annotations.Nullable;

/** A read that waits for its confirmation and for the state to be applied far enough [L1]. */
final class PendingRead {
    private static final long MAX_MILLIS = 3_600_000;

    final Member from;
    final long expiresNanos;

    /** A caller's read, or null. */
    final Request.@Nullable Read read;

    /** A poll of a queue that looked empty, or null. */
    final Request.@Nullable Write poll;

    /** Its number at the leader. */
    long number;

    /** Index that the state must have applied; -1 until confirmed. */
    long index = -1;

    private PendingRead(Member from, Request.@Nullable Read read, Request.@Nullable Write poll, long expiresNanos) {
        this.from = from;
        this.read = read;
        this.poll = poll;
        this.expiresNanos = expiresNanos;
    }

    static PendingRead of(Member from, Request.Read read, long nowNanos) {
        return new PendingRead(from, read, null, nowNanos + Math.min(read.timeoutMillis(), MAX_MILLIS) * 1_000_000L);
    }

    static PendingRead ofPoll(Member from, Request.Write poll) {
        return new PendingRead(from, null, poll, Long.MAX_VALUE);
    }
}
