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

    /**
     * What a collection leaves differs by what waits in the queue, whose bodies are in memory until the next checkpoint: so the
     * least of many samples is compared. What leaks stays, and would be all that was offered.
     */
    private static final long MOST_HEAP_GROWTH = 8 * MIB;

    private static final long SEGMENT = 64 * MIB;

    /** Segments of the log: one that is kept, one in use, one to follow, and one that the last checkpoint has not reached. */
    private static final long MOST_DISK = 4 * SEGMENT + SEGMENT / 2;

    @RegisterExtension
    final PlainCluster cluster = new PlainCluster(List.of("-Xmx96m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"));

    /** The disk's beside what waits in the queue: the consumer may fall behind. */
    private record Sample(long heap, long disk) {}

    @Test
    void H38_heapAndDiskStayFlatUnderASteadyProducerAndConsumer() {
        cluster.startAll();
        PlainProcess leader = cluster.awaitLeader(LONG);
        PlainProcess consumer = cluster.others(leader).get(0);
        consumer.tell("consume " + cluster.path("taken"));
        cluster.others(leader).get(1).tell("produce " + cluster.path("offered") + " 4 1000000 10 " + ELEMENT_BYTES);
        List<Sample> samples = new ArrayList<>();
        for (int i = 0; i < SAMPLES; i++) {
            await().pollDelay(SAMPLE).atMost(LONG).until(() -> true);
            samples.add(sample());
        }
        cluster.nodes().forEach(node -> node.tell("stop"));
        await().atMost(LONG)
                .until(() -> cluster.ledger("offered").elements("end").size() == 4);

        Sample early = summary(samples.subList(WARM, (WARM + SAMPLES) / 2));
        Sample late = summary(samples.subList((WARM + SAMPLES) / 2, SAMPLES));
        long offered = cluster.ledger("offered").elements("ok").size();
        Comparison comparison = Comparison.of(cluster.ledger("offered"), cluster.ledger("taken"));
        System.out.println("steady load: offered " + offered * ELEMENT_BYTES / MIB + " MiB, heap after collection "
                + early.heap / MIB + " then " + late.heap / MIB + " MiB, disk " + early.disk / MIB + " then "
                + late.disk / MIB + " MiB");
        assertThat(offered * ELEMENT_BYTES).as("too slow to show anything").isGreaterThan(MOST_DISK);
        assertThat(late.heap - early.heap).isLessThan(MOST_HEAP_GROWTH);
        assertThat(late.disk).isLessThan(MOST_DISK);
        assertThat(comparison.duplicated()).isZero();
        assertThat(comparison.reordered()).isZero();
    }

    /** The greatest of the three nodes. */
    private Sample sample() {
        long offered = cluster.ledger("offered").elements("ok").size(); // first: no more is counted than waits
        long waiting = (offered - cluster.ledger("taken").elements("ok").size()) * ELEMENT_BYTES;
        return greatest(cluster.nodes().stream()
                .map(node -> new Sample(
                        Long.parseLong(node.ask("heap")),
                        bytesIn(cluster.directory().resolve(node.id())) - waiting))
                .toList());
    }

    /** The least of the heap, and the most that was on disk. */
    private static Sample summary(List<Sample> samples) {
        long heap = samples.stream().mapToLong(Sample::heap).min().orElseThrow();
        return new Sample(heap, greatest(samples).disk);
    }

    private static Sample greatest(List<Sample> samples) {
        return new Sample(
                samples.stream().mapToLong(Sample::heap).max().orElseThrow(),
                samples.stream().mapToLong(Sample::disk).max().orElseThrow());
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
