package io.ngrid.itests.processes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.ngrid.demo.Comparison;
import io.ngrid.demo.KarafCluster;
import io.ngrid.demo.KarafInstance;
import io.ngrid.demo.Ledger;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Three containers of our distribution, with the producer and the consumer of the examples in two of them: first the
 * leader is killed with -9, then all three at once, each time while elements are under way.
 */
@Timeout(value = 400, unit = TimeUnit.SECONDS)
class KarafNodesIT {
    private static final String QUEUE = "orders";
    private static final String TARGET = "(ngrid.queue=" + QUEUE + ")";
    private static final int THREADS = 4;
    private static final Duration LONG = Duration.ofSeconds(120);

    @RegisterExtension
    final KarafNodes karafs = new KarafNodes();

    private KarafCluster cluster;
    private KarafInstance producer;
    private KarafInstance consumer;

    @Test
    void leaderKilledUnderLoadAndThenAllNodes() throws IOException {
        cluster = karafs.assembly(QUEUE);
        cluster.start();
        cluster.awaitLeader(up -> {});
        KarafInstance leader = cluster.leader();
        List<KarafInstance> followers = cluster.instances().stream()
                .filter(instance -> instance != leader)
                .toList();
        producer = followers.get(0);
        consumer = followers.get(1);

        work("first", 1_000);
        awaitOffered("first", THREADS * 1_000 / 3);
        leader.kill();
        leader.start();
        assertDelivered("first", 0);

        work("second", 1_500);
        awaitOffered("second", THREADS * 1_500 / 3);
        Signal.KILL.send(
                cluster.instances().stream().mapToLong(KarafInstance::pid).toArray());
        cluster.instances().forEach(KarafInstance::kill);
        cluster.start();
        assertDelivered("second", 1);
    }

    /** The examples' files, as a user edits them: first the consumer has its new ledger, then the producer begins. */
    private void work(String name, int messages) throws IOException {
        consumer.edit(
                "io.ngrid.example.consumer.cfg",
                Map.of("queue.target", TARGET, "ledger", taken(name).toString()));
        await().atMost(LONG).until(() -> Files.exists(taken(name)));
        producer.edit(
                "io.ngrid.example.producer.cfg",
                Map.of(
                        "queue.target",
                        TARGET,
                        "producer",
                        name,
                        "threads",
                        "" + THREADS,
                        "messages",
                        "" + messages,
                        "pause",
                        "2",
                        "ledger",
                        offered(name).toString()));
    }

    private void awaitOffered(String name, int elements) {
        await().atMost(LONG)
                .pollInterval(Duration.ofMillis(20))
                .until(() -> read(offered(name)).elements("ok").size() > elements);
    }

    /**
     * All elements of each thread, once and in their order. A poll of unknown outcome may have cost one, and so may the poll
     * under way in a consumer that was killed.
     */
    private void assertDelivered(String name, int consumersKilled) {
        await().atMost(LONG).until(() -> read(offered(name)).elements("end").size() == THREADS);
        cluster.awaitLeader(up -> {});
        for (KarafInstance instance : cluster.instances()) {
            await().atMost(LONG).until(() -> isDrained(instance));
        }
        await().during(Duration.ofSeconds(1)).atMost(LONG).until(() -> isSettled(name));

        Comparison comparison = Comparison.of(read(offered(name)), read(taken(name)));
        System.out.println(name + ": " + comparison + " unknown offers=" + comparison.unknownOffers()
                + " unknown polls=" + comparison.unknownPolls() + " consumers killed=" + consumersKilled);
        assertThat(comparison.duplicated()).isZero();
        assertThat(comparison.reordered()).isZero();
        assertThat(comparison.lost()).isLessThanOrEqualTo(comparison.unknownPolls() + consumersKilled);
        assertThat(comparison.delivered()).isPositive();
    }

    private boolean isDrained(KarafInstance instance) {
        Map<String, Object> queue = cluster.probe(instance).queue(QUEUE, "Size");
        return queue != null && Long.valueOf(0).equals(queue.get("Size"));
    }

    private final long[] settled = new long[1];

    /** The consumer wrote nothing since the last look. */
    private boolean isSettled(String name) {
        long lines = read(taken(name)).lines().size();
        boolean same = lines == settled[0];
        settled[0] = lines;
        return same;
    }

    private Path offered(String name) {
        return karafs.directory().resolve(name + ".offered");
    }

    private Path taken(String name) {
        return karafs.directory().resolve(name + ".taken");
    }

    private static Ledger read(Path file) {
        try {
            return Ledger.read(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
