package io.ngrid.storage;

import static org.assertj.core.api.Assertions.assertThat;

import io.ngrid.api.Durability;
import io.ngrid.spi.LogEntry;
import io.ngrid.spi.LogPosition;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The event loop stages and reads while the log-writer thread flushes, on a real disk. */
@Timeout(60)
class SegmentedLogThreadsTest {
    @Test
    void theEventLoopReadsWhatItStagedWhateverTheWriterDoes(@TempDir Path directory) throws Exception {
        NioDisk disk = new NioDisk(directory);
        disk.createDirectory("log");
        SegmentedLog.create(disk, "log", 7, 64 << 10, LogPosition.ZERO);
        SegmentedLog log =
                SegmentedLog.open(disk, "log", Durability.OS, 64 << 10, 4 << 10, () -> Long.MAX_VALUE, () -> false);
        Random random = new Random(1);
        List<LogEntry> expected = new ArrayList<>();
        ExecutorService writer = Executors.newSingleThreadExecutor();
        CompletableFuture<Long> flush = CompletableFuture.completedFuture(0L);
        long ticket = 0;
        long epoch = 1;
        try {
            for (int round = 0; round < 3000; round++) {
                if (random.nextInt(40) == 0 && expected.size() > 20) {
                    long from = Math.max(log.firstIndex(), expected.size() - random.nextInt(15));
                    log.truncate(++ticket, from);
                    expected.subList((int) from - 1, expected.size()).clear();
                    epoch++;
                }
                if (random.nextInt(100) == 0 && log.flushedIndex() > 100) {
                    log.compact(log.flushedIndex() - 100, 0);
                }
                LogEntry entry = LogModel.entry(expected.size() + 1, epoch, random.nextInt(900));
                expected.add(entry);
                log.append(++ticket, List.of(entry));
                if (flush.isDone()) {
                    flush.get();
                    flush = CompletableFuture.supplyAsync(() -> log.flush(0), writer);
                }
                long first = log.firstIndex();
                long from = first + random.nextLong(expected.size() - first + 1);
                List<LogEntry> found = log.entries(from, 5000);
                LogModel.assertSame(found, expected.subList((int) from - 1, (int) from - 1 + found.size()));
                assertThat(log.last()).isEqualTo(entry.position());
                assertThat(log.bytesBehind(from)).isNotNegative();
            }
            flush.get();
            assertThat(log.flush(0)).isEqualTo(ticket);
            log.compact(log.flushedIndex() - 100, 0); // a slow writer may have given the loop no chance before
            log.flush(0);
            assertThat(log.firstIndex()).isGreaterThan(1);
        } finally {
            writer.shutdown();
            log.close();
        }
        SegmentedLog again = SegmentedLog.open(disk, "log", Durability.OS, 64 << 10, 4 << 10, () -> 0, () -> false);
        List<LogEntry> found = again.entries(again.firstIndex(), Integer.MAX_VALUE);
        LogModel.assertSame(found, expected.subList((int) again.firstIndex() - 1, expected.size()));
        again.close();
    }
}
