package io.ngrid.storage;

import io.ngrid.spi.storage.CorruptionException;
import io.ngrid.spi.storage.Disk;
import io.ngrid.spi.storage.DiskFile;
import io.ngrid.spi.storage.IncomingSnapshot;
import io.ngrid.storage.QueueStore.Listed;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A peer's checkpoint and its queue segments, on their way into a generation of their own. */
final class ReceivedSnapshot implements IncomingSnapshot {
    private static final Logger LOG = LoggerFactory.getLogger(ReceivedSnapshot.class);

    /** A file to come; {@code segment} is null for the checkpoint. */
    private record Part(
            String path, long length, long queue, @Nullable Listed segment) {}

    private final Disk disk;
    private final String group;
    private final int generation;
    private final long index;
    private final long epoch;
    private final List<Part> parts = new ArrayList<>();
    private @Nullable DiskFile open;
    private int file;
    private long offset;
    private long position;

    private ReceivedSnapshot(Disk disk, String group, int generation, long index, long epoch) {
        this.disk = disk;
        this.group = group;
        this.generation = generation;
        this.index = index;
        this.epoch = epoch;
    }

    static ReceivedSnapshot begin(Disk disk, String group, int generation, long index, long epoch, long length)
            throws IOException {
        ReceivedSnapshot begun = new ReceivedSnapshot(disk, group, generation, index, epoch);
        Segments.deleteTree(disk, begun.directory());
        CheckpointStore.createDirectories(disk, group, generation);
        begun.parts.add(new Part(begun.current(false).path(group), length, 0, null));
        return begun;
    }

    /** What {@code CURRENT} says once this counts. */
    Current current(boolean restartsLog) {
        return new Current(generation, index, restartsLog);
    }

    boolean isWhole() {
        return file == parts.size();
    }

    @Override
    public long index() {
        return index;
    }

    @Override
    public long epoch() {
        return epoch;
    }

    @Override
    public long position() {
        return position;
    }

    @Override
    public boolean write(byte[] bytes) {
        if (isWhole()) {
            throw new IllegalArgumentException(bytes.length + " bytes behind the end");
        }
        Part part = parts.get(file);
        if (bytes.length > part.length - offset) {
            throw new IllegalArgumentException(
                    bytes.length + " bytes at offset " + offset + " of " + part.path + ", which has " + part.length);
        }
        try {
            DiskFile target = open == null ? disk.open(part.path, true) : open;
            open = target;
            target.write(new ByteBuffer[] {ByteBuffer.wrap(bytes)}, offset);
            offset += bytes.length;
            position += bytes.length;
            if (offset == part.length) {
                Faults.force(target, part.path);
                open = null;
                target.close();
                finish(part);
                file++;
                offset = 0;
            }
        } catch (IOException e) {
            throw Faults.unfinished(disk, "write " + part.path + " of a snapshot", e);
        }
        return isWhole();
    }

    /** A file is whole: verifies it, and forces its directory. */
    private void finish(Part part) throws IOException {
        if (part.segment == null) {
            CheckpointFile checkpoint = CheckpointFile.open(disk, part.path);
            if (checkpoint.index != index || checkpoint.epoch != epoch) {
                throw new CorruptionException(
                        part.path, 0, "it is of entry " + checkpoint.epoch + ":" + checkpoint.index);
            }
            expect(checkpoint.queues());
            Faults.forceDirectory(disk, directory());
        } else {
            QueueSegment.verify(disk, queueDirectory(part.queue), part.queue, part.segment);
            Faults.forceDirectory(disk, queueDirectory(part.queue));
        }
    }

    private void expect(Map<Long, List<Listed>> queues) throws IOException {
        for (Map.Entry<Long, List<Listed>> queue : queues.entrySet()) {
            disk.createDirectory(queueDirectory(queue.getKey()));
            for (Listed segment : queue.getValue()) {
                String path = PinnedSnapshot.path(bodies(), queue.getKey(), segment);
                parts.add(new Part(path, segment.length(), queue.getKey(), segment));
            }
        }
        Faults.forceDirectory(disk, bodies());
    }

    @Override
    public void discard() {
        try {
            if (open != null) {
                open.close();
                open = null;
            }
            Segments.deleteTree(disk, directory());
        } catch (IOException e) { // the next attempt, or the next start, deletes it
            LOG.warn("event=cleanup_failed directory={} reason=\"{}\"", directory(), e.getMessage());
        }
    }

    private String directory() {
        return Segments.path(group, Current.directory(generation));
    }

    private String bodies() {
        return Current.bodies(group, generation);
    }

    private String queueDirectory(long queue) {
        return Segments.path(bodies(), String.valueOf(queue));
    }
}
