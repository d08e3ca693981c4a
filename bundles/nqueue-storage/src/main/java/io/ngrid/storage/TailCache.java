package io.ngrid.storage;

import io.ngrid.spi.LogEntry;
import java.util.ArrayList;
import java.util.List;

/** The log's last entries: all that are not on disk, and of the others as many as the bound allows. */
final class TailCache {
    /** An entry in the cache. */
    static final class Slot {
        final LogEntry entry;
        /** Bytes up to the end of it; only differences mean anything. */
        final long end;

        boolean written;

        Slot(LogEntry entry, long end) {
            this.entry = entry;
            this.end = end;
        }
    }

    private final long maxBytes;
    private Slot[] ring = new Slot[64];
    private int head;
    private int count;
    private long first;
    private long bytes;

    /** @param next index of the first entry to come */
    TailCache(long maxBytes, long next) {
        this.maxBytes = maxBytes;
        this.first = next;
    }

    /** Index of the first entry here; all from it to the log's end are. */
    long first() {
        return first;
    }

    Slot add(LogEntry entry) {
        if (entry.index() != first + count) {
            throw new IllegalStateException("entry " + entry.index() + " where " + (first + count) + " is next");
        }
        if (count == ring.length) {
            Slot[] larger = new Slot[count * 2];
            for (int i = 0; i < count; i++) {
                larger[i] = at(i);
            }
            ring = larger;
            head = 0;
        }
        Slot slot = new Slot(entry, (count == 0 ? 0 : at(count - 1).end) + entry.size());
        ring[(head + count++) & (ring.length - 1)] = slot;
        bytes += entry.size();
        return slot;
    }

    /** Bytes of the entries behind an index, which is not lower than that of the last one that left. */
    long bytesBehind(long index) {
        int behind = (int) (index + 1 - first);
        return behind >= count
                ? 0
                : at(count - 1).end - at(behind).end + at(behind).entry.size();
    }

    List<LogEntry> entries(long from, int maxSize) {
        List<LogEntry> found = new ArrayList<>();
        long size = 0;
        for (int i = (int) (from - first); i < count; i++) {
            LogEntry entry = at(i).entry;
            size += entry.size();
            if (size > maxSize && !found.isEmpty()) {
                break;
            }
            found.add(entry);
        }
        return found;
    }

    void cut(long fromIndex) {
        while (count > 0 && first + count > fromIndex) {
            int slot = (head + --count) & (ring.length - 1);
            bytes -= ring[slot].entry.size();
            ring[slot] = null;
        }
        first = Math.min(first, fromIndex);
    }

    /** Drops the oldest while there are too many bytes; never one that is not written. */
    void evict() {
        while (bytes > maxBytes && count > 0 && at(0).written) {
            dropFirst();
        }
    }

    void forgetBefore(long index) {
        while (count > 0 && first < index) {
            if (!at(0).written) {
                throw new IllegalStateException("entry " + first + " is not on disk and cannot go");
            }
            dropFirst();
        }
    }

    private void dropFirst() {
        bytes -= ring[head].entry.size();
        ring[head] = null;
        head = (head + 1) & (ring.length - 1);
        count--;
        first++;
    }

    private Slot at(int i) {
        return ring[(head + i) & (ring.length - 1)];
    }
}
