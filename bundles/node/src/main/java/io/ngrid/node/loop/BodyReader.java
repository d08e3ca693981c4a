package io.ngrid.node.loop;

import io.ngrid.spi.storage.Bodies;
import io.ngrid.spi.storage.StorageException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** Reads bodies for answers: at once on the event loop if all are in memory, otherwise on the reader lane. */
final class BodyReader {
    private final Bodies bodies;
    private final Lane reader;
    private final Lane apply;
    private final Lane loop;

    BodyReader(Bodies bodies, Lane reader, Lane apply, Lane loop) {
        this.bodies = bodies;
        this.reader = reader;
        this.apply = apply;
        this.loop = loop;
    }

    /**
     * Reads bodies. Event loop only.
     *
     * @param queue the queue's creation index
     * @param sequences the elements' sequences
     * @param maxBytes stop behind the element that passes this bound; at least one body is read
     * @param done told the bodies, on the event loop
     * @param failed told why they cannot be read, on the event loop, when that knows the state in which they may have been
     *     released
     */
    void read(
            long queue,
            List<Long> sequences,
            long maxBytes,
            Consumer<List<byte[]>> done,
            Consumer<StorageException> failed) {
        if (sequences.stream().allMatch(sequence -> bodies.inMemory(queue, sequence))) {
            readNow(queue, sequences, maxBytes, done, failed);
        } else {
            reader.execute(
                    () -> readNow(queue, sequences, maxBytes, found -> loop.execute(() -> done.accept(found)), failed));
        }
    }

    private void readNow(
            long queue,
            List<Long> sequences,
            long maxBytes,
            Consumer<List<byte[]>> done,
            Consumer<StorageException> failed) {
        List<byte[]> found = new ArrayList<>(sequences.size());
        long bytes = 0;
        try {
            for (long sequence : sequences) {
                if (bytes >= maxBytes) {
                    break;
                }
                byte[] body = bodies.read(queue, sequence);
                found.add(body);
                bytes += body.length;
            }
        } catch (StorageException e) {
            // the apply lane releases bodies in the middle of its turn, at the end of which it tells the event loop why
            apply.execute(() -> loop.execute(() -> failed.accept(e)));
            return;
        }
        done.accept(found);
    }
}
