package io.ngrid.storage;

import io.ngrid.spi.storage.Disk;
import io.ngrid.spi.storage.DiskFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongPredicate;

/** What is live in some segments of a queue, one behind the other, in a sealed one that stands for them. */
final class SegmentCopy {
    private static final int BUFFER = 64 << 10;
    private static final long PAGE = 1 << 20;

    private SegmentCopy() {}

    /**
     * Writes one, durably. After an exception there is none.
     *
     * @param number 0 to take the name of the first of them
     */
    static QueueSegment write(Disk disk, String directory, List<QueueSegment> run, int number, LongPredicate isLive)
            throws IOException {
        QueueSegment first = run.get(0);
        QueueSegment last = run.get(run.size() - 1);
        SegmentHeader header = new SegmentHeader(
                first.header.owner(),
                first.header.seed(),
                first.first(),
                first.header.base(),
                last.end() - first.header.base());
        String unfinished = Segments.path(directory, Segments.name(first.first(), QueueSegment.UNFINISHED));
        String path = Segments.path(directory, QueueSegment.name(first.first(), number));
        disk.delete(unfinished);
        DiskFile file = disk.open(unfinished, true);
        QueueSegment copy = new QueueSegment(path, number, file, header);
        try {
            file.write(new ByteBuffer[] {header.encode()}, 0);
            RecordWriter out = new RecordWriter(
                    ByteBuffer.allocate(BUFFER), header.seed(), file, header.base(), SegmentHeader.BYTES, 0);
            for (QueueSegment segment : run) {
                add(segment, copy, out, isLive);
            }
            copy.last = last.last;
            out.add(Records.FOOTER, 0, copy.last, 0, header.base(), copy.footer(out.offset()));
            out.drain();
            copy.length = out.offset();
            copy.sealed = true;
            Faults.force(file, unfinished);
            disk.rename(unfinished, path);
        } catch (IOException | RuntimeException | Error e) { // no space [D3], rot [D2]: the old ones stay
            discard(disk, file, unfinished, e);
            throw e;
        }
        Faults.forceDirectory(disk, directory);
        return copy;
    }

    private static void discard(Disk disk, DiskFile file, String path, Throwable reason) {
        try {
            file.close();
            disk.delete(path);
        } catch (IOException e) {
            reason.addSuppressed(e); // which may be a failed force, and is not to be taken for less
        }
    }

    private static void add(QueueSegment from, QueueSegment to, RecordWriter out, LongPredicate isLive)
            throws IOException {
        long next = from.first();
        while (next <= from.last) {
            List<Element> page = new ArrayList<>();
            from.range(next, PAGE, page);
            for (Element element : page) {
                if (isLive.test(element.sequence())) {
                    to.noteElement(element.sequence(), out.offset(), element.body().length);
                    out.add(Records.ELEMENT, 0, element.sequence(), element.time(), to.header.base(), element.body());
                }
            }
            next = page.isEmpty() ? from.last + 1 : page.get(page.size() - 1).sequence() + 1;
        }
    }
}
