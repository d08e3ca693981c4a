package io.ngrid.benchmarks.peers;

import com.squareup.tape2.QueueFile;
import io.ngrid.benchmarks.Store;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;

/** Square's tape2: a ring file whose every write is synchronous. It is for one thread, so callers take turns. */
final class TapeStore implements Store {
    private final QueueFile file;

    TapeStore(Path directory) throws IOException {
        Files.createDirectories(directory);
        this.file = new QueueFile.Builder(directory.resolve("queue").toFile()).build();
    }

    @Override
    public synchronized void append(byte[] body) throws IOException {
        file.add(body);
    }

    @Override
    public synchronized void appendAll(List<byte[]> bodies) throws IOException {
        for (byte[] body : bodies) {
            file.add(body);
        }
    }

    @Override
    public synchronized void scan(Consumer<byte[]> each) {
        file.iterator().forEachRemaining(each);
    }

    @Override
    public synchronized void close() throws IOException {
        file.close();
    }
}
