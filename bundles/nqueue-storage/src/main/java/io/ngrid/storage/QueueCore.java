package io.ngrid.storage;

import io.ngrid.spi.storage.CorruptionException;
import io.ngrid.spi.storage.Disk;
import io.ngrid.storage.NQueueOptions.Durability;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An {@link NQueue} without its threads: changes, then one {@link #commit} for them all. An element is forced before the
 * cursor that consumes it, and a file goes only when the cursor behind it is durable.
 */
final class QueueCore {
    static final String CURSOR = "cursor";
    static final String SEGMENTS = "segments";
    static final long MAGIC = 0x4e47_4355_5253_4f52L; // NGCURSOR
    private static final long SEAL_AFTER_NANOS = 1_000_000_000L;
    private static final Logger LOG = LoggerFactory.getLogger(QueueCore.class);

    /**
     * With durability OS so many full segments are left to the system until there is a pause, or a sync: forcing each one at once
     * would halve what can be appended in a while. A start after a kill reads them.
     */
    private static final int KEPT_UNFORCED = 64;

    private final NQueueOptions options;
    private final QueueStore store;
    private final SlotFile cursorFile;
    private final Cursor cursor;
    private final Deque<Element> ahead = new ArrayDeque<>();
    private ElementCache tail;
    private long next;
    private long live;
    private long liveBytes;
    private boolean appended;
    private boolean consumed;
    private boolean cursorUnforced;
    private boolean unforced;
    private boolean unsealed;
    private boolean syncAsked;
    private boolean wasteful; // some files hold little or nothing that is live
    private long unforcedSince;
    private long changedNanos;

    private QueueCore(Disk disk, NQueueOptions options, long seed, int keptUnforced, SlotFile cursorFile) {
        this.options = options;
        this.cursorFile = cursorFile;
        this.cursor = Cursor.decode(CURSOR, cursorFile.value());
        this.tail = new ElementCache(options.cacheBytes(), 0);
        this.store = new QueueStore(
                disk,
                SEGMENTS,
                0,
                seed,
                options.segmentBytes(),
                headroom(options.durability()),
                keptUnforced,
                ByteBuffer.allocate(RecordWriter.BUFFER));
    }

    private static Headroom.Use headroom(Durability durability) {
        return switch (durability) {
            case FSYNC -> Headroom.Use.FOR_FORCES;
            case OS -> Headroom.Use.FOR_WRITES;
            case INTERVAL -> Headroom.Use.NEVER;
        };
    }

    static QueueCore open(Disk disk, NQueueOptions options, long seed) throws IOException {
        return open(disk, options, seed, options.durability() == Durability.OS ? KEPT_UNFORCED : 0);
    }

    /** @param keptUnforced how many full segments are left to the system before they are forced unasked */
    static QueueCore open(Disk disk, NQueueOptions options, long seed, int keptUnforced) throws IOException {
        if (!disk.exists(CURSOR)) {
            if (!disk.list(SEGMENTS).isEmpty()) { // a cursor made up would bring consumed elements back
                throw new CorruptionException(CURSOR, 0, "it is missing beside segments");
            }
            SlotFile.create(disk, "", CURSOR, MAGIC, Cursor.SLOT, new Cursor().encode());
        }
        QueueCore core =
                new QueueCore(disk, options, seed, keptUnforced, SlotFile.open(disk, CURSOR, MAGIC, Cursor.SLOT));
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
        tail = new ElementCache(options.cacheBytes(), next - 1);
        if (cursor.cut(next)) {
            cursorFile.write(cursor.encode()); // durably, before these sequences are given again
        }
        for (QueueSegment segment : store.segments()) {
            count(segment);
            live += segment.live.get();
        }
        reclaim(cursor);
    }

    /** Counts what is live in a segment; reads it only if some of it is consumed. */
    private void count(QueueSegment segment) throws IOException {
        segment.live.set(segment.count);
        liveBytes += segment.bytes;
        if (segment.count == 0 || !cursor.touches(segment.first(), segment.last)) {
            return;
        }
        long at = segment.first();
        while (at <= segment.last) {
            List<Element> page = new ArrayList<>();
            segment.range(at, options.cacheBytes(), page);
            for (Element element : page) {
                if (cursor.isConsumed(element.sequence())) {
                    segment.live.decrementAndGet();
                    liveBytes -= element.body().length;
                }
            }
            at = page.isEmpty() ? segment.last + 1 : page.get(page.size() - 1).sequence() + 1;
        }
    }

    /** Whether elements need another segment, which {@link #roll} makes before: work for the queue's own thread. */
    boolean isFull(List<byte[]> bodies) {
        return store.isFull(size(bodies));
    }

    /** Bytes that they take in a file. */
    static long size(List<byte[]> bodies) {
        long bytes = 0;
        for (byte[] body : bodies) {
            bytes += Records.size(body.length);
        }
        return bytes;
    }

    /** No sequence lies between two segments, nor between the head and the first one. */
    void roll() throws IOException {
        checkNumber(0, 1); // it names the file
        List<QueueSegment> all = store.segments();
        store.roll(all.isEmpty() ? cursor.head() : store.lastSequence() + 1);
        wasteful |= !all.isEmpty() && all.get(all.size() - 1).isSparse();
    }

    /** Sequence of the next element. */
    long next() {
        return next;
    }

    long append(long timeMillis, byte[] body) throws IOException {
        return append(next, timeMillis, body);
    }

    /** Appends elements, the first under a sequence of its own, or 0 for the next one; returns the first's. */
    long append(long sequence, List<byte[]> bodies) throws IOException {
        checkNumber(sequence, bodies.size());
        long now = System.currentTimeMillis();
        long first = sequence == 0 ? next : sequence;
        long at = first;
        for (byte[] body : bodies) {
            append(at++, now, body);
        }
        return first;
    }

    /** Refuses a sequence for the first of some elements, or 0 for the next one, if it is not higher than all before. */
    void checkNumber(long sequence, int count) {
        long first = sequence == 0 ? next : sequence;
        if (first < next) {
            throw new IllegalArgumentException(
                    "sequence " + sequence + " is not higher than the last one, " + (next - 1));
        }
        if (first > NQueue.MAX_SEQUENCE - count + 1) {
            throw new IllegalArgumentException(
                    count + " elements from sequence " + first + " on: the highest sequence is " + NQueue.MAX_SEQUENCE);
        }
    }

    /** Appends an element under a sequence of its own, higher than all before. */
    long append(long sequence, long timeMillis, byte[] body) throws IOException {
        checkNumber(sequence, 1);
        if (store.isFull(Records.size(body.length))) {
            roll();
        }
        store.append(sequence, timeMillis, body);
        next = sequence + 1;
        live++;
        liveBytes += body.length;
        tail.add(new Element(sequence, timeMillis, body));
        appended = true;
        return sequence;
    }

    /** Whether {@link #peek} and {@link #poll} need no disk. */
    boolean headInMemory() {
        return live == 0 || first() != null;
    }

    /** The first element that is not consumed. */
    @Nullable
    Element peek() throws IOException {
        if (live == 0) {
            return null;
        }
        Element first = first();
        if (first == null) {
            load();
            first = first();
        }
        if (first == null) {
            throw new CorruptionException(SEGMENTS, 0, "element " + cursor.head() + " is not there");
        }
        return first;
    }

    /** The first element, if it is in memory. */
    private @Nullable Element first() {
        while (!ahead.isEmpty() && cursor.isConsumed(ahead.getFirst().sequence())) {
            ahead.removeFirst();
        }
        if (!ahead.isEmpty()) {
            return ahead.getFirst();
        }
        return tail.covers(cursor.head()) ? tail.ceiling(cursor.head()) : null;
    }

    /** Reads the head of the queue into memory. */
    private void load() throws IOException {
        ahead.clear();
        ahead.addAll(page(cursor.head()));
    }

    /** The first elements; what cannot be read ends them, unless it is the first. */
    List<Element> poll(int max) throws IOException {
        List<Element> taken = new ArrayList<>();
        try {
            for (Element element; taken.size() < max && (element = poll()) != null; ) {
                taken.add(element);
            }
        } catch (CorruptionException e) {
            if (taken.isEmpty()) {
                throw e;
            }
        }
        return taken;
    }

    @Nullable
    Element poll() throws IOException {
        Element element = peek();
        if (element != null) {
            cursor.advance(element.sequence()); // what lies between is a gap
            consume(element.sequence(), element.body().length);
        }
        return element;
    }

    /** Lets the oldest go until there is room for more elements; none of them if one that has to go cannot be read. */
    void dropOldest(int count, long bytes) throws IOException {
        if (fits(count, bytes)) {
            return;
        }
        record Oldest(long sequence, int bytes) {}
        List<Oldest> oldest = new ArrayList<>();
        long left = live;
        long leftBytes = liveBytes;
        peek(); // reads ahead
        long from = cursor.head();
        Collection<Element> page = ahead;
        while (!fits(left, leftBytes, count, bytes) && !tail.covers(from)) { // the rest is in memory
            page = page.isEmpty() ? page(from) : page;
            if (page.isEmpty()) {
                throw new CorruptionException(SEGMENTS, 0, "element " + from + " is not there");
            }
            for (Element element : page) {
                from = element.sequence() + 1;
                if (!cursor.isConsumed(element.sequence()) && !fits(left, leftBytes, count, bytes)) {
                    oldest.add(new Oldest(element.sequence(), element.body().length));
                    left--;
                    leftBytes -= element.body().length;
                }
            }
            page = List.of();
        }
        for (Oldest element : oldest) {
            cursor.advance(element.sequence); // what lies between is a gap
            consume(element.sequence, element.bytes);
        }
        if (!fits(count, bytes)) {
            cursor.advance(from); // and the rest from memory
        }
        while (!fits(count, bytes)) {
            poll();
        }
    }

    /** Whether it was there to be released. */
    boolean release(long sequence) throws IOException {
        byte[] body = read(sequence);
        if (body == null) {
            return false;
        }
        if (isFirst(sequence)) {
            cursor.advance(sequence); // what lies between is a gap
        }
        consume(sequence, body.length);
        return true;
    }

    /** Whether an element that is not consumed is the first one, as far as those before can be read. */
    private boolean isFirst(long sequence) throws IOException {
        try {
            Element first = sequence == cursor.head() ? null : peek();
            return first == null || first.sequence() == sequence;
        } catch (CorruptionException e) {
            return false;
        }
    }

    private void consume(long sequence, int bytes) {
        cursor.consume(sequence);
        QueueSegment segment = store.find(sequence);
        if (segment != null) {
            segment.live.decrementAndGet();
            wasteful |=
                    segment.live.get() == 0 || (segment.isSparse() && cursor.hasRanges(segment.first(), segment.last));
        }
        live--;
        liveBytes -= bytes;
        tail.remove(sequence);
        consumed = true;
    }

    byte @Nullable [] read(long sequence) throws IOException {
        if (sequence >= next || cursor.isConsumed(sequence)) {
            return null;
        }
        Element element = tail.get(sequence);
        if (element != null || tail.covers(sequence)) {
            return element == null ? null : element.body();
        }
        store.write();
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
        long gone = 0;
        long goneBytes = 0;
        for (List<Element> page = page(from); !page.isEmpty(); ) {
            gone += page.size();
            goneBytes += page.stream().mapToLong(e -> e.body().length).sum();
            page = page(page.get(page.size() - 1).sequence() + 1);
        }
        List<QueueSegment> before = store.segments();
        store.cut(from, -1);
        live -= gone;
        liveBytes -= goneBytes;
        cursor.cut(from);
        cursorFile.write(cursor.encode());
        next = from;
        tail.cut(from);
        ahead.clear();
        recountLast(before);
    }

    /** One that was cut, and read for it. */
    private void recountLast(List<QueueSegment> before) throws IOException {
        List<QueueSegment> segments = store.segments();
        if (!before.containsAll(segments)) {
            long bytes = liveBytes;
            count(segments.get(segments.size() - 1));
            liveBytes = bytes;
        }
    }

    /** Whether {@link #commit} has nothing to do later on; after the next change it has to be called once to know when. */
    boolean isSettled() {
        boolean idle = options.durability() == Durability.INTERVAL
                ? !unforced // a seal that is due does not bring the next force about
                : nextTaskNanos() == Long.MAX_VALUE;
        return !appended && !consumed && idle;
    }

    /** Whether {@link #startRoom} or {@link #startWriteBack} had better be called now. */
    boolean wantsHelp() {
        return store.wantsWriteBack() || store.wantsRoom() || (wasteful && options.durability() == Durability.OS);
    }

    boolean wantsRoom() {
        return store.wantsRoom();
    }

    /** Making it may run beside {@link #append} and {@link #poll}, as long as nobody appends who {@link #mustWait}. */
    Headroom.@Nullable Room startRoom() {
        return store.startRoom();
    }

    void finish(Headroom.Room room) throws IOException {
        store.finish(room);
    }

    /** Whether elements have to wait until the room that is being made is there. */
    boolean mustWait(List<byte[]> bodies) {
        return store.mustWait(size(bodies));
    }

    /** Brings all changes where the durability wants them. */
    void commit(long nowNanos) throws IOException {
        Sync sync = startCommit(nowNanos);
        if (sync != null) {
            sync.perform();
            finish(sync);
        }
    }

    /**
     * What is to be forced. {@link #perform} may run beside {@link #append} and {@link #poll}, but not beside another sync;
     * with durability OS, {@link #writeCursor} not beside them either, as they write it.
     */
    final class Sync {
        private final QueueStore.@Nullable Force force;
        private final byte @Nullable [] state;
        private final boolean seals;
        private final boolean reclaims;

        private Sync(QueueStore.@Nullable Force force, byte @Nullable [] state, boolean seals) {
            this.force = force;
            this.state = state;
            this.seals = seals;
            this.reclaims = state != null && wasteful;
            wasteful &= state == null;
            unsealed &= !seals; // what comes during the force needs another one
        }

        void perform() throws IOException {
            forceElements();
            writeCursor();
        }

        /** Before {@link #writeCursor}, which says what of them is consumed. */
        void forceElements() {
            if (force != null) {
                force.perform();
            }
        }

        void writeCursor() throws IOException {
            if (state != null) {
                boolean newer = options.durability() == Durability.OS && cursorUnforced; // a killed process loses none
                cursorFile.write(newer ? cursor.encode() : state);
            }
        }
    }

    /** Takes notice of changes, writes them, and says what has to be forced now; null for nothing. */
    @Nullable
    Sync startCommit(long nowNanos) throws IOException {
        if (appended || consumed) {
            changedNanos = nowNanos;
            unforcedSince = unforced ? unforcedSince : nowNanos;
            unforced = true;
            unsealed |= appended;
            if (options.durability() != Durability.INTERVAL) {
                write();
            }
            cursorUnforced |= consumed;
            appended = false;
            consumed = false;
            if (options.durability() == Durability.FSYNC) {
                return startSync(false);
            }
        }
        if (syncAsked) {
            syncAsked = false;
            return startSync(false);
        }
        long due = nextTaskNanos();
        if (wasteful && options.durability() == Durability.OS) {
            return startSync(false); // files go only when the cursor behind them is durable
        }
        if (due != Long.MAX_VALUE && due - nowNanos <= 0) {
            QueueStore.Force oldest = store.startForceOfOldest(); // one at a time: it ends when somebody goes on
            return oldest != null
                    ? new Sync(oldest, null, false)
                    : startSync(unsealed && nowNanos - changedNanos >= SEAL_AFTER_NANOS);
        }
        return null;
    }

    /** Brings changes as far as a call must that is not durable when it returns. */
    void write() throws IOException {
        store.write();
        if (consumed && options.durability() == Durability.OS) {
            cursorFile.writeUnforced(cursor.encode());
            cursorUnforced = true;
            consumed = false;
        }
    }

    /** When {@link #commit} has something to do without a change; {@link Long#MAX_VALUE} for never. */
    long nextTaskNanos() {
        long seal = unsealed ? changedNanos + SEAL_AFTER_NANOS : Long.MAX_VALUE;
        boolean waits = unforced && options.durability() == Durability.INTERVAL;
        return waits ? Math.min(seal, unforcedSince + options.interval().toNanos()) : seal;
    }

    /** The next {@link #startCommit} makes everything durable. */
    void askSync() {
        syncAsked = true;
    }

    /** Makes everything durable, the elements before the cursor that consumes them. */
    void sync() throws IOException {
        Sync sync = startSync(false);
        sync.perform();
        finish(sync);
    }

    /** Of segments that take no more. */
    @Nullable
    Sync startWriteBack() {
        QueueStore.Force force = store.startWriteBack();
        return force == null ? null : new Sync(force, null, false);
    }

    Sync startSync(boolean seals) throws IOException {
        unsealed |= appended;
        cursorUnforced |= consumed;
        byte[] state = cursorUnforced ? cursor.encode() : null;
        appended = false;
        consumed = false;
        cursorUnforced = false;
        unforced = false;
        return new Sync(store.startForce(), state, seals);
    }

    void finish(Sync sync) throws IOException {
        if (sync.force != null) {
            store.finish(sync.force);
        }
        if (sync.seals) {
            store.seal();
        }
        if (sync.state != null && sync.reclaims) {
            reclaim(Cursor.decode(CURSOR, sync.state));
        }
    }

    /**
     * Drops segments of which nothing is live, and copies on the rest of one of which little is, as far as a cursor that is
     * durable says. The last segment stays: it keeps the numbering.
     */
    private void reclaim(Cursor durable) throws IOException {
        while (store.segments().size() > 1 && store.segments().get(0).last < durable.head()) {
            store.delete(store.segments().get(0));
        }
        QueueSegment sparse = sparse(durable);
        if (sparse != null && copyOn(sparse, durable) && sparse(durable) != null) {
            wasteful = true; // the next sync goes on
            cursorUnforced = true;
        }
    }

    private @Nullable QueueSegment sparse(Cursor durable) {
        for (QueueSegment segment : store.segments()) {
            boolean released = durable.hasRanges(segment.first(), segment.last); // else it is about to be used up
            if (segment.isSparse() && released) {
                return segment;
            }
        }
        return null;
    }

    /** Whether another one may be tried next. */
    private boolean copyOn(QueueSegment sparse, Cursor durable) throws IOException {
        try {
            store.copyOn(sparse, sequence -> !durable.isConsumed(sequence));
        } catch (IOException e) {
            LOG.warn(
                    "event=copy_failed file={} reason=\"{}\"",
                    sparse.path,
                    e.getMessage()); // it takes more space than it need
            return false;
        } catch (CorruptionException e) { // whoever wants one of its elements is told; nobody else
            LOG.warn("event=copy_failed file={} offset={} reason=\"{}\"", e.file(), e.offset(), e.what());
            store.keepAsItIs(e.file());
            return true;
        }
        QueueSegment copy = store.segments().stream()
                .filter(s -> s.first() <= sparse.first() && s.last >= sparse.last)
                .findAny()
                .orElseThrow();
        long bytes = liveBytes;
        count(copy);
        liveBytes = bytes;
        return true;
    }

    /** Whether there is room for more elements. */
    boolean fits(int count, long bytes) {
        return fits(live, liveBytes, count, bytes);
    }

    /** Whether there is room for more elements beside others. */
    private boolean fits(long others, long othersBytes, int count, long bytes) {
        return others + count <= options.maxElements() && othersBytes <= options.maxBytes() - bytes;
    }

    /** Whether there is room for more elements once the first one has gone, which is in memory. */
    boolean fitsWithoutFirst(int count, long bytes) {
        Element first = first();
        return first != null && fits(live - 1, liveBytes - first.body().length, count, bytes);
    }

    long size() {
        return live;
    }

    long bytes() {
        return liveBytes;
    }

    void close() throws IOException {
        try {
            sync();
            if (unsealed) {
                store.seal();
                unsealed = false;
            }
            store.trim();
        } finally {
            closeFiles();
        }
    }

    void closeFiles() throws IOException {
        store.close();
        cursorFile.close();
    }
}
