package io.ngrid.storage;

import static org.assertj.core.api.Assertions.assertThat;

import io.ngrid.api.Durability;
import io.ngrid.api.NodeId;
import io.ngrid.spi.ClusterId;
import io.ngrid.spi.EntryKind;
import io.ngrid.spi.LogEntry;
import io.ngrid.spi.storage.Bodies;
import io.ngrid.spi.storage.Checkpoints.LiveBodies;
import io.ngrid.spi.storage.Checkpoints.Loaded;
import io.ngrid.spi.storage.Group;
import io.ngrid.spi.storage.Storage;
import io.ngrid.spi.storage.StorageOptions;
import io.ngrid.testkit.MemoryDisk;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;

/** A node in miniature: entries put and release bodies; its state is which are live. */
final class GroupModel {
    static final ClusterId CLUSTER = new ClusterId(new UUID(1, 2));

    private final Random random;
    private final StorageOptions options;
    private final List<LogEntry> durable = new ArrayList<>();
    private final List<LogEntry> appended = new ArrayList<>();
    private TreeMap<Long, TreeSet<Long>> live = new TreeMap<>();
    private TreeMap<Long, Long> last = new TreeMap<>();
    private long applied;
    private long ticket;
    private long now;
    MemoryDisk disk;
    Storage storage;
    Group group;

    GroupModel(MemoryDisk disk, Random random) {
        this(disk, random, Durability.FSYNC);
    }

    GroupModel(MemoryDisk disk, Random random, Durability durability) {
        this(disk, random, options(durability));
    }

    GroupModel(MemoryDisk disk, Random random, StorageOptions options) {
        this.disk = disk;
        this.random = random;
        this.options = options;
        storage = NodeStorage.open(disk, options, random);
        LogEntry first = new LogEntry(1, 1, 0, EntryKind.CONFIGURATION, new byte[10]);
        group = storage.form(first, CLUSTER);
        durable.add(first);
        appended.add(first);
        applied = 1;
    }

    static StorageOptions options(Durability durability) {
        return new StorageOptions(new NodeId("node-1"), durability, 16 << 10, 4 << 10, 1 << 10);
    }

    /** Options with dozens of elements in a queue's segment. */
    static StorageOptions withLargeQueueSegments() {
        return new StorageOptions(new NodeId("node-1"), Durability.FSYNC, 16 << 10, 16 << 10, 4 << 10);
    }

    /** Puts elements into the first queue; returns the sequence of the first. */
    long offer(int count) {
        long first = last.getOrDefault(1L, 0L) + 1;
        for (int i = 0; i < count; i++) {
            add(true, 1, first + i);
        }
        flush();
        applyAll();
        return first;
    }

    /** Takes elements of the first queue. */
    void poll(long first, int count) {
        for (int i = 0; i < count; i++) {
            add(false, 1, first + i);
        }
        flush();
        applyAll();
    }

    /** Takes nearly all elements of the first queue. */
    void pollMost() {
        for (long sequence : List.copyOf(live.getOrDefault(1L, new TreeSet<>()))) {
            if (random.nextInt(30) > 0) {
                add(false, 1, sequence);
            }
        }
        flush();
        applyAll();
    }

    private void add(boolean put, long queue, long sequence) {
        LogEntry entry = entry(put, queue, sequence);
        appended.add(entry);
        group.log().append(++ticket, List.of(entry));
    }

    private LogEntry entry(boolean put, long queue, long sequence) {
        byte[] payload = ByteBuffer.allocate(17)
                .put((byte) (put ? 1 : 2))
                .putLong(queue)
                .putLong(sequence)
                .array();
        return new LogEntry(appended.size() + 1, 1, 0, EntryKind.COMMAND, payload);
    }

    int append(int count) {
        List<LogEntry> entries = new ArrayList<>();
        TreeMap<Long, TreeSet<Long>> liveThen = copy(live);
        TreeMap<Long, Long> lastThen = new TreeMap<>(last);
        for (LogEntry waiting : appended.subList((int) applied, appended.size())) {
            note(waiting, liveThen, lastThen);
        }
        for (int i = 0; i < count; i++) {
            long queue = 1 + random.nextInt(3);
            TreeSet<Long> there = liveThen.getOrDefault(queue, new TreeSet<>());
            boolean put = there.isEmpty() || random.nextInt(5) < 3;
            long sequence = put
                    ? lastThen.getOrDefault(queue, 0L) + 1 + random.nextInt(3)
                    : random.nextInt(4) > 0 ? there.first() : new ArrayList<>(there).get(random.nextInt(there.size()));
            LogEntry entry = entry(put, queue, sequence);
            note(entry, liveThen, lastThen);
            entries.add(entry);
            appended.add(entry);
        }
        group.log().append(++ticket, entries);
        return count;
    }

    void flush() {
        long durable = group.log().flush(++now);
        if (durable < ticket && group.log().isStalled()) { // for lack of space; the next attempt finds some
            now += 1_000_000_000L;
            durable = group.log().flush(now);
        }
        assertThat(durable).isEqualTo(ticket);
        if (options.durability() == Durability.FSYNC) {
            durableUpTo(appended.size());
        }
    }

    private void durableUpTo(long index) {
        durable.clear();
        durable.addAll(appended.subList(0, (int) index));
    }

    /** Cuts entries that are not applied off the end. */
    void cut(int count) {
        int left = appended.size() - count;
        assertThat((long) left).isGreaterThanOrEqualTo(applied);
        appended.subList(left, appended.size()).clear();
        group.log().truncate(++ticket, left + 1);
        flush();
    }

    /** Time passes without a write. */
    void seal() {
        now += 2_000_000_000L;
        group.log().flush(now);
    }

