package io.ngrid.storage;

import io.ngrid.spi.storage.CorruptionException;
import io.ngrid.spi.storage.Disk;
import io.ngrid.storage.QueueSegment.Tail;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Reads every record of a queue and changes nothing. */
final class QueueCheck {
    private final Disk disk;
    private final List<CorruptionException> problems = new ArrayList<>();
    private Cursor cursor = new Cursor();
    private int segments;
    private long elements;
    private long bytes;
    private long tornBytes;
    private long nextBase = -1;
    private boolean torn; // what lies behind goes with it

    QueueCheck(Disk disk) {
        this.disk = disk;
    }

    QueueReport run() throws IOException {
        List<Long> numbers = Segments.numbers(disk, QueueCore.SEGMENTS, QueueSegment.SUFFIX);
        try {
            cursor = Cursor.decode(
                    QueueCore.CURSOR, SlotFile.read(disk, QueueCore.CURSOR, QueueCore.MAGIC, Cursor.SLOT));
        } catch (CorruptionException e) {
            problems.add(e);
        }
        try {
            Segments.checkNames(disk, QueueCore.SEGMENTS, QueueSegment.SUFFIX);
        } catch (CorruptionException e) {
            problems.add(e);
        }
        List<QueueSegment> opened = new ArrayList<>();
        try {
            open(numbers, opened);
            for (QueueSegment segment : opened) {
                try {
                    check(segment, opened.subList(opened.indexOf(segment) + 1, opened.size()));
                } catch (CorruptionException e) {
                    problems.add(e);
                    nextBase = -1; // unknown
                }
                if (torn) {
                    break;
                }
            }
        } finally {
            for (QueueSegment segment : opened) {
                segment.file.close();
            }
        }
        return new QueueReport(segments, elements, bytes, tornBytes, problems);
    }

    private void open(List<Long> numbers, List<QueueSegment> opened) throws IOException {
        for (long number : numbers) {
            try {
                QueueSegment segment = QueueSegment.open(disk, QueueCore.SEGMENTS, number, 0, 0);
                QueueSegment before = opened.isEmpty() ? null : opened.get(opened.size() - 1);
                if (before != null && before.rewritten() && segment.header.base() < before.end()) {
                    segment.file.close(); // its rest is in the one before; the next open deletes it
                } else {
                    opened.add(segment);
                }
            } catch (CorruptionException e) {
                problems.add(e);
            }
        }
    }

    private void check(QueueSegment segment, List<QueueSegment> behind) throws IOException {
        segments++;
        if (segments == 1 && segment.first() > cursor.head()) {
            throw new CorruptionException(
                    segment.path, 0, "it is the first, but elements from " + cursor.head() + " on are not consumed");
        }
        if (nextBase >= 0 && segment.header.base() != nextBase) {
            throw new CorruptionException(
                    segment.path, 0, "it begins at position " + segment.header.base() + ", not at " + nextBase);
        }
        records(segment, behind);
        nextBase = segment.end();
    }

    private void records(QueueSegment segment, List<QueueSegment> behind) throws IOException {
        long size = segment.file.size();
        Tail tail = segment.scan(size);
        count(segment);
        long end = segment.wholeEnd();
        if (end >= 0) {
            segment.length = end;
            return;
        }
        boolean mayBeTorn = behind.isEmpty() || behind.get(0).header.size() == SegmentHeader.AFTER_UNFORCED;
        if (!mayBeTorn) {
            throw new CorruptionException(segment.path, tail.offset(), "no valid record");
        }
        List<QueueSegment> all = new ArrayList<>(behind);
        all.add(segment);
        if (isProven(all, segment.header.base() + tail.offset() + 1)) {
            throw new CorruptionException(
                    segment.path, tail.offset(), "no valid record, but one behind it says that it was once on disk");
        }
        torn = true;
        if (!segment.reader(size, 1 << 20).onlyZeros(tail.offset())) {
            tornBytes += size - tail.offset();
        }
        for (QueueSegment lost : behind) {
            tornBytes += lost.file.size();
        }
    }

    /** Whether a record says that all before a position was on disk. */
    private static boolean isProven(List<QueueSegment> segments, long position) throws IOException {
        for (QueueSegment segment : segments) {
            if (segment.reader(segment.file.size(), 1 << 20).findProof(SegmentHeader.BYTES, position - 1) >= 0) {
                return true;
            }
        }
        return false;
    }

    private void count(QueueSegment segment) throws IOException {
        for (long at = segment.first(); at <= segment.last; ) {
            List<Element> page = new ArrayList<>();
            segment.range(at, 1 << 20, page);
            page.stream().filter(e -> !cursor.isConsumed(e.sequence())).forEach(e -> {
                elements++;
                bytes += e.body().length;
            });
            at = page.isEmpty() ? segment.last + 1 : page.get(page.size() - 1).sequence() + 1;
        }
    }
}
