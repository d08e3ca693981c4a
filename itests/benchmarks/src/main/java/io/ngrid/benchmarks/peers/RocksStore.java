package io.ngrid.benchmarks.peers;

import io.ngrid.benchmarks.Store;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.rocksdb.Options;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksIterator;
import org.rocksdb.Statistics;
import org.rocksdb.TickerType;
import org.rocksdb.WriteBatch;
import org.rocksdb.WriteOptions;

/** RocksDB with rising keys and default settings. */
final class RocksStore implements Store {
    private final Statistics statistics = new Statistics();
    private final Options options = new Options().setCreateIfMissing(true).setStatistics(statistics);
    private final WriteOptions write;
    private final RocksDB database;
    private final AtomicLong next = new AtomicLong();

    RocksStore(Path directory, boolean sync) throws Exception {
        Files.createDirectories(directory);
        this.write = new WriteOptions().setSync(sync);
        this.database = RocksDB.open(options, directory.toString());
        try (RocksIterator all = database.newIterator()) {
            all.seekToLast();
            if (all.isValid()) {
                next.set(ByteBuffer.wrap(all.key()).getLong() + 1);
            }
        }
    }

    private byte[] key() {
        return ByteBuffer.allocate(Long.BYTES).putLong(next.getAndIncrement()).array();
    }

    @Override
    public void append(byte[] body) throws Exception {
        database.put(write, key(), body);
    }

    @Override
    public void appendAll(List<byte[]> bodies) throws Exception {
        try (WriteBatch batch = new WriteBatch()) {
            for (byte[] body : bodies) {
                batch.put(key(), body);
            }
            database.write(write, batch);
        }
    }

    @Override
    public void scan(Consumer<byte[]> each) throws Exception {
        try (RocksIterator all = database.newIterator()) {
            for (all.seekToFirst(); all.isValid(); all.next()) {
                each.accept(all.value());
            }
            all.status();
        }
    }

    @Override
    public long nativeSyncs() {
        return statistics.getTickerCount(TickerType.WAL_FILE_SYNCED);
    }

    @Override
    public void close() {
        database.close();
        write.close();
        options.close();
        statistics.close();
    }
}
