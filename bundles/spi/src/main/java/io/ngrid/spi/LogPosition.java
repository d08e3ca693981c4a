package io.ngrid.spi;

/**
 * A position in the log. Two logs that have an entry of the same position have the same entries up to it [R3].
 *
 * @param epoch the epoch of the entry, 0 before the first
 * @param index the index of the entry, 0 before the first
 */
public record LogPosition(long epoch, long index) implements Comparable<LogPosition> {
    /** Before the first entry. */
    public static final LogPosition ZERO = new LogPosition(0, 0);

    /** How up to date a log ending here is: last epoch first, then last index [E1]. */
    @Override
    public int compareTo(LogPosition other) {
        return epoch != other.epoch ? Long.compare(epoch, other.epoch) : Long.compare(index, other.index);
    }

    @Override
    public String toString() {
        return epoch + ":" + index;
    }
}
