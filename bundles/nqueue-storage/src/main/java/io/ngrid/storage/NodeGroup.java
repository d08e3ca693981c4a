package io.ngrid.storage;

import io.ngrid.spi.LogEntry;
import io.ngrid.spi.LogPosition;
import io.ngrid.spi.election.Vote;
import io.ngrid.spi.storage.Bodies;
import io.ngrid.spi.storage.ChangeLog;
import io.ngrid.spi.storage.Checkpoints;
import io.ngrid.spi.storage.CorruptionException;
import io.ngrid.spi.storage.Disk;
import io.ngrid.spi.storage.Group;
import io.ngrid.spi.storage.IncomingSnapshot;
import io.ngrid.spi.storage.StorageException;
import io.ngrid.spi.storage.StorageOptions;
import io.ngrid.spi.storage.StorageReport;
import io.ngrid.spi.storage.VoteStore;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;

/** The directory {@code group-0}. */
final class NodeGroup implements Group {
    static final String DIRECTORY = "group-0";
    static final String LOG = DIRECTORY + "/log";

    private final Disk disk;
    private final VoteFile votes;
    private final SegmentedLog log;
    private final BodyStore bodies;
    private final CheckpointStore checkpoints;
    private final Reserve reserve;
    private final long segmentBytes;
    private volatile boolean closed;

    private NodeGroup(
            Disk disk,
            VoteFile votes,
            SegmentedLog log,
            BodyStore bodies,
            CheckpointStore checkpoints,
            Reserve reserve,
            long segmentBytes) {
        this.reserve = reserve;
        this.segmentBytes = segmentBytes;
        this.disk = disk;
        this.votes = votes;
        this.log = log;
        this.bodies = bodies;
        this.checkpoints = checkpoints;
    }

    /** Makes vote and log durable, in this order [M1]. What an earlier attempt left is deleted. */
    static void create(Disk disk, StorageOptions options, LogEntry entry, long seed) throws IOException {
        Segments.deleteTree(disk, DIRECTORY);
        disk.createDirectory(LOG);
        CheckpointStore.createDirectories(disk, DIRECTORY, 1);
        Faults.forceDirectory(disk, "");
        Faults.forceDirectory(disk, DIRECTORY);
        VoteFile.create(disk, DIRECTORY, new Vote(1, null));
        SegmentedLog.create(disk, LOG, seed, options.logSegmentBytes(), LogPosition.ZERO);
        SegmentedLog log = SegmentedLog.open(
                disk,
                LOG,
                options.durability(),
                options.logSegmentBytes(),
                options.tailCacheBytes(),
                () -> 0,
                () -> false);
        log.append(1, List.of(entry));
        log.flush(0);
        log.close();
    }

    static NodeGroup open(Disk disk, StorageOptions options, long seed) throws IOException {
        if (!disk.exists(DIRECTORY)) {
            throw new CorruptionException(DIRECTORY, 0, "it is missing, but the identity names a cluster");
        }
        Faults.forceDirectory(disk, DIRECTORY); // before anything is deleted because CURRENT does not name it
        Current current = Current.read(disk, DIRECTORY);
        if (current != null && current.restartsLog()) {
            restartLog(disk, options, current, seed);
        }
        VoteFile votes = VoteFile.open(disk, DIRECTORY);
        SegmentedLog log = null;
        Pins pins = new Pins();
        int generation = current == null ? 1 : current.generation();
        BodyStore bodies =
                new BodyStore(disk, Current.bodies(DIRECTORY, generation), seed, options.queueSegmentBytes(), pins);
        boolean done = false;
        try {
            AtomicLong index = new AtomicLong();
            Reserve reserve = new Reserve(disk, DIRECTORY);
            log = SegmentedLog.open(
                    disk,
                    LOG,
                    options.durability(),
                    options.logSegmentBytes(),
                    options.tailCacheBytes(),
                    index::get,
                    reserve::give);
            CheckpointStore checkpoints = CheckpointStore.open(disk, DIRECTORY, current, log, bodies, pins, index);
            done = true;
            return new NodeGroup(disk, votes, log, bodies, checkpoints, reserve, options.logSegmentBytes());
        } finally {
            if (!done) {
                votes.close();
                bodies.closeFiles();
                if (log != null) {
                    log.close();
                }
            }
        }
    }

    /** The log begins anew behind an installed snapshot; after a crash in between, once more. */
    private static void restartLog(Disk disk, StorageOptions options, Current current, long seed) throws IOException {
        CheckpointFile checkpoint = CheckpointFile.open(disk, current.path(DIRECTORY));
        Segments.deleteTree(disk, LOG);
        disk.createDirectory(LOG);
        Faults.forceDirectory(disk, DIRECTORY);
        SegmentedLog.create(
                disk, LOG, ~seed, options.logSegmentBytes(), new LogPosition(checkpoint.epoch, checkpoint.index));
        new Current(current.generation(), current.index(), false).write(disk, DIRECTORY);
    }

    @Override
    public VoteStore votes() {
        return votes;
    }

    @Override
    public ChangeLog log() {
        return log;
    }

    @Override
    public Checkpoints checkpoints() {
        return checkpoints;
    }

    @Override
    public Bodies bodies() {
        return bodies;
    }

    @Override
    public void install(IncomingSnapshot snapshot) {
        ReceivedSnapshot received = (ReceivedSnapshot) snapshot;
        long index = received.index();
        if (!received.isWhole() || index <= checkpoints.index()) {
            throw new IllegalStateException("snapshot " + received.epoch() + ":" + index
                    + " cannot follow the checkpoint at " + checkpoints.index());
        }
        boolean keepsLog =
                log.firstIndex() - 1 <= index && index <= log.flushedIndex() && log.epochAt(index) == received.epoch();
        if (keepsLog) {
            log.forceUpTo(index);
        }
        try {
            received.current(!keepsLog).write(disk, DIRECTORY);
        } catch (IOException e) {
            throw Faults.unfinished(disk, "install snapshot " + index, e);
        }
    }

    @Override
    public Space space() {
        try {
            return new Space(
                    disk.usableBytes() - checkpoints.diskBytes() - bodies.memoryBytes(),
                    2 * segmentBytes,
                    reserve.lacks(reserveBytes()),
                    reserve.isGiven() || log.isStalled());
        } catch (IOException e) {
            throw Faults.unfinished(disk, "ask for the space", e);
        }
    }

    @Override
    public boolean reserve() {
        return reserve.build(reserveBytes());
    }

    private long reserveBytes() {
        return 2 * segmentBytes + checkpoints.diskBytes();
    }

    @Override
    public long diskBytes() {
        return log.diskBytes() + checkpoints.diskBytes() + bodies.diskBytes();
    }

    @Override
    public StorageReport verify(Consumer<String> reading) {
        try {
            DirectoryCheck check = new DirectoryCheck(disk, path -> {
                refuseClosed();
                reading.accept(path);
            });
            StorageReport report = check.inUse(log, votes, checkpoints).report();
            refuseClosed(); // what was missing then may have been there
            return report;
        } catch (IOException e) {
            throw Faults.of(disk, "verify " + DIRECTORY, e);
        }
    }

    private void refuseClosed() {
        if (closed) {
            throw new StorageException(
                    "the files in " + disk.root() + " were closed while they were read: try again", null);
        }
    }

    boolean isClosed() {
        return closed;
    }

    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        try {
            log.close();
            votes.close();
            bodies.closeFiles();
            reserve.close();
        } catch (IOException e) {
            throw new StorageException("cannot close files in " + disk.root(), e);
        }
    }
}
