package io.ngrid.benchmarks.peers;

import io.ngrid.benchmarks.Store;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import org.h2.mvstore.Cursor;
import org.h2.mvstore.MVMap;
import org.h2.mvstore.MVStore;

/**
 * H2's MVStore, a map from a rising number as a queue. Left to itself it writes within a second; or each call commits
 * and syncs.
 */
final class MvStore implements Store {
    private final MVStore store;
    private final MVMap<Long, byte[]> map;
    private final boolean sync;
    private long next;

    MvStore(Path directory, boolean sync) throws IOException {
        Files.createDirectories(directory);
        this.store = new MVStore.Builder()
                .fileName(directory.resolve("store").toString())
                .open();
        this.map = store.openMap("queue");
        this.sync = sync;
        Long last = map.lastKey();
        this.next = last == null ? 0 : last + 1;
    }

    @Override
    public synchronized void append(byte[] body) {
        map.append(next++, body);
        afterwards();
    }

    @Override
    public synchronized void appendAll(List<byte[]> bodies) {
        for (byte[] body : bodies) {
            map.append(next++, body);
        }
        afterwards();
    }

    private void afterwards() {
        if (sync) {
            store.commit();
            store.sync();
        }
    }

    @Override
    public synchronized void scan(Consumer<byte[]> each) {
        Cursor<Long, byte[]> all = map.cursor(null);
        while (all.hasNext()) {
            all.next();
            each.accept(all.getValue());
        }
    }

    @Override
    public synchronized void close() {
        store.close();
    }
}
