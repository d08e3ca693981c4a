package io.ngrid.storage;

import io.ngrid.spi.LogEntry;
import io.ngrid.spi.election.Vote;
import io.ngrid.spi.storage.Bodies;
import io.ngrid.spi.storage.ChangeLog;
import io.ngrid.spi.storage.Checkpoints;
import io.ngrid.spi.storage.CorruptionException;
import io.ngrid.spi.storage.Disk;
import io.ngrid.spi.storage.Group;
import io.ngrid.spi.storage.StorageException;
import io.ngrid.spi.storage.StorageOptions;
import io.ngrid.spi.storage.VoteStore;
import java.io.IOException;
import java.util.List;

/** The directory {@code group-0}. */
final class NodeGroup implements Group {
    static final String DIRECTORY = "group-0";
    private static final String LOG = DIRECTORY + "/log";

    private final Disk disk;
    private final VoteFile votes;
    private final SegmentedLog log;
    private final MemoryBodies bodies;
    private boolean closed;

    private NodeGroup(Disk disk, VoteFile votes, SegmentedLog log, MemoryBodies bodies) {
        this.disk = disk;
        this.votes = votes;
        this.log = log;
        this.bodies = bodies;
    }

    /** Makes vote and log durable, in this order [M1]. What an earlier attempt left is deleted. */
    static void create(Disk disk, StorageOptions options, LogEntry entry, long seed) throws IOException {
        Segments.deleteTree(disk, DIRECTORY);
        disk.createDirectory(LOG);
        disk.forceDirectory("");
        disk.forceDirectory(DIRECTORY);
        VoteFile.create(disk, DIRECTORY, new Vote(1, null));
        SegmentedLog.create(disk, LOG, seed, options.logSegmentBytes());
        SegmentedLog log = SegmentedLog.open(
                disk, LOG, options.durability(), options.logSegmentBytes(), options.tailCacheBytes(), () -> 0);
        log.append(1, List.of(entry));
        log.flush(0);
        log.close();
    }

    static NodeGroup open(Disk disk, StorageOptions options) throws IOException {
        if (!disk.exists(DIRECTORY)) {
            throw new CorruptionException(DIRECTORY, 0, "it is missing, but the identity names a cluster");
        }
        VoteFile votes = VoteFile.open(disk, DIRECTORY);
        MemoryBodies bodies = new MemoryBodies();
        SegmentedLog log = null;
        try {
            log = SegmentedLog.open(
                    disk,
                    LOG,
                    options.durability(),
                    options.logSegmentBytes(),
                    options.tailCacheBytes(),
                    bodies::index);
            return new NodeGroup(disk, votes, log, bodies);
        } finally {
            if (log == null) {
                votes.close();
            }
        }
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
        return bodies;
    }

    @Override
    public Bodies bodies() {
        return bodies;
    }

    @Override
    public long diskBytes() {
        return log.diskBytes();
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
        } catch (IOException e) {
            throw new StorageException("cannot close files in " + disk.root(), e);
        }
    }
}
