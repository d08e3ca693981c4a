package io.ngrid.replication.core;

import io.ngrid.spi.Member;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How far behind a connected voter may be before proposals wait for it [R7].
 *
 * <pre>
 * WITHIN  less than the bound lies behind it
 * OVER    so much does, or more: what may lie behind it shrinks by half of what it takes, until it is the bound again; so whoever
 *         comes from far behind catches up, and the input goes on at half its pace meanwhile. Half of what it takes of a
 *         snapshot may be added, as the log grows meanwhile
 * LEFT    over, and in its patience it took less than a 64th of the bound: nobody waits for it. OVER again with the next 64th; that
 *         the log goes on without it changes nothing
 * </pre>
 */
final class Lag {
    private static final Logger LOG = LoggerFactory.getLogger(Lag.class);
    private static final int STEPS = 64;

    private final Member member;
    private final long bound;
    private final long patienceNanos;
    private State state = State.WITHIN;
    private long limit;
    private long taken;
    private long movedNanos;

    Lag(Member member, long bound, long patienceNanos) {
        this.member = member;
        this.bound = bound;
        this.patienceNanos = patienceNanos;
    }

    /** So much lies behind it now. */
    void observe(long bytes, long nowNanos) {
        if (bytes < bound) {
            clear();
        } else if (state == State.WITHIN) {
            state = State.OVER;
            limit = bytes;
            taken = 0;
            movedNanos = nowNanos;
        } else if (state == State.OVER && nowNanos - leftNanos() >= 0) {
            state = State.LEFT;
            LOG.warn(
                    "follower={} state=left bytesBehind={}: it has taken next to nothing for {} ms, the others go on without it",
                    member,
                    bytes,
                    patienceNanos / 1_000_000);
        }
    }

    /** It is not here, or nobody knows yet where it is. */
    void clear() {
        state = State.WITHIN;
    }

    /** It has taken so much of the log. */
    void took(long bytes, long nowNanos) {
        limit = Math.max(bound, limit - bytes / 2);
        moved(bytes, nowNanos);
    }

    /** It has taken so much of a snapshot. */
    void tookSnapshot(long bytes, long nowNanos) {
        limit += bytes / 2;
        moved(bytes, nowNanos);
    }

    private void moved(long bytes, long nowNanos) {
        taken += bytes;
        if (taken >= bound / STEPS) {
            taken = 0;
            movedNanos = nowNanos;
            if (state == State.LEFT) {
                state = State.WITHIN; // as if it had just come
            }
        }
    }

    /** How much may be proposed when so much lies behind it; {@link Long#MAX_VALUE} if it does not matter. */
    long room(long bytes) {
        return switch (state) {
            case WITHIN -> Math.max(1, bound - bytes); // observed before what is being proposed
            case OVER -> Math.max(0, limit - bytes);
            case LEFT -> Long.MAX_VALUE;
        };
    }

    boolean isOver() {
        return state == State.OVER;
    }

    boolean isLeft() {
        return state == State.LEFT;
    }

    /** When it is left to itself unless it takes something. */
    long leftNanos() {
        return state == State.OVER ? movedNanos + patienceNanos : Long.MAX_VALUE;
    }

    private enum State {
        WITHIN,
        OVER,
        LEFT
    }
}
