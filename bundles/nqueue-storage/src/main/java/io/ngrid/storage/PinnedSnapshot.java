package io.ngrid.storage;

import io.ngrid.spi.storage.Disk;
import io.ngrid.spi.storage.DiskFile;
import io.ngrid.spi.storage.Snapshot;
import io.ngrid.storage.QueueStore.Listed;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A checkpoint and the queue segments that it lists. */
final class PinnedSnapshot implements Snapshot {
    private final Disk disk;
    private final Pins pins;
    private final long index;
    private final long epoch;
    private final String bodies;
    private final List<String> paths;
    private final List<Long> lengths;
    private final long length;
    private @Nullable DiskFile open;
    private int openFile;
    private boolean closed;

    private PinnedSnapshot(
            Disk disk, Pins pins, long index, long epoch, String bodies, List<String> paths, List<Long> lengths) {
        this.disk = disk;
        this.pins = pins;
        this.index = index;
        this.epoch = epoch;
        this.bodies = bodies;
        this.paths = paths;
        this.lengths = lengths;
        this.length = lengths.stream().mapToLong(Long::longValue).sum();
    }

    static PinnedSnapshot of(Disk disk, Pins pins, CheckpointFile checkpoint, String bodies) throws IOException {
        List<String> paths = new ArrayList<>(List.of(checkpoint.path));
        List<Long> lengths = new ArrayList<>(List.of(checkpoint.size()));
        for (Map.Entry<Long, List<Listed>> queue : checkpoint.queues().entrySet()) {
            for (Listed segment : queue.getValue()) {
                paths.add(path(bodies, queue.getKey(), segment));
                lengths.add(segment.length());
            }
        }
        pins.pin(paths);
        return new PinnedSnapshot(disk, pins, checkpoint.index, checkpoint.epoch, bodies, paths, lengths);
    }

    static String path(String bodies, long queue, Listed segment) {
        return Segments.path(Segments.path(bodies, String.valueOf(queue)), segment.name());
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
    public long checkpointLength() {
        return lengths.get(0);
    }

    @Override
    public long length() {
        return length;
    }

    @Override
    public byte[] read(long position, int max) {
        int file = 0;
        long offset = position;
        while (offset >= lengths.get(file)) {
            offset -= lengths.get(file++);
        }
        String path = paths.get(file);
        try {
            ByteBuffer bytes = ByteBuffer.allocate((int) Math.min(max, lengths.get(file) - offset));
            if (open(file).read(bytes, offset) < bytes.capacity()) {
                throw new IOException("it ends before offset " + lengths.get(file));
            }
            return bytes.array();
        } catch (IOException e) {
            throw Faults.of(disk, "read " + path, e);
        }
    }

    @Override
    public void verify(Consumer<String> reading) {
        try {
            reading.accept(paths.get(0));
            for (Map.Entry<Long, List<Listed>> queue :
                    CheckpointFile.open(disk, paths.get(0)).queues().entrySet()) {
                for (Listed segment : queue.getValue()) {
                    reading.accept(path(bodies, queue.getKey(), segment));
                    QueueSegment.verify(
                            disk, Segments.path(bodies, String.valueOf(queue.getKey())), queue.getKey(), segment);
                }
            }
        } catch (IOException e) {
            throw Faults.of(disk, "verify " + paths.get(0) + " and what it lists", e);
        }
    }

    private DiskFile open(int file) throws IOException {
        DiskFile present = open;
        if (present == null || openFile != file) {
            closeFile();
            present = disk.open(paths.get(file), false);
            open = present;
            openFile = file;
        }
        return present;
    }

    private void closeFile() throws IOException {
        DiskFile present = open;
        open = null;
        if (present != null) {
            present.close();
        }
    }

    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        pins.unpin(paths);
        try {
            closeFile();
        } catch (IOException e) {
            throw Faults.of(disk, "close a file of a snapshot", e);
        }
    }
}
