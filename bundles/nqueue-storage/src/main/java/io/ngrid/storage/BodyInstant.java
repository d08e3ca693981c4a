package io.ngrid.storage;

import io.ngrid.spi.storage.Bodies;
import java.util.Map;

/**
 * An instant of the live bodies.
 *
 * @param index the index that the state had applied
 * @param epoch that entry's epoch
 * @param time its log time
 * @param bounds by queue, the last sequence that had been put
 */
record BodyInstant(long index, long epoch, long time, Map<Long, Long> bounds) implements Bodies.Instant {}
