package io.ngrid.itests.processes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.ngrid.demo.Comparison;
import io.ngrid.demo.Ledger;
import io.ngrid.testkit.Ports;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Three plain-Java nodes in processes of their own, on real disks, killed with -9 while they work. */
@Timeout(value = 300, unit = TimeUnit.SECONDS)
class PlainNodesIT {
    private static final Duration LONG = Duration.ofSeconds(120);
    private static final int THREADS = 4;

    @TempDir
    Path directory;

    private final Map<String, PlainProcess> nodes = new HashMap<>();
    private int[] ports = new int[0];
    private String peers = "";
    private PlainProcess consumer;

    @BeforeEach
    void choosePorts() {
        ports = Ports.free(3);
        peers = "127.0.0.1:" + ports[0] + ",127.0.0.1:" + ports[1] + ",127.0.0.1:" + ports[2];
    }

    @AfterEach
    void killAll() {
        nodes.values().forEach(PlainProcess::kill);
    }

    private PlainProcess start(int number) throws IOException {
        PlainProcess node = new PlainProcess("node-" + number, ports[number - 1], peers, directory);
        nodes.put("node-" + number, node);
        return node;
    }

    private String leader() {
        return nodes.keySet().stream()
                .filter(id -> nodes.get(id).state().startsWith("LEADER"))
                .findFirst()
                .orElse(null);
    }

    private List<PlainProcess> followers() {
        return nodes.values().stream()
                .filter(node -> node.state().startsWith("FOLLOWER"))
                .toList();
    }

    private Ledger ledger(String name) throws IOException {
        return Ledger.read(directory.resolve(name));
    }

    private String path(String name) {
        return directory.resolve(name).toString();
    }

    /** H31, and the main job: offers on a follower, the leader killed under load and restarted. */
    @Test
    void H31_leaderKilledUnderLoadAndRestarted() throws IOException {
        int each = 1_500;
        for (int number = 1; number <= 3; number++) {
            start(number);
        }
        await().atMost(LONG).until(() -> leader() != null && followers().size() == 2);
        String leader = leader();
        List<PlainProcess> followers = followers();
        consumer = followers.get(0);
        consumer.tell("consume " + path("taken"));
        followers.get(1).tell("produce " + path("offered") + " " + THREADS + " " + each);
        await().atMost(LONG).until(() -> ledger("offered").lines().size() > THREADS * each / 3);
        nodes.get(leader).kill();
        start(Integer.parseInt(leader.substring("node-".length())));
        await().atMost(LONG).until(() -> ledger("offered").elements("end").size() == THREADS);
        awaitDrained();

        Comparison comparison = Comparison.of(ledger("offered"), ledger("taken"));
        System.out.println("leader killed: " + comparison + " unknown offers=" + comparison.unknownOffers()
                + " unknown polls=" + comparison.unknownPolls());
        assertThat(comparison.duplicated()).isZero();
        assertThat(comparison.reordered()).isZero();
        assertThat(comparison.lost()).isLessThanOrEqualTo(comparison.unknownPolls());
        assertThat(comparison.delivered()).isPositive();
    }

    /** H29: all nodes killed at once under load; nothing acknowledged is missing, and a leader is back soon. */
    @Test
    void H29_allNodesKilledAtOnceUnderLoadAndRestarted() throws IOException {
        start(3);
        start(2);
        start(1).tell("produce " + path("offered") + " " + THREADS + " 1000000");
        await().atMost(LONG).until(() -> ledger("offered").lines().size() > 3_000);
        nodes.values().forEach(PlainProcess::kill);

        List<String> acknowledged = ledger("offered").elements("ok");
        start(3);
        start(1);
        consumer = start(2);
        consumer.tell("consume " + path("taken"));
        awaitDrained();

        List<String> taken = ledger("taken").elements("ok");
        System.out.println("all killed: acknowledged=" + acknowledged.size() + " delivered=" + taken.size()
                + " unknown polls=" + ledger("taken").elements("unknown").size());
        assertThat(taken).doesNotHaveDuplicates().containsAll(acknowledged);
        assertThat(taken).hasSizeLessThanOrEqualTo(acknowledged.size() + THREADS); // one in flight a thread
        for (int thread = 1; thread <= THREADS; thread++) {
            String prefix = "p-" + thread + "-";
            List<Integer> numbers = taken.stream()
                    .filter(element -> element.startsWith(prefix))
                    .map(element -> Integer.parseInt(element.substring(prefix.length())))
                    .toList();
            assertThat(numbers).isSorted();
        }
    }

    /** Until the consumer has found the queue empty twice in a row after its last element. */
    private void awaitDrained() {
        PlainProcess consumer = Objects.requireNonNull(this.consumer);
        await().atMost(LONG).until(() -> ledger("taken").lines().size() > 0);
        long before = consumer.count("EMPTY");
        await().atMost(LONG).until(() -> consumer.count("EMPTY") >= before + 2);
    }
}
