package io.ngrid.storage;

import io.ngrid.spi.storage.CorruptionException;
import io.ngrid.spi.storage.Disk;
import io.ngrid.storage.QueueSegment.Tail;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.LongPredicate;
import org.jspecify.annotations.Nullable;

/**
 * The segments of one queue: elements by rising sequence, gaps allowed. One thread writes; any thread reads what was
 * {@link #write written}.
 */
final class QueueStore {
    private static final byte[] NOTHING = new byte[0];
    private static final int MOST_JOINED = 8;
    /** Of those left so many more than are to be written back, and a roll forces them itself. */
    private static final int MOST_LATE = 8;

    /** A segment as a checkpoint lists it: the n-th copy of what is left of it, 0 for itself. */
    record Listed(long first, int copy, long length, boolean sealed, long live) {
        String name() {
            return QueueSegment.name(first, copy);
        }
    }

    private final Disk disk;
    private final String directory;
    private final long owner;
    private final long seed;
    private final long segmentBytes;
    private final ByteBuffer buffer;
    private volatile List<QueueSegment> segments = List.of();
    private @Nullable RecordWriter writer;
    private boolean directoryMade;
    private final List<QueueSegment> left = new ArrayList<>(); // they take no more, and are not forced yet
    private final List<QueueSegment> replaced = new CopyOnWriteArrayList<>(); // their rest is in a copy
    private boolean dirty;
    private long lastSequence;
    private long flushed;
    private long nextBase;
    private final Headroom headroom;
    private final int keptUnforced;

    /**
     * A store.
     *
     * @param keptUnforced how many segments that take no more may be left to the system before they are written back
     * @param buffer may be shared by stores of one thread: it is empty between calls of {@link #write}
     */
    QueueStore(
            Disk disk,
            String directory,
            long owner,
            long seed,
            long segmentBytes,
            Headroom.Use headroom,
            int keptUnforced,
            ByteBuffer buffer) {
        this.disk = disk;
        this.directory = directory;
        this.owner = owner;
        this.seed = seed;
        this.segmentBytes = segmentBytes;
        this.headroom = new Headroom(segmentBytes, headroom);
        this.keptUnforced = keptUnforced;
        this.buffer = buffer;
    }

    /** Opens just the segments listed, cut to their lengths, and deletes others. */
    void restore(List<Listed> listed) throws IOException {
        deleteOthers(listed);
        for (Listed entry : listed) {
            QueueSegment segment = QueueSegment.open(disk, directory, entry.first, entry.copy, owner);
            adopt(segment);
            segment.live.set(entry.live);
            if (segment.file.size() < entry.length) {
                throw new CorruptionException(
                        segment.path, segment.file.size(), "it ends here, but " + entry.length + " bytes are listed");
            }
            segment.file.truncate(entry.length);
            if (entry.sealed && !segment.readFooter(entry.length)) {
                throw withoutFooter(segment, entry.length);
            }
            if (!entry.sealed) {
                Tail tail = segment.scan(entry.length);
                if (tail.offset() != entry.length) {
                    throw new CorruptionException(segment.path, tail.offset(), "no valid record");
                }
                goOn(segment, tail);
            }
            settle(segment);
        }
        dirty = false;
    }

    /** Opens all segments there are after any crash; cuts a torn tail, reports corruption [D2]. */
    void recover() throws IOException {
        List<QueueSegment> found = new QueueRecovery(disk, directory, owner).segments();
        try {
            for (QueueSegment segment : found) {
                recover(segment, segment == found.get(0), segment == found.get(found.size() - 1));
            }
            dirty = false;
        } finally {
            QueueRecovery.close(found.stream()
                    .filter(segment -> !segments.contains(segment))
                    .toList());
        }
    }

    private void recover(QueueSegment segment, boolean isFirst, boolean isLast) throws IOException {
        if (!isFirst && segment.header.base() != nextBase) {
            throw new CorruptionException(
                    segment.path, 0, "it begins at position " + segment.header.base() + ", not at " + nextBase);
        }
        adopt(segment);
        if (!readFooter(segment, isLast)) {
            if (!isLast) {
                throw withoutFooter(segment, segment.file.size());
            }
            Tail tail = QueueRecovery.tail(segment);
            goOn(segment, tail);
            if (!tail.sealed()) {
                seal();
            }
        } else if (isLast) {
            QueueRecovery.makeDurable(segment, SegmentHeader.BYTES);
        }
        segment.live.set(segment.count);
        settle(segment);
    }

