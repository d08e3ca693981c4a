package io.ngrid.storage;

import io.ngrid.spi.storage.Bodies;
import io.ngrid.spi.storage.Checkpoints;
import io.ngrid.spi.storage.StorageException;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

final class MemoryBodies implements Bodies, Checkpoints {
    private record Key(long queue, long sequence) {}

    private record At(long index) implements Instant {}

    private final Map<Key, byte[]> bodies = new ConcurrentHashMap<>();
    private final AtomicLong bytes = new AtomicLong();

    @Override
    public void put(long queue, long sequence, byte[] body) {
        bodies.put(new Key(queue, sequence), body);
        bytes.addAndGet(body.length);
    }

    @Override
    public void release(long queue, long sequence) {
        byte[] gone = bodies.remove(new Key(queue, sequence));
        bytes.addAndGet(gone == null ? 0 : -gone.length);
    }

    @Override
    public byte[] read(long queue, long sequence) {
        byte[] body = bodies.get(new Key(queue, sequence));
        if (body == null) {
            throw new StorageException("no body " + sequence + " in queue " + queue, null);
        }
        return body;
    }

    @Override
    public boolean inMemory(long queue, long sequence) {
        return bodies.containsKey(new Key(queue, sequence));
    }

    @Override
    public Instant freeze(long index, long epoch, long time) {
        return new At(index);
    }

    @Override
    public long memoryBytes() {
        return bytes.get();
    }

    @Override
    public @Nullable Loaded load() {
        return null;
    }

    @Override
    public long write(Instant instant, StateWriter state) {
        return 0;
    }

    @Override
    public void publish() {}

    @Override
    public long index() {
        return 0;
    }
}
