package io.ngrid.storage;

import org.jspecify.annotations.Nullable;

/**
 * The last elements of a queue, by rising sequence, gaps allowed. When they take more than a bound, as records, the oldest
 * go; the last one stays.
 */
final class ElementCache {
    private final long maxBytes;
    private long[] sequences = new long[64];
    private Element[] elements = new Element[64]; // null where one was removed, but never the first
    private int head;
    private int count; // of slots
    private int removed; // of those
    private long bytes;
    private long evicted;

    /** @param last sequence before the first to come */
    ElementCache(long maxBytes, long last) {
        this.maxBytes = maxBytes;
        this.evicted = last;
    }

    /** Whether all elements from a sequence on are here, as far as they were not removed. */
    boolean covers(long fromSequence) {
        return fromSequence > evicted;
    }

    /** Adds an element behind all others. */
    void add(Element element) {
        if (count == elements.length) {
            makeRoom();
        }
        int slot = slot(count++);
        sequences[slot] = element.sequence();
        elements[slot] = element;
        bytes += size(element);
        while (bytes > maxBytes && count > 1) {
            evicted = sequences[head];
            drop(0);
            trim();
        }
    }

    /** The first element from a sequence on. */
    @Nullable
    Element ceiling(long sequence) {
        for (int i = lowerBound(sequence); i < count; i++) {
            Element element = elements[slot(i)];
            if (element != null) {
                return element;
            }
        }
        return null;
    }

    @Nullable
    Element get(long sequence) {
        int i = lowerBound(sequence);
        return i < count && sequences[slot(i)] == sequence ? elements[slot(i)] : null;
    }

    void remove(long sequence) {
        int i = lowerBound(sequence);
        if (i < count && sequences[slot(i)] == sequence) {
            drop(i);
            trim();
        }
    }

    /** Removes all elements from a sequence on; what comes next may have these sequences again. */
    void cut(long fromSequence) {
        while (count > 0 && sequences[slot(count - 1)] >= fromSequence) {
            drop(--count);
            removed--;
        }
        evicted = Math.min(evicted, fromSequence - 1);
    }

    private void drop(int i) {
        int slot = slot(i);
        if (elements[slot] != null) {
            bytes -= size(elements[slot]);
            elements[slot] = null;
            removed++;
        }
    }

    private void trim() {
        while (count > 0 && elements[head] == null) {
            head = slot(1);
            count--;
            removed--;
        }
    }

    /** Without what was removed, if that is much: else an old element that stays would keep a slot for every later one. */
    private void makeRoom() {
        int length = removed > count / 2 ? elements.length : elements.length * 2;
        long[] newSequences = new long[length];
        Element[] newElements = new Element[length];
        int kept = 0;
        for (int i = 0; i < count; i++) {
            Element element = elements[slot(i)];
            if (element != null) {
                newSequences[kept] = element.sequence();
                newElements[kept++] = element;
            }
        }
        sequences = newSequences;
        elements = newElements;
        head = 0;
        count = kept;
        removed = 0;
    }

    int slots() {
        return elements.length;
    }

    /** How many slots lie before the first one from a sequence on; the first is where it is when a queue is consumed. */
    private int lowerBound(long sequence) {
        if (count == 0 || sequences[head] >= sequence) {
            return 0;
        }
        int low = 0;
        int high = count;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (sequences[slot(middle)] < sequence) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }

    private int slot(int i) {
        return (head + i) & (elements.length - 1);
    }

    /** Also an empty element takes memory. */
    private static long size(Element element) {
        return Records.size(element.body().length);
    }
}