    /** The footer may be damaged where it says where it begins: that is where the records end. */
    private static CorruptionException withoutFooter(QueueSegment segment, long end) throws IOException {
        return new CorruptionException(segment.path, segment.scan(end).offset(), "no valid record or footer");
    }

    private static boolean readFooter(QueueSegment segment, boolean mayBeTorn) throws IOException {
        if (!mayBeTorn && segment.readFooter(segment.file.size())) {
            return true;
        }
        long end = segment.wholeEnd();
        if (end >= 0) {
            segment.file.truncate(end);
        }
        return end >= 0 && segment.readFooter(end);
    }

    private void adopt(QueueSegment segment) {
        List<QueueSegment> more = new ArrayList<>(segments);
        more.add(segment);
        segments = List.copyOf(more);
        directoryMade = true;
    }

    private void goOn(QueueSegment segment, Tail tail) throws IOException {
        writer = new RecordWriter(
                buffer, segment.header.seed(), segment.file, segment.header.base(), tail.offset(), tail.crc());
        flushed = segment.header.base() + tail.offset();
        lastSequence = segment.last;
        headroom.begin(tail.offset());
    }

    /** Whether {@link #startRoom} has work. */
    boolean wantsRoom() {
        RecordWriter out = writer;
        return out != null && headroom.isWanted(out.offset());
    }

    /** The room to be made now in the last segment; null for none. */
    Headroom.@Nullable Room startRoom() {
        RecordWriter out = writer;
        return out == null ? null : headroom.start(current(), out.offset());
    }

    void finish(Headroom.Room room) throws IOException {
        headroom.finish(room);
    }

    /** Whether records of so many bytes would go where room is being made. */
    boolean mustWait(long bytes) {
        RecordWriter out = writer;
        return out != null && headroom.isBeingMade(out.offset(), bytes);
    }

    private void settle(QueueSegment segment) {
        lastSequence = segment.last;
        nextBase = segment.end();
        if (segment.sealed) {
            writer = null;
            flushed = nextBase;
        }
    }

    private void deleteOthers(List<Listed> listed) throws IOException {
        boolean deleted = false;
        for (String name : disk.list(directory)) {
            boolean keep = listed.stream().anyMatch(l -> name.equals(l.name()));
            if (!keep) {
                disk.delete(Segments.path(directory, name));
                deleted = true;
            }
        }
        if (deleted) {
            Faults.forceDirectory(disk, directory);
        }
    }

    List<QueueSegment> segments() {
        return segments;
    }

    /** Sequence of the last element appended, 0 if none ever. */
    long lastSequence() {
        return lastSequence;
    }

    /** Whether records of so many bytes need another segment. */
    boolean isFull(long bytes) {
        RecordWriter out = writer;
        return out == null || (current().count > 0 && out.offset() + bytes > segmentBytes);
    }

    /** Appends an element; readers see it after {@link #write}. */
    void append(long sequence, long time, byte[] body) throws IOException {
        if (sequence <= lastSequence) {
            throw new IllegalStateException(directory + ": element " + sequence + " behind " + lastSequence);
        }
        RecordWriter out = writer;
        if (out == null || isFull(Records.size(body.length))) {
            out = roll(sequence);
        }
        QueueSegment current = current();
        current.noteElement(sequence, out.offset(), body.length);
        current.live.incrementAndGet();
        out.add(Records.ELEMENT, 0, sequence, time, flushed, body);
        lastSequence = sequence;
        dirty = true;
    }

    /** Hands what is appended to the operating system. */
    void write() throws IOException {
        RecordWriter out = writer;
        if (out != null && dirty) {
            out.drain();
            current().length = out.offset();
        }
    }

    /** Makes what is written durable. */
    void force() throws IOException {
        perform(startForce());
    }

    /** What is to be forced. {@link #perform} may run while others append; the store's own calls may not. */
    record Force(List<QueueSegment> segments, long position) {
        void perform() {
            segments.forEach(segment -> Faults.force(segment.file, segment.path));
        }
    }

