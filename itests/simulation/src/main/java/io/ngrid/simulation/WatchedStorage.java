package io.ngrid.simulation;

import io.ngrid.spi.ClusterId;
import io.ngrid.spi.LogEntry;
import io.ngrid.spi.LogPosition;
import io.ngrid.spi.Member;
import io.ngrid.spi.StorageId;
import io.ngrid.spi.election.Vote;
import io.ngrid.spi.storage.Bodies;
import io.ngrid.spi.storage.ChangeLog;
import io.ngrid.spi.storage.Checkpoints;
import io.ngrid.spi.storage.Disk;
import io.ngrid.spi.storage.Group;
import io.ngrid.spi.storage.Identity;
import io.ngrid.spi.storage.IncomingSnapshot;
import io.ngrid.spi.storage.Snapshot;
import io.ngrid.spi.storage.Storage;
import io.ngrid.spi.storage.StorageFactory;
import io.ngrid.spi.storage.StorageOptions;
import io.ngrid.spi.storage.StorageReport;
import io.ngrid.spi.storage.VoteStore;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** A storage whose promises are watched, as long as its node lives. */
final class WatchedStorage implements Storage {
    private final Storage real;
    private final Watch watch;
    private final BooleanSupplier alive;

    private WatchedStorage(Storage real, Watch watch, BooleanSupplier alive) {
        this.real = real;
        this.watch = watch;
        this.alive = alive;
    }

    /**
     * A factory of such storages.
     *
     * @param segmentBytes size of log segments, to see them rolled and compacted
     * @param alive whether the node lives
     */
    static StorageFactory factory(StorageFactory real, Watch watch, long segmentBytes, BooleanSupplier alive) {
        return new StorageFactory() {
            @Override
            public Disk disk(Path directory) throws IOException {
                return real.disk(directory);
            }

            @Override
            public Storage open(Disk disk, StorageOptions options, RandomGenerator random) {
                StorageOptions small = new StorageOptions(
                        options.node(), options.durability(), segmentBytes, segmentBytes / 4, segmentBytes / 2);
                return new WatchedStorage(real.open(disk, small, random), watch, alive);
            }
        };
    }

    @Override
    public Identity identity() {
        return real.identity();
    }

    @Override
    public Group form(LogEntry entry, ClusterId cluster) {
        return watched(real.form(entry, cluster));
    }

    @Override
    public Group openGroup() {
        return watched(real.openGroup());
    }

    private Group watched(Group group) {
        Member self = new Member(identity().node(), identity().storage());
        watch.votes.opened(self, group.votes().read());
        LogCopy copy = watch.logs.opened(self, group.log());
        watch.opened(copy);
        return new WatchedGroup(
                group,
                new WatchedVotes(group.votes(), self),
                new WatchedLog(group.log(), copy),
                new WatchedCheckpoints(group.checkpoints(), copy),
                copy,
                watch);
    }

    @Override
    public Identity dropCluster() {
        return real.dropCluster();
    }

    @Override
    public StorageReport verify(Consumer<String> reading) {
        return real.verify(reading);
    }

    @Override
    public void close() {
        real.close();
    }

    private record WatchedGroup(
            Group group, VoteStore votes, ChangeLog log, Checkpoints checkpoints, LogCopy copy, Watch watch)
            implements Group {
        @Override
        public void install(IncomingSnapshot snapshot) {
            watch.logs.installing(copy, snapshot.index(), snapshot.epoch());
            group.install(snapshot);
        }

        @Override
        public Space space() {
            return group.space();
        }

        @Override
        public boolean reserve() {
            return group.reserve();
        }

        @Override
        public Bodies bodies() {
            return group.bodies();
        }

        @Override
        public long diskBytes() {
            return group.diskBytes();
        }

        @Override
        public StorageReport verify(Consumer<String> reading) {
            return group.verify(reading);
        }

        @Override
        public void close() {
            group.close();
        }
    }

    private final class WatchedVotes implements VoteStore {
        private final VoteStore votes;
        private final Member self;

        WatchedVotes(VoteStore votes, Member self) {
            this.votes = votes;
            this.self = self;
        }

        @Override
        public Vote read() {
            return votes.read();
        }

        @Override
        public void write(Vote vote) {
            votes.write(vote);
            if (alive.getAsBoolean()) {
                watch.votes.written(self, vote);
            }
        }
    }

    private final class WatchedCheckpoints implements Checkpoints {
        private final Checkpoints checkpoints;
        private final LogCopy copy;

        WatchedCheckpoints(Checkpoints checkpoints, LogCopy copy) {
            this.checkpoints = checkpoints;
            this.copy = copy;
        }

        @Override
        public @Nullable Loaded load() {
            return checkpoints.load();
        }

        @Override
        public long write(Bodies.Instant instant, StateWriter state, LiveBodies live) {
            return checkpoints.write(instant, state, live);
        }

        @Override
        public void publish() {
            checkpoints.publish();
            if (alive.getAsBoolean()) {
                watch.logs.checkpointed(copy, checkpoints.index());
            }
        }

        @Override
        public long index() {
            return checkpoints.index();
        }

        @Override
        public @Nullable Snapshot pin() {
            return checkpoints.pin();
        }

        @Override
        public IncomingSnapshot receive(long index, long epoch, long length, StorageId source) {
            return checkpoints.receive(index, epoch, length, source);
        }
    }

    private final class WatchedLog implements ChangeLog {
        private final ChangeLog log;
        private final LogCopy copy;

        WatchedLog(ChangeLog log, LogCopy copy) {
            this.log = log;
            this.copy = copy;
        }

        @Override
        public void append(long ticket, List<LogEntry> entries) {
            watch.logs.appended(copy, ticket, entries);
            log.append(ticket, entries);
        }

        @Override
        public void truncate(long ticket, long fromIndex) {
            watch.logs.truncated(copy, ticket, fromIndex);
            log.truncate(ticket, fromIndex);
        }

        @Override
        public long flush(long nowNanos) {
            long ticket = log.flush(nowNanos);
            if (alive.getAsBoolean()) {
                copy.flushed(ticket, log.flushedIndex());
            }
            return ticket;
        }

        @Override
        public void compact(long index, long keepBytes) {
            log.compact(index, keepBytes);
        }

        @Override
        public boolean isStalled() {
            return log.isStalled();
        }

        @Override
        public boolean hasStaged() {
            return log.hasStaged();
        }

        @Override
        public long nextFlushNanos() {
            return log.nextFlushNanos();
        }

        @Override
        public long flushedIndex() {
            return log.flushedIndex();
        }

        @Override
        public long stagedBytes() {
            return log.stagedBytes();
        }

        @Override
        public long segmentBytes() {
            return log.segmentBytes();
        }

        @Override
        public long bytesBehind(long index) {
            return log.bytesBehind(index);
        }

        @Override
        public FlushFigures figures() {
            return log.figures();
        }

        @Override
        public long firstIndex() {
            return log.firstIndex();
        }

        @Override
        public LogPosition last() {
            return log.last();
        }

        @Override
        public long epochAt(long index) {
            return log.epochAt(index);
        }

        @Override
        public List<LogEntry> entries(long fromIndex, int maxBytes) {
            return log.entries(fromIndex, maxBytes);
        }
    }
}
