package io.ngrid.storage;

import io.ngrid.spi.storage.Bodies;
import io.ngrid.spi.storage.Checkpoints.LiveBodies;
import io.ngrid.spi.storage.CorruptionException;
import io.ngrid.spi.storage.Disk;
import io.ngrid.spi.storage.StorageException;
import io.ngrid.storage.QueueStore.Copied;
import io.ngrid.storage.QueueStore.Listed;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentNavigableMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongPredicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Bodies of queue elements: in memory until a checkpoint that holds them is published, in segments from then on.
 *
 * <p>While an instant is open (frozen, not yet published), releases of what was live at it are put off: so the live counts
 * that its checkpoint lists, and the bodies that it writes, are those of the instant, and replay repeats the releases.
 *
 * <p>However many bodies a checkpoint lets go of, the event loop and readers wait for no lock [C2], and the apply lane gets
 * its turn between some of them and the next.
 */
final class BodyStore implements Bodies {
    private static final Logger LOG = LoggerFactory.getLogger(BodyStore.class);
    private static final long SEED_STEP = 0x9e37_79b9_7f4a_7c15L;

    private static final class Queue {
        final QueueStore store;
        final ConcurrentNavigableMap<Long, byte[]> memory = new ConcurrentSkipListMap<>();
        long lastPut;

        Queue(QueueStore store) {
            this.store = store;
            this.lastPut = store.lastSequence();
        }
    }

    /** What a body takes in memory besides its bytes: its entry, its sequence, its array. */
    static final int BODY_OVERHEAD = 100;

    /** How many releases happen under one hold of the lock. */
    static final int RELEASED_AT_ONCE = 1_000;

    private record Released(long queue, long sequence) {}

    private final Disk disk;
    private final String directory;
    private final long seed;
    private final long segmentBytes;
    private final Pins pins;
    private final ByteBuffer buffer = ByteBuffer.allocate(RecordWriter.BUFFER);
    private final Map<Long, Queue> queues = new ConcurrentHashMap<>();

    private final AtomicLong memoryBytes = new AtomicLong();

    // Guarded by this.
    private @Nullable BodyInstant open;
    private final Deque<Released> putOff = new ArrayDeque<>();

    /** @param pins files that have to stay */
    BodyStore(Disk disk, String directory, long seed, long segmentBytes, Pins pins) {
        this.disk = disk;
        this.pins = pins;
        this.directory = directory;
        this.seed = seed;
        this.segmentBytes = segmentBytes;
    }

    /** Opens what a checkpoint lists, deletes the rest. Before anything else. */
    void restore(Map<Long, List<Listed>> listed) throws IOException {
        for (Map.Entry<Long, List<Listed>> entry : listed.entrySet()) {
            QueueStore store = store(entry.getKey());
            store.restore(entry.getValue());
            queues.put(entry.getKey(), new Queue(store));
        }
        for (String name : disk.list(directory)) {
            if (listed.keySet().stream().noneMatch(queue -> name.equals(String.valueOf(queue)))) {
                Segments.deleteTree(disk, Segments.path(directory, name));
            }
        }
        if (disk.exists(directory)) {
            Faults.forceDirectory(disk, directory);
        }
    }

    @Override
    public synchronized void put(long queue, long sequence, byte[] body) {
        Queue to = queues.computeIfAbsent(queue, q -> new Queue(store(q)));
        if (sequence <= to.lastPut) {
            throw new IllegalStateException("queue " + queue + ": body " + sequence + " behind " + to.lastPut);
        }
        to.lastPut = sequence;
        to.memory.put(sequence, body);
        memoryBytes.addAndGet(BODY_OVERHEAD + body.length);
    }

    @Override
    public synchronized void release(long queue, long sequence) {
        BodyInstant instant = open;
        Long bound = instant == null ? null : instant.bounds().get(queue);
        if (bound != null && sequence <= bound) {
            putOff.add(new Released(queue, sequence));
        } else {
            releaseNow(queue, sequence);
        }
    }

    @Override
    public byte[] read(long queue, long sequence) {
        Queue from = queues.get(queue);
        byte[] body = from == null ? null : from.memory.get(sequence);
        try {
            if (body == null && from != null) {
                body = from.store.read(sequence);
            }
        } catch (IOException e) {
            throw Faults.of(disk, "read body " + sequence + " of queue " + queue, e);
        }
        if (body == null) {
            throw new StorageException("queue " + queue + " has no body " + sequence, null);
        }
        return body;
    }