    /** Writes; null if all is durable. */
    @Nullable
    Force startForce() throws IOException {
        write();
        RecordWriter out = writer;
        if (out == null || !dirty) {
            return forceOf(left);
        }
        QueueSegment current = current();
        headroom.beforeForce(current, out.offset(), out.position() - flushed);
        dirty = false;
        List<QueueSegment> all = new ArrayList<>(left);
        all.add(current);
        return new Force(all, out.position());
    }

    /** As {@link #startForce}, but only of segments that take no more, without the youngest of them that are kept unforced. */
    @Nullable
    Force startWriteBack() {
        return forceOf(left.subList(0, Math.max(0, left.size() - keptUnforced)));
    }

    /** The oldest segment that takes no more, if it was kept unforced and is not the only one. */
    @Nullable
    Force startForceOfOldest() {
        return keptUnforced > 0 && left.size() > 1 ? forceOf(left.subList(0, 1)) : null;
    }

    private static @Nullable Force forceOf(List<QueueSegment> oldest) {
        return oldest.isEmpty()
                ? null
                : new Force(List.copyOf(oldest), oldest.get(oldest.size() - 1).end());
    }

    void finish(Force force) {
        left.removeAll(force.segments);
        flushed = Math.max(flushed, force.position);
    }

    /** Whether {@link #startWriteBack} has work. */
    boolean wantsWriteBack() {
        return left.size() > keptUnforced;
    }

    private void perform(@Nullable Force force) {
        if (force != null) {
            force.perform();
            finish(force);
        }
    }

    /** Appends a proof for all before it, so that rot of it is found. */
    void seal() throws IOException {
        RecordWriter out = writer;
        if (out != null) {
            force();
            out.add(Records.SEAL, 0, lastSequence, 0, flushed, NOTHING);
            dirty = true;
            force();
        }
    }

    /** An element, or null if it is not there. Any thread. */
    byte @Nullable [] read(long sequence) throws IOException {
        QueueSegment segment = find(sequence);
        while (segment != null) {
            try {
                return segment.read(sequence);
            } catch (IOException e) {
                QueueSegment now = find(sequence);
                if (now == segment) {
                    throw e;
                }
                segment = now; // it was replaced by a copy, and closed, before it was read
            }
        }
        return null;
    }

    /**
     * Elements from a sequence on, or from the next one that is there.
     *
     * @param maxBytes bound on their records; the first is returned whatever its size
     */
    List<Element> range(long fromSequence, long maxBytes) throws IOException {
        List<Element> found = new ArrayList<>();
        long left = maxBytes;
        for (QueueSegment segment : segments) {
            if (segment.last >= fromSequence && left > 0) {
                left -= segment.range(fromSequence, left, found);
            }
        }
        return found;
    }

    /** The segment that holds an element, if it is there. Any thread. */
    @Nullable
    QueueSegment find(long sequence) {
        List<QueueSegment> all = segments;
        int low = 0;
        int high = all.size() - 1;
        while (low < high) {
            int middle = (low + high + 1) >>> 1;
            if (all.get(middle).first() <= sequence) {
                low = middle;
            } else {
                high = middle - 1;
            }
        }
        return all.isEmpty() || all.get(low).first() > sequence || all.get(low).last < sequence ? null : all.get(low);
    }

    /**
     * Drops elements from a sequence on, durably.
     *
     * @param expectedLast last sequence to stay, if what lies behind it may be half-written; otherwise -1
     */
    void cut(long fromSequence, long expectedLast) throws IOException {
        buffer.clear();
        perform(forceOf(left));
        int stay = (int) segments.stream().filter(s -> s.first() < fromSequence).count();
        QueueSegment old = stay == 0 ? null : segments.get(stay - 1);
        Rest rest = old == null || (old.sealed && old.last < fromSequence)
                ? null
                : rest(old, fromSequence, expectedLast); // before anything goes: it may be corrupt
        while (segments.size() > stay) {
            delete(current()); // last first, and before the cut: only the last one may lack a footer
        }
        writer = null;
        if (old == null) {
            lastSequence = Math.max(0, Math.min(lastSequence, fromSequence - 1));
        } else if (rest == null) {
            settle(old);
        } else {
            cutTo(rest);
        }
    }

