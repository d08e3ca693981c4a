package io.ngrid.storage;

import io.ngrid.spi.storage.CorruptionException;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.TreeMap;

/** What of a queue is consumed: all before the head, and ranges behind it. A value for one slot of the cursor file. */
final class Cursor {
    /** Most ranges released out of order that a slot has room for. */
    static final int MAX_RANGES = 4000;

    static final int SLOT = 64 << 10;
    private static final int FIXED = Long.BYTES + Integer.BYTES;

    private long head = 1;
    private final TreeMap<Long, Long> ranges = new TreeMap<>(); // first to last, never touching each other

    long head() {
        return head;
    }

    /** How many ranges are released behind the head. */
    int ranges() {
        return ranges.size();
    }

    boolean isConsumed(long sequence) {
        Map.Entry<Long, Long> range = ranges.floorEntry(sequence);
        return sequence < head || (range != null && sequence <= range.getValue());
    }

    /** Marks an element that is not consumed. */
    void consume(long sequence) {
        Map.Entry<Long, Long> before = ranges.floorEntry(sequence);
        Map.Entry<Long, Long> after = ranges.higherEntry(sequence);
        boolean joinsBefore = before != null && before.getValue() == sequence - 1;
        boolean joinsAfter = after != null && after.getKey() == sequence + 1;
        if (sequence != head && !joinsBefore && !joinsAfter && ranges.size() >= MAX_RANGES) {
            throw new IllegalStateException("more than " + MAX_RANGES + " gaps: release from the head on");
        }
        long first = joinsBefore ? before.getKey() : sequence;
        long last = joinsAfter ? after.getValue() : sequence;
        if (joinsAfter) {
            ranges.remove(after.getKey());
        }
        ranges.put(first, last);
        Map.Entry<Long, Long> lowest = ranges.firstEntry();
        if (lowest != null && lowest.getKey() == head) {
            ranges.remove(head);
            head = lowest.getValue() + 1;
        }
    }

    /** Moves the head: there is nothing below that is not consumed. */
    void advance(long toHead) {
        if (toHead <= head) {
            return;
        }
        head = toHead;
        for (Map.Entry<Long, Long> first = ranges.firstEntry();
                first != null && first.getKey() <= head;
                first = ranges.firstEntry()) {
            head = Math.max(head, first.getValue() + 1);
            ranges.pollFirstEntry();
        }
    }

    /** Whether elements between two sequences were released behind the head. */
    boolean hasRanges(long first, long last) {
        Map.Entry<Long, Long> range = ranges.floorEntry(last);
        return range != null && range.getValue() >= first;
    }

    /** Whether an element between two sequences may be consumed. */
    boolean touches(long first, long last) {
        return first < head || hasRanges(first, last);
    }

    /** Forgets marks from a sequence on: there are no such elements. Returns whether there were any. */
    boolean cut(long fromSequence) {
        Map.Entry<Long, Long> last = ranges.lastEntry();
        if (last == null || last.getValue() < fromSequence) {
            return false;
        }
        ranges.tailMap(fromSequence, true).clear();
        last = ranges.lastEntry();
        if (last != null && last.getValue() >= fromSequence) {
            ranges.put(last.getKey(), fromSequence - 1);
        }
        return true;
    }

    byte[] encode() {
        ByteBuffer out = ByteBuffer.allocate(FIXED + ranges.size() * 2 * Long.BYTES);
        out.putLong(head).putInt(ranges.size());
        ranges.forEach((first, last) -> out.putLong(first).putLong(last));
        return out.array();
    }

    static Cursor decode(String path, byte[] bytes) {
        Cursor cursor = new Cursor();
        ByteBuffer in = ByteBuffer.wrap(bytes);
        cursor.head = in.getLong();
        int ranges = in.getInt();
        if (in.remaining() != ranges * 2 * Long.BYTES) {
            throw new CorruptionException(path, 0, ranges + " ranges in " + bytes.length + " bytes");
        }
        for (int i = 0; i < ranges; i++) {
            long first = in.getLong();
            long last = in.getLong();
            cursor.ranges.put(first, last);
        }
        return cursor;
    }
}
