package io.ngrid.node.loop;

import io.ngrid.spi.storage.Bodies;
import io.ngrid.spi.storage.CorruptionException;
import io.ngrid.spi.storage.StorageException;

/** Bodies that keep nothing: each begins with its sequence's last byte, as long as they are not lost. */
final class MemoryBodies implements Bodies {
    boolean lost;
    boolean rotten;
    boolean inMemory = true;
    int size = 1;
    long bytesRead;

    /** How many more bodies fit in. */
    long room = Long.MAX_VALUE;

    @Override
    public void put(long queue, long sequence, byte[] body) {
        if (room-- <= 0) {
            throw new OutOfMemoryError("planned");
        }
    }

    @Override
    public void release(long queue, long sequence) {}

    @Override
    public byte[] read(long queue, long sequence) {
        if (lost) {
            throw new StorageException("no body " + sequence, null);
        }
        if (rotten) {
            throw new CorruptionException("segment", 0, "no valid record");
        }
        byte[] body = new byte[size];
        body[0] = (byte) sequence;
        bytesRead += size;
        return body;
    }

    @Override
    public boolean inMemory(long queue, long sequence) {
        return inMemory;
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