    @Override
    public boolean inMemory(long queue, long sequence) {
        Queue from = queues.get(queue);
        return from != null && from.memory.containsKey(sequence);
    }

    @Override
    public synchronized Instant freeze(long index, long epoch, long time) {
        if (open != null) { // one that was never published is given up
            releaseAllPutOff(open);
        }
        Map<Long, Long> bounds = new TreeMap<>();
        queues.forEach((number, queue) -> bounds.put(number, queue.lastPut));
        BodyInstant instant = new BodyInstant(index, epoch, time, bounds);
        open = instant;
        return instant;
    }

    @Override
    public long memoryBytes() {
        return memoryBytes.get();
    }

    /**
     * Writes and forces every body live at an instant that is not on disk; lists what its checkpoint needs. After an
     * {@code IOException} nothing is written. Checkpoint thread only, as all below.
     */
    Map<Long, List<Listed>> write(BodyInstant instant, LiveBodies live) throws IOException {
        synchronized (this) {
            if (open != instant) {
                throw new IllegalStateException("instant " + instant.index() + " is not the one frozen last");
            }
        }
        List<QueueStore> begun = new ArrayList<>();
        List<Long> before = new ArrayList<>();
        try {
            for (Map.Entry<Long, Long> bound : instant.bounds().entrySet()) {
                Queue queue = queues.get(bound.getKey());
                long written = queue == null ? 0 : queue.store.lastSequence();
                if (queue != null && written < bound.getValue()) {
                    begun.add(queue.store);
                    before.add(written);
                    Map<Long, byte[]> owed = queue.memory.subMap(written, false, bound.getValue(), true);
                    write(queue.store, owed, instant.time());
                }
            }
        } catch (IOException e) {
            for (int i = 0; i < begun.size(); i++) {
                undo(begun.get(i), before.get(i), e);
            }
            throw e;
        }
        for (Map.Entry<Long, Queue> queue : queues.entrySet()) {
            if (instant.bounds().containsKey(queue.getKey())) {
                copyOn(instant, queue.getKey(), queue.getValue().store, live);
            }
        }
        return list(instant);
    }

    /** One old element that stays shall not keep much: the old files go once a checkpoint that lists the copies counts. */
    private void copyOn(BodyInstant instant, long number, QueueStore store, LiveBodies live) {
        if (store.segments().stream().noneMatch(QueueSegment::isSparse)) {
            return;
        }
        LongPredicate isLive = live.of(number);
        try {
            for (QueueSegment sparse = store.sparse(isLive); sparse != null; sparse = store.sparse(isLive)) {
                Copied copied = store.copyBeside(sparse, isLive);
                if (!replace(instant, store, copied)) {
                    store.drop(copied.copy());
                    throw new IllegalStateException("queue " + number + ": of " + copied.run() + " "
                            + copied.copy().count + " elements are live, or another instant was frozen meanwhile");
                }
            }
        } catch (IOException e) { // no space [D3]: it takes more than it need
            LOG.warn("event=copy_failed queue={} reason=\"{}\"", number, e.getMessage());
        }
    }

    private synchronized boolean replace(BodyInstant instant, QueueStore store, Copied copied) {
        boolean same = open == instant && copied.isWhole(); // no release while an instant is open
        if (same) {
            store.replace(copied);
        }
        return same;
    }

    private static void write(QueueStore store, Map<Long, byte[]> owed, long time) throws IOException {
        for (Map.Entry<Long, byte[]> body : owed.entrySet()) {
            store.append(body.getKey(), time, body.getValue());
        }
        store.force();
    }

    private static void undo(QueueStore store, long last, IOException cause) {
        try {
            store.cut(last + 1, last);
        } catch (IOException e) {
            cause.addSuppressed(e);
            throw new StorageException("cannot take back a half-written checkpoint: " + e.getMessage(), cause);
        }
    }

