package io.ngrid.storage;

import io.ngrid.spi.storage.CorruptionException;
import io.ngrid.spi.storage.Disk;
import io.ngrid.storage.NQueueOptions.Durability;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * An {@link NQueue} without its thread: changes, then one {@link #commit} for them all. An element is forced before the
 * cursor that consumes it, and a file goes only when the cursor behind it is durable.
 */
final class QueueCore {
    private static final String CURSOR = "cursor";
    private static final String SEGMENTS = "segments";
    private static final long MAGIC = 0x4e47_4355_5253_4f52L; // NGCURSOR
    private static final long SEAL_AFTER_NANOS = 1_000_000_000L;

    private final NQueueOptions options;
    private final QueueStore store;
    private final SlotFile cursorFile;
    private final Cursor cursor;
    private final TreeMap<Long, Element> tail = new TreeMap<>();
    private final Deque<Element> ahead = new ArrayDeque<>();
    private long tailBytes;
    private long next;
    private long liveBytes;
    private boolean appended;
    private boolean consumed;
    private boolean cursorUnforced;
    private boolean unforced;
    private boolean unsealed;
    private long unforcedSince;
    private long changedNanos;

    private QueueCore(Disk disk, NQueueOptions options, long seed, SlotFile cursorFile) {
        this.options = options;
        this.cursorFile = cursorFile;
        this.cursor = Cursor.decode(CURSOR, cursorFile.value());
        this.store = new QueueStore(
                disk, SEGMENTS, 0, seed, options.segmentBytes(), ByteBuffer.allocate(RecordWriter.BUFFER));
    }

    static QueueCore open(Disk disk, NQueueOptions options, long seed) throws IOException {
        if (!disk.exists(CURSOR)) {
            if (!disk.list(SEGMENTS).isEmpty()) { // a cursor made up would bring consumed elements back
                throw new CorruptionException(CURSOR, 0, "it is missing beside segments");
            }
            SlotFile.create(disk, "", CURSOR, MAGIC, Cursor.SLOT, new Cursor().encode());
        }
        QueueCore core = new QueueCore(disk, options, seed, SlotFile.open(disk, CURSOR, MAGIC, Cursor.SLOT));
        boolean done = false;
        try {
            core.recover();
            done = true;
            return core;
        } finally {
            if (!done) {
                core.closeFiles();
            }
        }
    }

    private void recover() throws IOException {
        store.recover();
        List<QueueSegment> segments = store.segments();
        if (!segments.isEmpty() && segments.get(0).first() > cursor.head()) {
            throw new CorruptionException(
                    segments.get(0).path,
                    0,
                    "it is the first, but elements from " + cursor.head() + " on are not consumed");
        }
        next = Math.max(store.lastSequence() + 1, cursor.head());
        long marks = cursor.behind();
        cursor.cut(next);
        if (cursor.behind() != marks) { // durably, before these sequences are given again
            cursorFile.write(cursor.encode());
        }
        dropConsumedSegments();
        countBytes();
    }

    private void countBytes() throws IOException {
        for (QueueSegment segment : store.segments()) {
            liveBytes += segment.bytes;
            long at = segment.first();
            while (at <= segment.last && (at < cursor.head() || cursor.behind() > 0)) {
                List<Element> page = new ArrayList<>();
                segment.range(at, options.cacheBytes(), page);
                for (Element element : page) {
                    liveBytes -= cursor.isConsumed(element.sequence()) ? element.body().length : 0;
                }
                at = page.isEmpty()
                        ? segment.last + 1
                        : page.get(page.size() - 1).sequence() + 1;
            }
        }
    }

    long append(long timeMillis, byte[] body) throws IOException {
        long sequence = next;
        store.append(sequence, timeMillis, body);
        next++;
        liveBytes += body.length;
        tail.put(sequence, new Element(sequence, timeMillis, body));
        tailBytes += body.length;
        appended = true;
        return sequence;
    }

    /** The first element that is not consumed. */
    @Nullable
    Element peek() throws IOException {
        long head = cursor.head();
        if (head == next) {
            return null;
        }
        while (!ahead.isEmpty() && ahead.getFirst().sequence() < head) {
            ahead.removeFirst();
        }
        Element element = ahead.isEmpty() ? null : ahead.getFirst();
        if (element == null || element.sequence() != head) {
            element = tail.get(head);
        }
        if (element == null) {
            ahead.clear();
            ahead.addAll(store.range(head, options.cacheBytes()));
            element = ahead.isEmpty() ? null : ahead.getFirst();
        }
        if (element == null || element.sequence() != head) {
            throw new CorruptionException(SEGMENTS, 0, "element " + head + " is not there");
        }
        return element;
    }

    @Nullable
    Element poll() throws IOException {
        Element element = peek();
        if (element != null) {
            consume(element.sequence(), element.body().length);
        }
        return element;
    }

    /** Whether it was there to be released. */
    boolean release(long sequence) throws IOException {
        byte[] body = sequence >= next || cursor.isConsumed(sequence) ? null : read(sequence);
        if (body == null) {
            return false;
        }
        consume(sequence, body.length);
        return true;
    }

    private void consume(long sequence, int bytes) {
        cursor.consume(sequence);
        liveBytes -= bytes;
        consumed = true;
    }

    byte @Nullable [] read(long sequence) throws IOException {
        Element element = tail.get(sequence);
        if (element != null || sequence >= next || cursor.isConsumed(sequence)) {
            return element == null || cursor.isConsumed(sequence) ? null : element.body();
        }
        return store.read(sequence);
    }

    /** Some elements from a sequence on that are not consumed; empty at the end. */
    List<Element> page(long fromSequence) throws IOException {
        store.write();
        long from = Math.max(fromSequence, cursor.head());
        List<Element> found = new ArrayList<>();
        while (found.isEmpty() && from < next) {
            List<Element> page = store.range(from, options.cacheBytes());
            if (page.isEmpty()) {
                break;
            }
            from = page.get(page.size() - 1).sequence() + 1;
            page.stream().filter(e -> !cursor.isConsumed(e.sequence())).forEach(found::add);
        }
        return found;
    }

    /** Drops elements from a sequence on, durably: first the elements, then what the cursor says of them. */
    void truncateTail(long fromSequence) throws IOException {
        long from = Math.max(fromSequence, cursor.head());
        if (from >= next) {
            return;
        }
        store.force();
        for (List<Element> page = page(from); !page.isEmpty(); ) {
            liveBytes -= page.stream().mapToLong(e -> e.body().length).sum();
            page = page(page.get(page.size() - 1).sequence() + 1);
        }
        store.cut(from, -1);
        cursor.cut(from);
        cursorFile.write(cursor.encode());
        next = from;
        tail.tailMap(from, true).values().forEach(e -> tailBytes -= e.body().length);
        tail.tailMap(from, true).clear();
        ahead.clear();
    }

    /** Brings all changes where the durability wants them. */
    void commit(long nowNanos) throws IOException {
        if (appended || consumed) {
            changedNanos = nowNanos;
            unforcedSince = unforced ? unforcedSince : nowNanos;
            unforced = true;
            unsealed |= appended;
            write();
            if (options.durability() == Durability.FSYNC) {
                sync();
            }
        }
        long due = nextTaskNanos();
        if (due != Long.MAX_VALUE && due - nowNanos <= 0) {
            sync();
            if (unsealed && nowNanos - changedNanos >= SEAL_AFTER_NANOS) {
                seal();
            }
        }
    }

    private void write() throws IOException {
        store.write();
        if (consumed && options.durability() != Durability.FSYNC) {
            cursorFile.writeUnforced(cursor.encode());
        }
        cursorUnforced |= consumed;
        appended = false;
        consumed = false;
        while (tailBytes > options.cacheBytes() && tail.size() > 1) {
            tailBytes -= tail.pollFirstEntry().getValue().body().length;
        }
    }

    private void seal() throws IOException {
        store.seal();
        unsealed = false;
    }

    /** When {@link #commit} has something to do without a change; {@link Long#MAX_VALUE} for never. */
    long nextTaskNanos() {
        long seal = unsealed ? changedNanos + SEAL_AFTER_NANOS : Long.MAX_VALUE;
        boolean waits = unforced && options.durability() == Durability.INTERVAL;
        return waits ? Math.min(seal, unforcedSince + options.interval().toNanos()) : seal;
    }

    /** Makes everything durable, the elements before the cursor that consumes them. */
    void sync() throws IOException {
        write();
        store.force();
        if (cursorUnforced) {
            cursorFile.write(cursor.encode());
            cursorUnforced = false;
        }
        unforced = false;
        dropConsumedSegments();
    }

    /** The last segment stays: it keeps the numbering. */
    private void dropConsumedSegments() throws IOException {
        while (store.segments().size() > 1 && store.segments().get(0).last < cursor.head()) {
            store.delete(store.segments().get(0));
        }
    }

    long size() {
        return next - cursor.head() - cursor.behind();
    }

    long bytes() {
        return liveBytes;
    }

    void close() throws IOException {
        try {
            sync();
            if (unsealed) {
                seal();
            }
        } finally {
            closeFiles();
        }
    }

    void closeFiles() throws IOException {
        store.close();
        cursorFile.close();
    }
}