    /** What of a segment stays, and where it ends. */
    private record Rest(QueueSegment segment, Tail tail) {}

    private static Rest rest(QueueSegment old, long fromSequence, long expectedLast) throws IOException {
        QueueSegment rest = new QueueSegment(old.path, old.copy, old.file, old.header);
        Tail tail = cutTail(rest, fromSequence, old.file.size());
        boolean foundEnd = rest.last == expectedLast || rest.last == old.last;
        if (!foundEnd && !nextIsCut(rest, tail.offset(), fromSequence, old.file.size())) {
            throw new CorruptionException(old.path, tail.offset(), "no valid record before element " + fromSequence);
        }
        rest.live.set(Math.max(0, old.live.get() - (old.count - rest.count)));
        rest.length = tail.offset();
        return new Rest(rest, tail);
    }

    private void cutTo(Rest rest) throws IOException {
        QueueSegment segment = rest.segment;
        segment.file.truncate(segment.length);
        Faults.force(segment.file, segment.path);
        List<QueueSegment> all = new ArrayList<>(segments.subList(0, segments.size() - 1));
        all.add(segment);
        segments = List.copyOf(all);
        goOn(segment, rest.tail);
        settle(segment);
        dirty = false;
    }

    private static Tail cutTail(QueueSegment left, long fromSequence, long size) throws IOException {
        RecordReader reader = left.reader(size, 1 << 20);
        long at = SegmentHeader.BYTES;
        int crc = 0;
        while (reader.read(at)
                && (reader.kind() == Records.SEAL || reader.kind() == Records.ELEMENT)
                && reader.index() < fromSequence) {
            if (reader.kind() == Records.ELEMENT) {
                left.noteElement(reader.index(), at, reader.payloadLength());
            }
            crc = reader.crc();
            at += reader.size();
        }
        return new Tail(at, crc, 0, false);
    }

    private static boolean nextIsCut(QueueSegment segment, long at, long fromSequence, long size) throws IOException {
        RecordReader reader = segment.reader(size, 16 << 10);
        return reader.read(at) && reader.index() >= fromSequence;
    }

    /** Deletes a segment, durably. Elements in it are not there any more. */
    void delete(QueueSegment segment) throws IOException {
        if (segment == (segments.isEmpty() ? null : current())) {
            writer = null;
            dirty = false;
            nextBase = Math.max(nextBase, segment.end());
        }
        List<QueueSegment> others = new ArrayList<>(segments);
        others.remove(segment);
        segments = List.copyOf(others);
        left.remove(segment);
        segment.file.close();
        disk.delete(segment.path);
        Faults.forceDirectory(disk, directory);
    }

    /** Cuts what the last file has grown ahead, durably. Before {@link #close}, where nothing failed. */
    void trim() throws IOException {
        RecordWriter out = writer;
        if (out != null) {
            write();
            dirty |= headroom.cut(current(), out.offset());
            force();
        }
    }

    /**
     * Copies the live rest of sealed segments, of which the given one is sparse, into one file, which takes the name and
     * the place of the first of them; the others go. A crash leaves the old files, or the new one and some of the old ones
     * behind it, which {@link #recover} knows by their positions.
     *
     * @param isLive what is to stay, by what is durable
     */
    void copyOn(QueueSegment sparse, LongPredicate isLive) throws IOException {
        List<QueueSegment> run = around(sparse);
        QueueSegment first = run.get(0);
        replace(run, SegmentCopy.write(disk, directory, run, first.copy, isLive));
        for (QueueSegment segment : run) {
            segment.file.close();
            if (segment != first) {
                disk.delete(segment.path);
            }
        }
        Faults.forceDirectory(disk, directory);
    }

    /** Never copies a segment on again: it cannot be read. */
    void keepAsItIs(String path) {
        segments.stream().filter(segment -> segment.path.equals(path)).forEach(segment -> segment.rotten = true);
    }

    /** A segment of which little is live, and which is not just being used up. */
    @Nullable
    QueueSegment sparse(LongPredicate isLive) {
        for (QueueSegment segment : segments) {
            if (segment.isSparse() && segment.live.get() > 0 && !isLive.test(segment.last)) {
                return segment;
            }
        }
        return null;
    }

