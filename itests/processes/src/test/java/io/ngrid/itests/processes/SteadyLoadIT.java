package io.ngrid.itests.processes;

import static io.ngrid.itests.processes.PlainCluster.LONG;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.ngrid.demo.Comparison;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** A producer and a consumer that never rest, on nodes with a small heap. Runs beside the other tests. */
@Execution(ExecutionMode.CONCURRENT)
@Timeout(value = 300, unit = TimeUnit.SECONDS)
class SteadyLoadIT {
    private static final long MIB = 1 << 20;
    private static final int ELEMENT_BYTES = 32_000;
    private static final Duration SAMPLE = Duration.ofSeconds(5);
    private static final int SAMPLES = 22;
    private static final int WARM = 6;

    /** So many samples after a change the next checkpoint is due at the latest. */
    private static final int CHECKPOINT = 6;

    /**
     * What a collection leaves differs by what waits in the queue, whose bodies are in memory until the next checkpoint: so the
     * medians of many samples are compared, without that. What leaks stays, and would be all that was offered.
     */
    private static final long MOST_HEAP_GROWTH = 8 * MIB;

    private static final long SEGMENT = 64 * MIB;

    /** Segments of the log: one that is kept, one in use, one to follow, and one that the last checkpoint has not reached. */
    private static final long MOST_DISK = 4 * SEGMENT + SEGMENT / 2;

    @RegisterExtension
    final PlainCluster cluster = new PlainCluster(List.of("-Xmx96m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"));

    /** The greatest of the three nodes, but for what waits in the queue: the consumer may fall behind. */
    private record Sample(long heap, long disk, long waiting) {}

    @Test
    void H38_heapAndDiskStayFlatUnderASteadyProducerAndConsumer() {
        cluster.startAll();
        PlainProcess leader = cluster.awaitLeader(LONG);
        PlainProcess consumer = cluster.others(leader).get(0);
        consumer.tell("consume " + cluster.path("taken"));
        cluster.others(leader).get(1).tell("produce " + cluster.path("offered") + " 4 1000000 10 " + ELEMENT_BYTES);
        List<Sample> samples = new ArrayList<>();
        for (int i = 0; i < SAMPLES; i++) {
            if (i == WARM) {
                cluster.nodes().forEach(WatchedLanes.Report::of);
            }
            await().pollDelay(SAMPLE).atMost(LONG).until(() -> true);
            samples.add(sample());
        }
        List<WatchedLanes.Report> stops =
                cluster.nodes().stream().map(WatchedLanes.Report::of).toList();
        cluster.nodes().forEach(node -> node.tell("stop"));
        await().atMost(LONG)
                .until(() -> cluster.ledger("offered").elements("end").size() == 4);

        int half = (WARM + SAMPLES) / 2;
        long earlyHeap = medianHeap(samples.subList(WARM, half));
        long lateHeap = medianHeap(samples.subList(half, SAMPLES));
        long lateDisk = mostDisk(samples, half, SAMPLES);
        long waited = mostWaiting(samples);
        long offered = cluster.ledger("offered").elements("ok").size() * ELEMENT_BYTES;
        Comparison comparison = Comparison.of(cluster.ledger("offered"), cluster.ledger("taken"));
        System.out.println("steady load: offered " + offered / MIB + " MiB, at most " + waited / MIB
                + " MiB waited, heap after collection without that " + earlyHeap / MIB + " then " + lateHeap / MIB
                + " MiB, disk "
                + mostDisk(samples, WARM, half) / MIB + " then " + lateDisk / MIB + " MiB");
        samples.forEach(
                each -> System.out.print(each.heap / MIB + "/" + each.disk / MIB + "/" + each.waiting / MIB + " "));
        System.out.println("(heap/disk/waiting of each sample)");
        stops.forEach(each -> System.out.println("steady load: apply lane stopped " + each));
        assertThat(offered).as("too slow to show anything").isGreaterThan(MOST_DISK);
        assertThat(waited).as("the consumer fell behind").isLessThan(offered / 2);
        assertThat(lateHeap - earlyHeap).isLessThan(MOST_HEAP_GROWTH);
        assertThat(lateDisk).isLessThan(MOST_DISK);
        assertThat(stops).allSatisfy(each -> {
            assertThat(each.checkpoints().count())
                    .as("checkpoints were looked at")
                    .isPositive();
            each.all().assertShort();
        });
        assertThat(comparison.duplicated()).isZero();
        assertThat(comparison.reordered()).isZero();
    }

    private Sample sample() {
        long offered = cluster.ledger("offered").elements("ok").size(); // first: no more is counted than waits
        long waiting = (offered - cluster.ledger("taken").elements("ok").size()) * ELEMENT_BYTES;
        return new Sample(
                cluster.nodes().stream()
                        .mapToLong(node -> Long.parseLong(node.ask("heap")))
                        .max()
                        .orElseThrow(),
                cluster.nodes().stream()
                        .mapToLong(node -> bytesIn(cluster.directory().resolve(node.id())))
                        .max()
                        .orElseThrow(),
                waiting);
    }

    private static long medianHeap(List<Sample> samples) {
        return samples.stream()
                .map(each -> each.heap - each.waiting)
                .sorted()
                .skip(samples.size() / 2)
                .findFirst()
                .orElseThrow();
    }

    private static long mostWaiting(List<Sample> samples) {
        return samples.stream().mapToLong(Sample::waiting).max().orElseThrow();
    }

    /** Beside what waits, or waited at the last checkpoint: it is on disk until the next, taken or not. */
    private static long mostDisk(List<Sample> samples, int from, int to) {
        return IntStream.range(from, to)
                .mapToLong(i -> samples.get(i).disk - mostWaiting(samples.subList(i - CHECKPOINT, i + 1)))
                .max()
                .orElseThrow();
    }

    private static long bytesIn(Path directory) {
        try (Stream<Path> files = Files.walk(directory)) {
            return files.filter(file -> !file.endsWith("reserve")) // as large as ever
                    .mapToLong(SteadyLoadIT::size)
                    .sum();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static long size(Path file) {
        try {
            return Files.isRegularFile(file) ? Files.size(file) : 0;
        } catch (NoSuchFileException e) {
            return 0; // deleted meanwhile
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
