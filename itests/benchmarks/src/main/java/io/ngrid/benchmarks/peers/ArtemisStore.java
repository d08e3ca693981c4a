package io.ngrid.benchmarks.peers;

import io.ngrid.benchmarks.Store;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.apache.activemq.artemis.core.io.SequentialFileFactory;
import org.apache.activemq.artemis.core.io.aio.AIOSequentialFileFactory;
import org.apache.activemq.artemis.core.io.nio.NIOSequentialFileFactory;
import org.apache.activemq.artemis.core.journal.RecordInfo;
import org.apache.activemq.artemis.core.journal.impl.JournalImpl;

/**
 * The journal of ActiveMQ Artemis with the broker's sizes, ASYNCIO where libaio is there, else NIO. The buffer's time-out
 * is what the broker's installer would set for a disk that syncs in a tenth of a millisecond.
 */
final class ArtemisStore implements Store {
    private static final int FILE = 10 << 20;
    private static final int BUFFER = 490 << 10;
    private static final int TIMEOUT_NANOS = 100_000;

    private final JournalImpl journal;
    private final List<RecordInfo> loaded = new ArrayList<>();
    private final AtomicLong next = new AtomicLong();

    ArtemisStore(Path directory) throws Exception {
        Files.createDirectories(directory);
        boolean aio = asynchronous();
        SequentialFileFactory files = aio
                ? new AIOSequentialFileFactory(directory.toFile(), BUFFER, TIMEOUT_NANOS, 4096, false)
                : new NIOSequentialFileFactory(directory.toFile(), true, BUFFER, TIMEOUT_NANOS, 1, false);
        this.journal = new JournalImpl(FILE, 2, 10, 0, 0, files, "bench", "log", aio ? 4096 : 1);
        journal.start();
        journal.load(loaded, new ArrayList<>(), (id, records, deleted) -> {}, false);
        loaded.forEach(record -> next.accumulateAndGet(record.id + 1, Math::max));
    }

    static boolean asynchronous() {
        return AIOSequentialFileFactory.isSupported();
    }

    @Override
    public void append(byte[] body) throws Exception {
        journal.appendAddRecord(next.getAndIncrement(), (byte) 0, body, true);
    }

    @Override
    public void appendAll(List<byte[]> bodies) throws Exception {
        int last = bodies.size() - 1;
        for (int i = 0; i <= last; i++) {
            journal.appendAddRecord(next.getAndIncrement(), (byte) 0, bodies.get(i), i == last);
        }
    }

    @Override
    public void scan(Consumer<byte[]> each) {
        loaded.forEach(record -> each.accept(record.data));
    }

    @Override
    public void close() throws Exception {
        journal.stop();
    }
}
