package io.ngrid.storage;

import java.time.Duration;

/**
 * Settings of an {@link NQueue}.
 *
 * @param durability when a change is durable
 * @param interval for {@link Durability#INTERVAL}: how long a change may wait for its fsync
 * @param segmentBytes size of a segment file; a segment goes when all in it is consumed
 * @param cacheBytes how much of the queue's end, and again of its head, is kept in memory
 */
public record NQueueOptions(Durability durability, Duration interval, long segmentBytes, long cacheBytes) {
    /** When a change is durable. */
    public enum Durability {
        /** When the call returns. Calls under way at the same time share an fsync. */
        FSYNC,
        /** An interval after the call returned, at most, or after {@link NQueue#sync}. */
        INTERVAL,
        /** When the operating system sees fit, or after {@link NQueue#sync}. A killed process loses nothing. */
        OS
    }

    /**
     * Checks the settings.
     *
     * @throws IllegalArgumentException if one is not positive
     */
    public NQueueOptions {
        if (interval.isNegative() || interval.isZero() || segmentBytes < 1 || cacheBytes < 1) {
            throw new IllegalArgumentException("interval " + interval + ", segmentBytes " + segmentBytes
                    + " and cacheBytes " + cacheBytes + " must be positive");
        }
    }

    /**
     * The defaults: segments of 16 MiB, caches of 4 MiB, fsync before a call returns.
     *
     * @return the settings
     */
    public static NQueueOptions defaults() {
        return new NQueueOptions(Durability.FSYNC, Duration.ofMillis(100), 16L << 20, 4L << 20);
    }

    /**
     * The same with another durability.
     *
     * @param newDurability the durability
     * @return the settings
     */
    public NQueueOptions with(Durability newDurability) {
        return new NQueueOptions(newDurability, interval, segmentBytes, cacheBytes);
    }
}
