package io.ngrid.storage;

import java.util.Arrays;

/** Sparse table of a segment: for some of its records, number (index or sequence) and offset. Any thread. */
final class OffsetIndex {
    private static final int STRIDE = 8 << 10;

    private long[] numbers = new long[16];
    private long[] offsets = new long[16];
    private int count;

    /** Notes a record if the last one noted is far enough before it. Numbers rise. */
    synchronized void note(long number, long offset) {
        if (count > 0 && offset - offsets[count - 1] < STRIDE) {
            return;
        }
        if (count == numbers.length) {
            numbers = Arrays.copyOf(numbers, count * 2);
            offsets = Arrays.copyOf(offsets, count * 2);
        }
        numbers[count] = number;
        offsets[count++] = offset;
    }

    /** Offset of the last record noted with at most this number, or else the default. */
    synchronized long floor(long number, long otherwise) {
        int found = Arrays.binarySearch(numbers, 0, count, number);
        int slot = found >= 0 ? found : -found - 2;
        return slot < 0 ? otherwise : offsets[slot];
    }

    /** Forgets records from a number on. */
    synchronized void cut(long fromNumber) {
        while (count > 0 && numbers[count - 1] >= fromNumber) {
            count--;
        }
    }

    synchronized int count() {
        return count;
    }

    synchronized long number(int slot) {
        return numbers[slot];
    }

    synchronized long offset(int slot) {
        return offsets[slot];
    }
}
