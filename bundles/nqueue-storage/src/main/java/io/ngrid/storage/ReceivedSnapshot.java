package io.ngrid.storage;

import io.ngrid.spi.StorageId;
import io.ngrid.spi.storage.CorruptionException;
import io.ngrid.spi.storage.Disk;
import io.ngrid.spi.storage.DiskFile;
import io.ngrid.spi.storage.IncomingSnapshot;
import io.ngrid.storage.QueueStore.Listed;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A peer's checkpoint and its queue segments, on their way into a generation of their own. What an earlier attempt has left of
 * the same snapshot is kept: a file is begun only when the one before it is whole, verified and forced, so all but the last of
 * those that are there are.
 */
final class ReceivedSnapshot implements IncomingSnapshot {
    /** Says whose checkpoint it is, while it is not installed. */
    static final String SOURCE = "source";

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

    /** @param source whose checkpoint it is: a storage has one at most at an index */
    static ReceivedSnapshot begin(
            Disk disk, String group, int generation, long index, long epoch, long length, StorageId source)
            throws IOException {
        byte[] name = (source + " " + epoch + ":" + index + " " + length).getBytes(StandardCharsets.UTF_8);
        ReceivedSnapshot left = new ReceivedSnapshot(disk, group, generation, index, epoch);
        if (left.resumes(name, length)) {
            return left;
        }
        ReceivedSnapshot begun = new ReceivedSnapshot(disk, group, generation, index, epoch);
        Segments.deleteTree(disk, begun.directory());
        CheckpointStore.createDirectories(disk, group, generation);
        begun.writeSource(name);
        begun.parts.add(new Part(begun.current(false).path(group), length, 0, null));
        return begun;
    }

    private void writeSource(byte[] name) throws IOException {
        String path = Segments.path(directory(), SOURCE);
        try (DiskFile file = disk.open(path, true)) {
            file.write(new ByteBuffer[] {ByteBuffer.wrap(name)}, 0);
            Faults.force(file, path);
        }
        Faults.forceDirectory(disk, directory());
    }

    /** Takes over what is left of an earlier attempt. Returns false if there is nothing of use. */
    private boolean resumes(byte[] name, long length) throws IOException {
        Part checkpoint = new Part(current(false).path(group), length, 0, null);
        if (!holds(Segments.path(directory(), SOURCE), name) || !disk.exists(checkpoint.path)) {
            return false;
        }
        parts.add(checkpoint);
        try {
            verify(checkpoint);
            int there = 1;
            while (there < parts.size() && disk.exists(parts.get(there).path)) {
                there++;
            }
            for (int next = 1; next < there - 1; next++) {
                verify(parts.get(next));
            }
            if (there < 2) {
                return false;
            }
            file = there - 1;
        } catch (CorruptionException e) {
            LOG.warn("event=unfinished_snapshot_damaged reason=\"{}\"; it is received anew", e.getMessage());
            return false;
        }
        disk.delete(parts.get(file).path);
        position = parts.subList(0, file).stream().mapToLong(Part::length).sum();
        LOG.info("state=snapshot_resumed index={} position={} files={}", index, position, file);
        return true;
    }

    private boolean holds(String path, byte[] expected) throws IOException {
        if (!disk.exists(path)) {
            return false;
        }
        try (DiskFile file = disk.open(path, false)) {
            ByteBuffer found = ByteBuffer.allocate(expected.length);
            return file.size() == expected.length
                    && file.read(found, 0) == expected.length
                    && Arrays.equals(found.array(), expected);
        }
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
        verify(part);
        Faults.forceDirectory(disk, part.segment == null ? directory() : queueDirectory(part.queue));
    }

    /** Checks a whole file; the checkpoint says which others belong to it. */
    private void verify(Part part) throws IOException {
        if (part.segment == null) {
            CheckpointFile checkpoint = CheckpointFile.open(disk, part.path);
            if (checkpoint.index != index || checkpoint.epoch != epoch || checkpoint.size() != part.length) {
                throw new CorruptionException(
                        part.path,
                        0,
                        "it is of entry " + checkpoint.epoch + ":" + checkpoint.index + " and has " + checkpoint.size()
                                + " bytes");
            }
            expect(checkpoint.queues());
        } else {
            QueueSegment.verify(disk, queueDirectory(part.queue), part.queue, part.segment);
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
