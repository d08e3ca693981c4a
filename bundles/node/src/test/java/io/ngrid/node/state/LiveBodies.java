package io.ngrid.node.state;

import io.ngrid.spi.storage.Bodies;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.LongPredicate;
import java.util.stream.LongStream;

/** Bodies in memory; refuses a body put twice, released twice or released before it was put. */
final class LiveBodies implements Bodies {
    private final Map<Long, Map<Long, byte[]>> live = new HashMap<>();
    private final Map<Long, Long> last = new HashMap<>();
    long puts;
    long releases;

    void accept(List<BodyChange> changes) {
        changes.forEach(change -> change.applyTo(this));
    }

    LiveBodies copy() {
        LiveBodies copy = new LiveBodies();
        live.forEach((queue, bodies) -> copy.live.put(queue, new HashMap<>(bodies)));
        copy.last.putAll(last);
        return copy;
    }

    @Override
    public void put(long queue, long sequence, byte[] body) {
        if (sequence <= last.getOrDefault(queue, 0L)) {
            throw new AssertionError("put " + queue + "/" + sequence + " after " + last.get(queue));
        }
        last.put(queue, sequence);
        live.computeIfAbsent(queue, key -> new HashMap<>()).put(sequence, body);
        puts++;
    }

    @Override
    public void release(long queue, long sequence) {
        if (live.getOrDefault(queue, Map.of()).remove(sequence) == null) {
            throw new AssertionError("released " + queue + "/" + sequence + ", which is not live");
        }
        releases++;
    }

    @Override
    public byte[] read(long queue, long sequence) {
        byte[] body = live.getOrDefault(queue, Map.of()).get(sequence);
        if (body == null) {
            throw new AssertionError("read " + queue + "/" + sequence + ", which is not live");
        }
        return body;
    }

    /** Live bodies as queue/sequence, sorted. */
    TreeSet<String> references() {
        TreeSet<String> references = new TreeSet<>();
        live.forEach((queue, bodies) -> bodies.keySet().forEach(sequence -> references.add(queue + "/" + sequence)));
        return references;
    }

    /** Whether a state knows of just these that they are live. */
    boolean areThoseOf(GridState state) {
        return live.entrySet().stream().allMatch(queue -> {
            LongPredicate isLive = state.liveBodies(queue.getKey());
            return LongStream.rangeClosed(1, last.getOrDefault(queue.getKey(), 0L) + 2)
                    .allMatch(sequence ->
                            isLive.test(sequence) == queue.getValue().containsKey(sequence));
        });
    }

    /** What a state refers to: ready elements and stored results. */
    static TreeSet<String> referencesOf(GridState state) {
        TreeSet<String> references = new TreeSet<>();
        for (QueueState queue : state.queues().values()) {
            for (long sequence = queue.head(); sequence < queue.tail(); sequence++) {
                references.add(queue.created() + "/" + sequence);
            }
        }
        for (SessionState session : state.sessions().values()) {
            for (Result result : session.results().values()) {
                if (result instanceof Result.Polled polled) {
                    polled.sequences().forEach(sequence -> {
                        if (!references.add(polled.queue() + "/" + sequence)) {
                            throw new AssertionError("referred to twice: " + polled.queue() + "/" + sequence);
                        }
                    });
                }
            }
        }
        return references;
    }

    @Override
    public boolean inMemory(long queue, long sequence) {
        return true;
    }

    @Override
    public Instant freeze(long index, long epoch, long time) {
        return () -> index;
    }

    @Override
    public long memoryBytes() {
        return 0;
    }
}
