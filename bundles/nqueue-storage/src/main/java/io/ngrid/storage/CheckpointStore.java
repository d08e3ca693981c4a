package io.ngrid.storage;

import io.ngrid.spi.storage.Bodies;
import io.ngrid.spi.storage.Checkpoints;
import io.ngrid.spi.storage.CorruptionException;
import io.ngrid.spi.storage.Disk;
import io.ngrid.spi.storage.StorageException;
import io.ngrid.storage.QueueStore.Listed;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Checkpoints of a group, and the file {@code CURRENT} that names the one that counts. */
final class CheckpointStore implements Checkpoints {
    private static final Logger LOG = LoggerFactory.getLogger(CheckpointStore.class);
    private static final String CURRENT = "CURRENT";
    private static final String GENERATION = "gen-1";
    private static final String PREFIX = "checkpoint-";
    private static final Pattern NAME = Pattern.compile(GENERATION + "/" + PREFIX + "([0-9]{12,18})");
    private static final long MAGIC = 0x4e47_4355_5252_4e31L; // NGCURRN1

    private record Written(BodyInstant instant, Map<Long, List<Listed>> queues, String name, long bytes) {}

    private final Disk disk;
    private final String group;
    private final SegmentedLog log;
    private final BodyStore bodies;
    private final AtomicLong index;
    private @Nullable CheckpointFile current;
    private @Nullable Written written;
    private @Nullable StorageException failure;
    private volatile long bytes;

    private CheckpointStore(Disk disk, String group, SegmentedLog log, BodyStore bodies, AtomicLong index) {
        this.disk = disk;
        this.group = group;
        this.log = log;
        this.bodies = bodies;
        this.index = index;
    }

    static void createDirectories(Disk disk, String group) throws IOException {
        disk.createDirectory(bodies(group));
        disk.forceDirectory(Segments.path(group, GENERATION));
    }

    static String bodies(String group) {
        return group + "/" + GENERATION + "/queues";
    }

    /**
     * Opens the checkpoint that {@code CURRENT} names, restores the bodies that it lists, and deletes the rest.
     *
     * @param index is set to the checkpoint's index, now and at every publication
     */
    static CheckpointStore open(Disk disk, String group, SegmentedLog log, BodyStore bodies, AtomicLong index)
            throws IOException {
        CheckpointStore store = new CheckpointStore(disk, group, log, bodies, index);
        disk.forceDirectory(group); // before anything is deleted because CURRENT does not name it
        String name = store.readCurrent();
        if (name == null) {
            if (log.firstIndex() > 1) {
                throw new CorruptionException(
                        store.path(CURRENT), 0, "it is missing, but the log begins at " + log.firstIndex());
            }
            bodies.restore(Map.of());
        } else {
            CheckpointFile file = CheckpointFile.open(disk, store.path(name));
            store.checkLog(file);
            bodies.restore(file.queues());
            store.current = file;
            store.bytes = file.size();
            index.set(file.index);
        }
        store.deleteOthers(name);
        return store;
    }

    private @Nullable String readCurrent() throws IOException {
        if (!disk.exists(path(CURRENT))) {
            return null;
        }
        String name = new String(SmallFile.read(disk, path(CURRENT), MAGIC), StandardCharsets.UTF_8);
        Matcher matcher = NAME.matcher(name);
        if (!matcher.matches()) {
            throw new CorruptionException(path(CURRENT), 0, "it names '" + name + "'");
        }
        return name;
    }

    private void checkLog(CheckpointFile file) {
        if (log.last().index() < file.index || log.firstIndex() > file.index + 1) {
            throw new CorruptionException(
                    group + "/log",
                    0,
                    "it holds " + log.firstIndex() + ".." + log.last().index() + ", but the checkpoint is at "
                            + file.index);
        }
        if (log.epochAt(file.index) != file.epoch) {
            throw new CorruptionException(
                    group + "/log",
                    0,
                    "entry " + file.index + " is of epoch " + log.epochAt(file.index) + ", but the checkpoint's is of "
                            + file.epoch);
        }
    }

    private void deleteOthers(@Nullable String name) throws IOException {
        boolean deleted = false;
        for (String found : disk.list(path(GENERATION))) {
            if (found.startsWith(PREFIX) && !(GENERATION + "/" + found).equals(name)) {
                disk.delete(path(GENERATION + "/" + found));
                deleted = true;
            }
        }
        if (deleted) {
            disk.forceDirectory(path(GENERATION));
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
    public long write(Bodies.Instant instant, StateWriter state) {
        checkFailure();
        BodyInstant at = (BodyInstant) instant;
        if (at.index() < index.get()) {
            throw new IllegalStateException("checkpoint at " + at.index() + " behind that at " + index.get());
        }
        written = null;
        if (at.index() == index.get()) { // nothing has changed; never touch the file that CURRENT names
            return 0;
        }
        String name = GENERATION + "/" + String.format("%s%012d", PREFIX, at.index());
        try {
            long before = bodies.diskBytes();
            Map<Long, List<Listed>> queues = bodies.write(at);
            long size = writeFile(name, at, queues, state);
            Faults.forceDirectory(disk, path(GENERATION));
            written = new Written(at, queues, name, size);
            return size + bodies.diskBytes() - before;
        } catch (IOException e) { // [D3]: nothing is released; the next attempt begins anew
            throw Faults.of(disk, "write checkpoint " + at.index(), e);
        } catch (StorageException e) {
            failure = e; // [D1]
            throw e;
        }
    }

    private long writeFile(String name, BodyInstant at, Map<Long, List<Listed>> queues, StateWriter state)
            throws IOException {
        boolean done = false;
        try {
            long size = CheckpointFile.write(disk, path(name), at, queues, state);
            done = true;
            return size;
        } finally {
            if (!done) {
                disk.delete(path(name));
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
        try {
            log.forceUpTo(at.index());
            CheckpointFile verified = CheckpointFile.open(disk, path(next.name));
            SmallFile.replace(disk, group, CURRENT, MAGIC, next.name.getBytes(StandardCharsets.UTF_8));
            current = verified;
        } catch (IOException e) {
            throw Faults.of(disk, "publish checkpoint " + at.index(), e);
        } catch (StorageException e) {
            failure = e; // [D1]
            throw e;
        }
        written = null;
        index.set(at.index());
        bytes = next.bytes;
        bodies.published(at, next.queues);
        if (old != null) {
            delete(old.path);
        }
    }

    private void delete(String path) {
        try {
            disk.delete(path);
        } catch (IOException e) { // the next start deletes it
            LOG.warn("event=cleanup_failed file={} reason=\"{}\"", path, e.getMessage());
        }
    }

    @Override
    public long index() {
        return index.get();
    }

    long diskBytes() {
        return bytes;
    }

    private void checkFailure() {
        if (failure != null) {
            throw new StorageException("checkpoints are poisoned by an earlier failure [D1]", failure);
        }
    }

    private String path(String name) {
        return group + "/" + name;
    }
}
