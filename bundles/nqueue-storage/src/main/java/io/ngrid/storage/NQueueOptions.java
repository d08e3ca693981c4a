package io.ngrid.storage;

import java.time.Duration;

/**
 * Settings of an {@link NQueue}.
 *
 * @param durability when a change is durable
 * @param interval for {@link Durability#INTERVAL}: how long a change may wait for its fsync
 * @param segmentBytes size of a segment file; a segment goes when all in it is consumed
 * @param cacheBytes how much of the queue's end, and again of its head, is kept in memory
 * @param maxElements most elements that wait; {@link #UNBOUNDED} for no bound
 * @param maxBytes most bytes of elements that wait; {@link #UNBOUNDED} for no bound
 * @param whenFull what an append does when a bound leaves no room for it
 */
public record NQueueOptions(
        Durability durability,
        Duration interval,
        long segmentBytes,
        long cacheBytes,
        long maxElements,
        long maxBytes,
        WhenFull whenFull) {
    /** No bound. */
    public static final long UNBOUNDED = Long.MAX_VALUE;

    /** When a change is durable. */
    public enum Durability {
        /** When the call returns. Calls under way at the same time share an fsync. */
        FSYNC,
        /**
         * An interval after the call returned, at most, or after {@link NQueue#sync}. Until then it may be in this process
         * only: a killed one loses what a power cut would.
         */
        INTERVAL,
        /** When the operating system sees fit, or after {@link NQueue#sync}. A killed process loses nothing. */
        OS
    }

    /** What an append does when a bound leaves no room for it. */
    public enum WhenFull {
        /** It waits until there is room. */
        BLOCK,
        /** It throws {@link QueueFullException}. */
        REJECT,
        /** The oldest elements go until there is room. */
        DROP_OLDEST
    }

    /**
     * Checks the settings.
     *
     * @throws IllegalArgumentException if one is not positive
     */
    public NQueueOptions {
        if (interval.isNegative() || interval.isZero()) {
            throw new IllegalArgumentException("interval must be positive: " + interval);
        }
        positive("segmentBytes", segmentBytes);
        positive("cacheBytes", cacheBytes);
        positive("maxElements", maxElements);
        positive("maxBytes", maxBytes);
    }

    private static void positive(String name, long value) {
        if (value < 1) {
            throw new IllegalArgumentException(name + " must be positive: " + value);
        }
    }

    /**
     * The defaults: segments of 16 MiB, caches of 4 MiB, fsync before a call returns, no bounds.
     *
     * @return the settings
     */
    public static NQueueOptions defaults() {
        return new NQueueOptions(
                Durability.FSYNC, Duration.ofMillis(100), 16L << 20, 4L << 20, UNBOUNDED, UNBOUNDED, WhenFull.BLOCK);
    }

    /**
     * The same with another durability.
     *
     * @param newDurability the durability
     * @return the settings
     */
    public NQueueOptions with(Durability newDurability) {
        return new NQueueOptions(newDurability, interval, segmentBytes, cacheBytes, maxElements, maxBytes, whenFull);
    }

    /**
     * The same with {@link Durability#INTERVAL}.
     *
     * @param newInterval how long a change may wait for its fsync
     * @return the settings
     */
    public NQueueOptions withInterval(Duration newInterval) {
        return new NQueueOptions(
                Durability.INTERVAL, newInterval, segmentBytes, cacheBytes, maxElements, maxBytes, whenFull);
    }

    /**
     * The same with other sizes.
     *
     * @param newSegmentBytes size of a segment file
     * @param newCacheBytes how much of the queue's end, and again of its head, is kept in memory
     * @return the settings
     */
    public NQueueOptions withSizes(long newSegmentBytes, long newCacheBytes) {
        return new NQueueOptions(durability, interval, newSegmentBytes, newCacheBytes, maxElements, maxBytes, whenFull);
    }

    /**
     * The same with bounds.
     *
     * @param newMaxElements most elements that wait
     * @param newMaxBytes most bytes of elements that wait
     * @param newWhenFull what an append does when there is no room for it
     * @return the settings
     */
    public NQueueOptions withBounds(long newMaxElements, long newMaxBytes, WhenFull newWhenFull) {
        return new NQueueOptions(
                durability, interval, segmentBytes, cacheBytes, newMaxElements, newMaxBytes, newWhenFull);
    }
}
