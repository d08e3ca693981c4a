package io.ngrid.storage;

import io.ngrid.spi.StorageId;
import io.ngrid.spi.storage.Bodies;
import io.ngrid.spi.storage.Checkpoints;
import io.ngrid.spi.storage.Disk;
import io.ngrid.spi.storage.IncomingSnapshot;
import io.ngrid.spi.storage.Snapshot;
import io.ngrid.spi.storage.StorageException;
import io.ngrid.storage.QueueStore.Listed;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Checkpoints of a group, and the file {@code CURRENT} that names the one that counts. */
final class CheckpointStore implements Checkpoints {
    private static final Logger LOG = LoggerFactory.getLogger(CheckpointStore.class);

    private record Written(BodyInstant instant, Map<Long, List<Listed>> queues, long bytes) {}

    private final Disk disk;
    private final String group;
    private final int generation;

    /** Whether there is something of a snapshot from before the start, of which nothing has come since. Checkpoint thread. */
    private boolean unfinished;

    private final SegmentedLog log;
    private final BodyStore bodies;
    private final Pins pins;
    private final AtomicLong index;
    private final List<String> leftovers = new ArrayList<>();
    private @Nullable CheckpointFile current;
    private @Nullable Written written;
    private @Nullable StorageException failure;
    private volatile long bytes;

    private CheckpointStore(
            Disk disk, String group, int generation, SegmentedLog log, BodyStore bodies, Pins pins, AtomicLong index) {
        this.disk = disk;
        this.group = group;
        this.generation = generation;
        this.log = log;
        this.bodies = bodies;
        this.pins = pins;
        this.index = index;
    }

    static void createDirectories(Disk disk, String group, int generation) throws IOException {
        disk.createDirectory(Current.bodies(group, generation));
        Faults.forceDirectory(disk, group);
        Faults.forceDirectory(disk, Segments.path(group, Current.directory(generation)));
    }

    /**
     * Opens the checkpoint that {@code CURRENT} names, restores the bodies that it lists, and deletes the rest.
     *
     * @param current what {@code CURRENT} says, or null if there is none
     * @param index is set to the checkpoint's index, now and at every publication
     */
    static CheckpointStore open(
            Disk disk,
            String group,
            @Nullable Current current,
            SegmentedLog log,
            BodyStore bodies,
            Pins pins,
            AtomicLong index)
            throws IOException {
        int generation = current == null ? 1 : current.generation();
        CheckpointStore store = new CheckpointStore(disk, group, generation, log, bodies, pins, index);
        if (current == null) {
            Current.mayBeMissing(group, log.firstIndex());
            bodies.restore(Map.of());
        } else {
            CheckpointFile file = CheckpointFile.open(disk, current.path(group));
            file.checkLog(group + "/log", log.firstIndex(), log.last().index(), log::epochAt);
            bodies.restore(file.queues());
            store.current = file;
            store.bytes = file.size();
            index.set(file.index);
        }
        store.deleteOthers(current);
        return store;
    }

    private void deleteOthers(@Nullable Current named) throws IOException {
        boolean deleted = false;
        for (String found : disk.list(directory())) {
            boolean old = found.startsWith(Current.CHECKPOINT)
                    && (named == null || !found.equals(Current.name(named.index())));
            if (old || found.equals(ReceivedSnapshot.SOURCE)) {
                disk.delete(Segments.path(directory(), found));
                deleted = true;
            }
        }
        if (deleted) {
            Faults.forceDirectory(disk, directory());
        }
        for (String found : disk.list(group)) {
            if (found.equals(Current.directory(generation + 1))) {
                unfinished = true; // a snapshot that a peer may send the rest of
            } else if (found.startsWith(Current.GENERATION) && !found.equals(Current.directory(generation))) {
                Segments.deleteTree(disk, Segments.path(group, found));
            }
        }
    }

    @Override
    public @Nullable Loaded load() {
        CheckpointFile file = current;
        if (file == null) {
            return null;
        }
        try {
            return new Loaded(file.index, file.epoch, file.time, file.state());
        } catch (IOException e) {
            throw Faults.of(disk, "read " + file.path, e);
        }
    }