    private synchronized Map<Long, List<Listed>> list(BodyInstant instant) {
        if (open != instant) { // releases were not put off all the time
            throw new IllegalStateException("another instant was frozen while " + instant.index() + " was written");
        }
        Map<Long, List<Listed>> listed = new TreeMap<>();
        for (Long number : instant.bounds().keySet()) {
            Queue queue = queues.get(number);
            List<Listed> segments = queue == null
                    ? List.of()
                    : queue.store.segments().stream()
                            .filter(s -> s.live.get() > 0)
                            .map(s -> new Listed(s.first(), s.copy, s.length, s.sealed, s.live.get()))
                            .toList();
            if (!segments.isEmpty()) {
                listed.put(number, segments);
            }
        }
        return listed;
    }

    /** A checkpoint is published: drops from memory what it has on disk, and files that it does not list. */
    void published(BodyInstant instant, Map<Long, List<Listed>> listed) {
        instant.bounds().forEach((number, bound) -> {
            Queue queue = queues.get(number);
            if (queue != null) {
                queue.memory.headMap(bound, true).keySet().forEach(sequence -> forget(queue, sequence));
            }
        });
        releaseAllPutOff(instant);
        for (Long number : instant.bounds().keySet()) {
            Queue queue = queues.get(number);
            if (queue != null) {
                deleteUnlisted(number, queue, listed.getOrDefault(number, List.of()));
            }
        }
    }

    private void deleteUnlisted(long number, Queue queue, List<Listed> needed) {
        try {
            for (QueueSegment segment : queue.store.segments()) {
                if (needed.stream().noneMatch(l -> l.first() == segment.first()) && !pins.contains(segment.path)) {
                    queue.store.delete(segment);
                }
            }
            for (QueueSegment segment : queue.store.replaced()) {
                if (!pins.contains(segment.path)) {
                    queue.store.drop(segment);
                }
            }
            boolean gone;
            synchronized (this) {
                gone = queue.store.segments().isEmpty()
                        && queue.store.replaced().isEmpty()
                        && queue.memory.isEmpty();
                if (gone) {
                    queues.remove(number);
                }
            }
            if (gone) {
                disk.delete(Segments.path(directory, String.valueOf(number)));
            }
        } catch (IOException e) { // the next start deletes it
            LOG.warn("event=release_failed queue={} reason=\"{}\"", number, e.getMessage());
        }
    }

    long diskBytes() {
        return queues.values().stream()
                .flatMap(q -> Stream.concat(q.store.segments().stream(), q.store.replaced().stream()))
                .mapToLong(s -> s.length)
                .sum();
    }

    void closeFiles() throws IOException {
        for (Queue queue : queues.values()) {
            queue.store.close();
        }
    }

    private void releaseAllPutOff(BodyInstant instant) {
        boolean more = true;
        while (more) {
            more = releasePutOff(instant);
        }
    }

    /**
     * Lets some releases happen that were put off, in their order, and ends the instant with the last one.
     *
     * @return whether the instant is still open
     */
    synchronized boolean releasePutOff(BodyInstant instant) {
        if (open != instant) {
            return false;
        }
        for (int i = 0; i < RELEASED_AT_ONCE; i++) {
            Released next = putOff.poll();
            if (next == null) {
                open = null;
                return false;
            }
            releaseNow(next.queue, next.sequence);
        }
        return true;
    }

    /** Takes a body out of memory, if it is there. */
    private byte @Nullable [] forget(Queue queue, long sequence) {
        byte[] body = queue.memory.remove(sequence);
        if (body != null) {
            memoryBytes.addAndGet(-BODY_OVERHEAD - body.length);
        }
        return body;
    }

    private void releaseNow(long number, long sequence) {
        Queue queue = queues.get(number);
        byte[] body = queue == null ? null : forget(queue, sequence);
        QueueSegment segment = queue == null ? null : queue.store.find(sequence);
        if (segment == null && body == null) {
            throw new IllegalStateException("queue " + number + " has no body " + sequence + " to release");
        }
        if (segment != null && segment.live.decrementAndGet() < 0) {
            throw new CorruptionException(segment.path, 0, "more elements are released than it holds");
        }
    }

    private QueueStore store(long queue) {
        return new QueueStore(
                disk,
                Segments.path(directory, String.valueOf(queue)),
                queue,
                seed + queue * SEED_STEP,
                segmentBytes,
                Headroom.Use.NEVER,
                0,
                buffer);
    }
}