    /** Applies what the log holds up to an index. */
    void apply(long index) {
        while (applied < index) {
            LogEntry entry = group.log().entries(applied + 1, 1).get(0);
            note(entry, live, last);
            ByteBuffer in = ByteBuffer.wrap(entry.payload());
            if (in.get() == 1) {
                long queue = in.getLong();
                long sequence = in.getLong();
                group.bodies().put(queue, sequence, body(queue, sequence));
            } else {
                group.bodies().release(in.getLong(), in.getLong());
            }
            applied++;
        }
    }

    void applyAll() {
        apply(appended.size());
    }

    long applied() {
        return applied;
    }

    Bodies.Instant freeze() {
        return group.bodies().freeze(applied, 1, 0);
    }

    /** Freezes, applies more while the checkpoint is written, publishes, compacts. */
    void checkpoint(boolean moreMeanwhile) {
        Bodies.Instant instant = freeze();
        TreeMap<Long, TreeSet<Long>> frozenLive = copy(live);
        TreeMap<Long, Long> frozenLast = new TreeMap<>(last);
        if (moreMeanwhile) {
            append(random.nextInt(20));
            applyAll();
        }
        group.checkpoints().write(instant, out -> writeState(out, frozenLive, frozenLast), liveBodies(frozenLive));
        if (moreMeanwhile) {
            append(random.nextInt(20));
            flush();
            applyAll();
        }
        group.checkpoints().publish();
        assertThat(group.checkpoints().index()).isEqualTo(instant.index());
        if (durable.size() < instant.index()) {
            durableUpTo(instant.index());
        }
        group.log().compact(instant.index(), 0);
        flush();
    }

    /** Opens the disk as it came back, replays, and compares with all that was durable. */
    void recover(MemoryDisk after) throws IOException {
        disk = after;
        storage = NodeStorage.open(disk, options, random);
        assertThat(storage.identity().cluster()).isEqualTo(CLUSTER);
        group = storage.openGroup();
        ticket = 0;
        Loaded loaded = group.checkpoints().load();
        live = new TreeMap<>();
        last = new TreeMap<>();
        applied = 0;
        if (loaded != null) {
            readState(loaded.state(), live, last);
            applied = loaded.index();
        } else {
            applied = 1;
        }
        long end = group.log().last().index();
        assertThat(end).isGreaterThanOrEqualTo(durable.size()).isLessThanOrEqualTo(appended.size());
        appended.subList((int) end, appended.size()).clear();
        durableUpTo(end);
        apply(end);
        check();
    }

    void check() {
        TreeMap<Long, TreeSet<Long>> wanted = new TreeMap<>();
        TreeMap<Long, Long> wantedLast = new TreeMap<>();
        for (LogEntry entry : appended.subList(0, (int) applied)) {
            note(entry, wanted, wantedLast);
        }
        assertThat(live).isEqualTo(wanted);
        assertThat(last).isEqualTo(wantedLast);
        live.forEach((queue, sequences) -> sequences.forEach(
                sequence -> assertThat(group.bodies().read(queue, sequence)).isEqualTo(body(queue, sequence))));
    }

    private static LiveBodies liveBodies(TreeMap<Long, TreeSet<Long>> live) {
        return queue -> sequence -> live.getOrDefault(queue, new TreeSet<>()).contains(sequence);
    }

    LiveBodies liveBodies() {
        return liveBodies(copy(live));
    }

    TreeMap<Long, TreeSet<Long>> live() {
        return live;
    }

    private static void note(LogEntry entry, TreeMap<Long, TreeSet<Long>> live, TreeMap<Long, Long> last) {
        if (entry.kind() != EntryKind.COMMAND) {
            return;
        }
        ByteBuffer in = ByteBuffer.wrap(entry.payload());
        boolean put = in.get() == 1;
        long queue = in.getLong();
        long sequence = in.getLong();
        if (put) {
            live.computeIfAbsent(queue, q -> new TreeSet<>()).add(sequence);
            last.put(queue, sequence);
        } else {
            live.get(queue).remove(sequence);
        }
    }

    static byte[] body(long queue, long sequence) {
        Random bytes = new Random(queue * 1_000_003 + sequence);
        byte[] body = new byte[bytes.nextInt(600)];
        bytes.nextBytes(body);
        return body;
    }

    private static TreeMap<Long, TreeSet<Long>> copy(TreeMap<Long, TreeSet<Long>> live) {
        TreeMap<Long, TreeSet<Long>> copy = new TreeMap<>();
        live.forEach((queue, sequences) -> copy.put(queue, new TreeSet<>(sequences)));
        return copy;
    }

    private static void writeState(DataOutput out, TreeMap<Long, TreeSet<Long>> live, TreeMap<Long, Long> last)
            throws IOException {
        out.writeInt(live.size());
        for (long queue : live.keySet()) {
            out.writeLong(queue);
            out.writeLong(last.get(queue));
            out.writeInt(live.get(queue).size());
            for (long sequence : live.get(queue)) {
                out.writeLong(sequence);
            }
        }
    }

    /** The live elements of a checkpoint, by queue. */
    static TreeMap<Long, TreeSet<Long>> liveAt(Loaded checkpoint) {
        TreeMap<Long, TreeSet<Long>> live = new TreeMap<>();
        readState(checkpoint.state(), live, new TreeMap<>());
        return live;
    }

    private static void readState(DataInput in, TreeMap<Long, TreeSet<Long>> live, TreeMap<Long, Long> last) {
        try {
            for (int queues = in.readInt(); queues > 0; queues--) {
                long queue = in.readLong();
                last.put(queue, in.readLong());
                TreeSet<Long> sequences = new TreeSet<>();
                for (int n = in.readInt(); n > 0; n--) {
                    sequences.add(in.readLong());
                }
                live.put(queue, sequences);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