    @Override
    public long write(Bodies.Instant instant, StateWriter state, LiveBodies live) {
        checkFailure();
        BodyInstant at = (BodyInstant) instant;
        if (at.index() < index.get()) {
            throw new IllegalStateException("checkpoint at " + at.index() + " behind that at " + index.get());
        }
        written = null;
        if (at.index() == index.get()) { // nothing has changed; never touch the file that CURRENT names
            return 0;
        }
        try {
            long before = bodies.diskBytes();
            Map<Long, List<Listed>> queues = bodies.write(at, live);
            long size = writeFile(at, queues, state);
            Faults.forceDirectory(disk, directory());
            written = new Written(at, queues, size);
            return size + bodies.diskBytes() - before;
        } catch (IOException e) { // [D3]: nothing is released; the next attempt begins anew
            throw Faults.unfinished(disk, "write checkpoint " + at.index(), e);
        } catch (StorageException e) {
            failure = e; // [D1]
            throw e;
        }
    }

    private long writeFile(BodyInstant at, Map<Long, List<Listed>> queues, StateWriter state) throws IOException {
        String path = Segments.path(directory(), Current.name(at.index()));
        boolean done = false;
        try {
            long size = CheckpointFile.write(disk, path, at, queues, state);
            done = true;
            return size;
        } finally {
            if (!done) {
                disk.delete(path);
            }
        }
    }

    @Override
    public void publish() {
        checkFailure();
        Written next = written;
        if (next == null) {
            return; // the published one is this one
        }
        BodyInstant at = next.instant;
        if (log.flushedIndex() < at.index() || log.epochAt(at.index()) != at.epoch()) {
            throw new IllegalStateException("checkpoint " + at.epoch() + ":" + at.index()
                    + " is ahead of the log, flushed to " + log.flushedIndex());
        }
        CheckpointFile old = current;
        CheckpointFile verified;
        try {
            log.forceUpTo(at.index());
            Current named = new Current(generation, at.index(), false);
            verified = CheckpointFile.open(disk, named.path(group));
            named.write(disk, group);
        } catch (IOException e) { // [D3]: it may be tried again
            throw Faults.unfinished(disk, "publish checkpoint " + at.index(), e);
        } catch (StorageException e) {
            failure = e; // [D1]
            throw e;
        }
        written = null;
        index.set(at.index());
        bytes = next.bytes;
        synchronized (this) { // whoever pins now has the old one pinned before it goes, or gets the new one
            current = verified;
            bodies.published(at, next.queues);
            if (old != null) {
                leftovers.add(old.path);
            }
            leftovers.removeIf(this::delete);
        }
        dropUnfinished();
    }

    /** It was not needed: the node has got on without it. */
    private void dropUnfinished() {
        if (unfinished) {
            unfinished = false;
            try {
                Segments.deleteTree(disk, Segments.path(group, Current.directory(generation + 1)));
            } catch (IOException e) { // the next start has it again
                LOG.warn("event=cleanup_failed directory={} reason=\"{}\"", group, e.getMessage());
            }
        }
    }

    /** Returns false if it has to stay for now. */
    private boolean delete(String path) {
        if (pins.contains(path)) {
            return false;
        }
        try {
            disk.delete(path);
        } catch (IOException e) { // the next start deletes it
            LOG.warn("event=cleanup_failed file={} reason=\"{}\"", path, e.getMessage());
        }
        return true;
    }

    @Override
    public synchronized @Nullable Snapshot pin() {
        CheckpointFile file = current;
        try {
            return file == null ? null : PinnedSnapshot.of(disk, pins, file, Current.bodies(group, generation));
        } catch (IOException e) {
            throw Faults.of(disk, "read " + file.path, e);
        }
    }

    @Override
    public IncomingSnapshot receive(long snapshotIndex, long epoch, long length, StorageId source) {
        checkFailure();
        try {
            unfinished = false;
            return ReceivedSnapshot.begin(disk, group, generation + 1, snapshotIndex, epoch, length, source);
        } catch (IOException e) {
            throw Faults.unfinished(disk, "begin to receive snapshot " + snapshotIndex, e);
        }
    }

    @Override
    public long index() {
        return index.get();
    }

    int generation() {
        return generation;
    }

    long diskBytes() {
        return bytes;
    }

    private void checkFailure() {
        if (failure != null) {
            throw new StorageException("checkpoints are poisoned by an earlier failure [D1]", failure);
        }
    }

    private String directory() {
        return Segments.path(group, Current.directory(generation));
    }
}
