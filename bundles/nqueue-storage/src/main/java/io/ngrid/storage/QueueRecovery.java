package io.ngrid.storage;

import io.ngrid.spi.storage.CorruptionException;
import io.ngrid.spi.storage.Disk;
import io.ngrid.storage.QueueSegment.Tail;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/** What a crash may have left of a queue's segments: a torn tail, which is cut, told from rot, which is reported [D2]. */
final class QueueRecovery {
    private final Disk disk;
    private final String directory;
    private final long owner;

    QueueRecovery(Disk disk, String directory, long owner) {
        this.disk = disk;
        this.directory = directory;
        this.owner = owner;
    }

    /** The segments that count, opened; all but the last are whole. */
    List<QueueSegment> segments() throws IOException {
        Segments.checkNames(disk, directory, QueueSegment.SUFFIX);
        List<Long> numbers = Segments.numbers(disk, directory, QueueSegment.SUFFIX);
        for (long unfinished : Segments.numbers(disk, directory, QueueSegment.UNFINISHED)) {
            disk.delete(Segments.path(directory, Segments.name(unfinished, QueueSegment.UNFINISHED)));
        }
        if (disk.exists(directory)) {
            Faults.forceDirectory(
                    disk, directory); // a killed process may have left names, or none, in the page cache only
        }
        List<QueueSegment> found = new ArrayList<>();
        boolean done = false;
        try {
            for (long number : numbers) {
                QueueSegment segment = QueueSegment.open(disk, directory, number, 0, owner);
                QueueSegment before = found.isEmpty() ? null : found.get(found.size() - 1);
                if (before != null && before.rewritten() && segment.header.base() < before.end()) {
                    erase(segment); // what was live in it is in the one before
                } else {
                    found.add(segment);
                }
            }
            dropBehindTornOnes(found);
            done = true;
            return found;
        } finally {
            if (!done) {
                close(found);
            }
        }
    }

    static void close(List<QueueSegment> segments) throws IOException {
        for (QueueSegment segment : segments) {
            segment.file.close();
        }
    }

    /**
     * Segments that were left before they were forced may be torn like a tail. One that is, and of which nothing says that it
     * was once on disk beyond that place, becomes the last.
     */
    private void dropBehindTornOnes(List<QueueSegment> found) throws IOException {
        long proven = 0; // up to here a record behind says that all was on disk; each segment is searched once
        for (int i = found.size() - 2; i >= 0; i--) {
            QueueSegment segment = found.get(i);
            QueueSegment next = found.get(i + 1);
            proven = Math.max(proven, next.reader(next.file.size(), 1 << 20).highestProof(SegmentHeader.BYTES));
            if (next.header.size() != SegmentHeader.AFTER_UNFORCED || proven >= next.header.base()) {
                return; // so are all before it
            }
            if (segment.isWhole()) {
                makeDurable(segment, SegmentHeader.BYTES);
                continue;
            }
            QueueSegment records = new QueueSegment(segment.path, segment.copy, segment.file, segment.header);
            long torn = records.scan(segment.file.size()).offset();
            if (proven > segment.header.base() + torn) {
                throw new CorruptionException(
                        segment.path, torn, "no valid record, but one behind it says that it was once on disk");
            }
            for (int last = found.size() - 1; last > i; last--) {
                erase(found.remove(last));
            }
            proven = 0; // by what is there
        }
    }

    private void erase(QueueSegment segment) throws IOException {
        segment.file.close();
        disk.delete(segment.path);
        Faults.forceDirectory(disk, directory);
    }

    /** Reads the last segment's records, and cuts what is torn behind them. */
    static Tail tail(QueueSegment segment) throws IOException {
        long size = segment.file.size();
        Tail tail = segment.scan(size);
        long bad = segment.header.base() + tail.offset();
        long proof = segment.reader(size, 1 << 20).findProof(tail.offset(), bad);
        if (proof >= 0) {
            throw new CorruptionException(
                    segment.path,
                    tail.offset(),
                    "no valid record, but the one at offset " + proof + " says that it was once on disk");
        }
        if (size == tail.offset()) { // a cut whose force failed counts as made, and is not: another one is needed
            segment.file.write(new ByteBuffer[] {ByteBuffer.allocate(1)}, size);
        }
        segment.file.truncate(tail.offset());
        makeDurable(segment, Math.max(SegmentHeader.BYTES, tail.flushed() - segment.header.base()));
        return tail;
    }

    /** Brings what is believed from an offset on to disk. A segment's header was forced before the segment had its name. */
    static void makeDurable(QueueSegment segment, long from) throws IOException {
        Segments.rewrite(segment.file, from, segment.file.size());
        Faults.force(segment.file, segment.path);
    }
}
