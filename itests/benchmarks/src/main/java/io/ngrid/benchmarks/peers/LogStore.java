package io.ngrid.benchmarks.peers;

import io.ngrid.api.Durability;
import io.ngrid.api.NodeId;
import io.ngrid.benchmarks.Store;
import io.ngrid.spi.ClusterId;
import io.ngrid.spi.EntryKind;
import io.ngrid.spi.LogEntry;
import io.ngrid.spi.storage.ChangeLog;
import io.ngrid.spi.storage.Group;
import io.ngrid.spi.storage.Storage;
import io.ngrid.spi.storage.StorageFactory;
import io.ngrid.spi.storage.StorageOptions;
import io.ngrid.storage.NqueueStorageFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.function.Consumer;

/** The changelog of a node, alone: one thread stages what has queued, flushes, and answers, as a node's threads do. */
final class LogStore implements Store {
    private static final NodeId NODE = new NodeId("node-1");
    private static final int READ_BYTES = 1 << 20;

    private final Storage storage;
    private final Group group;
    private final ChangeLog log;
    private final GroupCommit commits;
    private long ticket;

    LogStore(Path directory) throws Exception {
        StorageFactory factory = new NqueueStorageFactory();
        storage = factory.open(factory.disk(directory), StorageOptions.of(NODE, Durability.FSYNC), new Random());
        group = storage.identity().cluster() == null
                ? storage.form(
                        new LogEntry(1, 1, 0, EntryKind.CONFIGURATION, new byte[0]), new ClusterId(new UUID(0, 1)))
                : storage.openGroup();
        log = group.log();
        commits = new GroupCommit(this::write);
    }

    @Override
    public void append(byte[] body) throws Exception {
        appendAll(List.of(body));
    }

    @Override
    public void appendAll(List<byte[]> bodies) throws Exception {
        commits.append(bodies);
    }

    private void write(List<List<byte[]>> calls) {
        for (List<byte[]> bodies : calls) {
            List<LogEntry> entries = new ArrayList<>();
            for (byte[] body : bodies) {
                entries.add(new LogEntry(log.last().index() + entries.size() + 1, 1, 0, EntryKind.COMMAND, body));
            }
            if (!entries.isEmpty()) {
                log.append(++ticket, entries);
            }
        }
        log.flush(System.nanoTime());
    }

    @Override
    public void scan(Consumer<byte[]> each) {
        long end = log.last().index();
        for (long index = 2; index <= end; ) { // behind the configuration that it was formed with
            List<LogEntry> entries = log.entries(index, READ_BYTES);
            entries.forEach(entry -> each.accept(entry.payload()));
            index += entries.size();
        }
    }

    @Override
    public void close() throws Exception {
        commits.close();
        group.close();
        storage.close();
    }
}
