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
    private boolean rewritten;

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
        for (int i = 0; i < numbers.size(); i++) {
            try {
                check(numbers.get(i), i == 0, i == numbers.size() - 1);
            } catch (CorruptionException e) {
                problems.add(e);
                nextBase = -1; // unknown
            }
        }
        return new QueueReport(segments, elements, bytes, tornBytes, problems);
    }

    private void check(long number, boolean first, boolean last) throws IOException {
        QueueSegment segment = QueueSegment.open(disk, QueueCore.SEGMENTS, number, 0);
        try {
            if (rewritten && segment.header.base() < nextBase) {
                return; // its rest is in the one before; the next open deletes it
            }
            segments++;
            if (first && number > cursor.head()) {
                throw new CorruptionException(
                        segment.path,
                        0,
                        "it is the first, but elements from " + cursor.head() + " on are not consumed");
            }
            if (nextBase >= 0 && segment.header.base() != nextBase) {
                throw new CorruptionException(
                        segment.path, 0, "it begins at position " + segment.header.base() + ", not at " + nextBase);
            }
            records(segment, last);
            rewritten = segment.rewritten();
            nextBase = segment.end();
        } finally {
            segment.file.close();
        }
    }

    private void records(QueueSegment segment, boolean last) throws IOException {
        long size = segment.file.size();
        Tail tail = segment.scan(size);
        for (long at = segment.first(); at <= segment.last; ) {
            List<Element> page = new ArrayList<>();
            segment.range(at, 1 << 20, page);
            page.stream().filter(e -> !cursor.isConsumed(e.sequence())).forEach(e -> {
                elements++;
                bytes += e.body().length;
            });
            at = page.isEmpty() ? segment.last + 1 : page.get(page.size() - 1).sequence() + 1;
        }
        QueueSegment sealed = new QueueSegment(segment.path, segment.file, segment.header);
        if (sealed.readFooter(size)) {
            RecordReader footer = segment.reader(size, 1 << 16);
            if (!footer.read(tail.offset()) || footer.kind() != Records.FOOTER || sealed.count != segment.count) {
                throw new CorruptionException(segment.path, tail.offset(), "no valid record");
            }
            segment.length = size;
            return;
        }
        if (!last) {
            throw new CorruptionException(segment.path, size, "it has no valid footer");
        }
        RecordReader reader = segment.reader(size, 1 << 20);
        long proof = reader.findProof(tail.offset(), segment.header.base() + tail.offset());
        if (proof >= 0) {
            throw new CorruptionException(
                    segment.path,
                    tail.offset(),
                    "no valid record, but the one at offset " + proof + " says that it was once on disk");
        }
        if (!reader.onlyZeros(tail.offset())) {
            tornBytes += size - tail.offset();
        }
    }
}