    /**
     * The segments to be copied on with a sparse one, and the copy, which lies beside them until {@link #replace} and
     * {@link #drop}.
     */
    record Copied(List<QueueSegment> run, QueueSegment copy) {
        /** Whether all that is live is in the copy. */
        boolean isWhole() {
            return copy.count
                    == run.stream().mapToLong(segment -> segment.live.get()).sum();
        }
    }

    /** Copies the live rest of sealed segments, of which the given one is sparse, into a file of its own, durably. */
    Copied copyBeside(QueueSegment sparse, LongPredicate isLive) throws IOException {
        List<QueueSegment> run = List.copyOf(around(sparse));
        return new Copied(run, SegmentCopy.write(disk, directory, run, run.get(0).copy + 1, isLive));
    }

    /** Reads what was copied from the copy; the files of the others stay. */
    void replace(Copied copied) {
        copied.copy.live.set(copied.copy.count);
        replace(copied.run, copied.copy);
        replaced.addAll(copied.run);
    }

    private void replace(List<QueueSegment> run, QueueSegment copy) {
        List<QueueSegment> all = new ArrayList<>(segments);
        all.set(all.indexOf(run.get(0)), copy);
        all.removeAll(run);
        segments = List.copyOf(all);
    }

    /** Segments that were {@link #replace}d and are still there. */
    List<QueueSegment> replaced() {
        return List.copyOf(replaced);
    }

    /** Deletes a copy that does not replace anything, or what was replaced. */
    void drop(QueueSegment segment) throws IOException {
        replaced.remove(segment);
        segment.file.close();
        disk.delete(segment.path);
        Faults.forceDirectory(disk, directory);
    }

    /** A sparse segment, and neighbours that are sparse or small: so that small ones do not pile up. */
    private List<QueueSegment> around(QueueSegment sparse) {
        int from = segments.indexOf(sparse);
        int to = from + 1;
        while (from > 0 && to - from < MOST_JOINED && joins(segments.get(from - 1))) {
            from--;
        }
        while (to < segments.size() && to - from < MOST_JOINED && joins(segments.get(to))) {
            to++;
        }
        return segments.subList(from, to);
    }

    private boolean joins(QueueSegment segment) {
        return segment.sealed && !segment.rotten && (segment.isSparse() || segment.length <= segmentBytes / 8);
    }

    void close() throws IOException {
        for (QueueSegment segment : segments) {
            segment.file.close();
        }
        for (QueueSegment segment : replaced) {
            segment.file.close();
        }
    }

    private QueueSegment current() {
        return segments.get(segments.size() - 1);
    }

    /** Seals the present segment and begins another one, whose elements have this sequence or higher ones. */
    RecordWriter roll(long sequence) throws IOException {
        RecordWriter out = writer;
        if (out != null) {
            write();
            QueueSegment full = current();
            dirty |= headroom.cut(full, out.offset());
            out.add(Records.FOOTER, 0, lastSequence, 0, flushed, full.footer(out.offset()));
            out.drain();
            full.length = out.offset();
            full.sealed = true;
            nextBase = full.end();
            dirty = false;
            left.add(full);
            if (left.size() > keptUnforced + MOST_LATE) {
                perform(startWriteBack());
            }
        }
        if (!directoryMade) {
            disk.createDirectory(directory);
            int slash = directory.lastIndexOf('/');
            Faults.forceDirectory(disk, slash < 0 ? "" : directory.substring(0, slash));
            directoryMade = true;
        }
        QueueSegment next = QueueSegment.create(
                disk,
                directory,
                new SegmentHeader(owner, seed, sequence, nextBase, left.isEmpty() ? 0 : SegmentHeader.AFTER_UNFORCED));
        adopt(next);
        if (left.isEmpty()) {
            flushed = next.header.base() + SegmentHeader.BYTES;
        }
        headroom.begin(SegmentHeader.BYTES);
        RecordWriter begun = new RecordWriter(buffer, seed, next.file, next.header.base(), SegmentHeader.BYTES, 0);
        writer = begun;
        return begun;
    }
}
