package io.ngrid.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.ngrid.api.Codecs;
import io.ngrid.api.DistributedQueue;
import io.ngrid.api.NGridConfig;
import io.ngrid.api.NGridNode;
import io.ngrid.api.NodeState;
import io.ngrid.testkit.Ports;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** [E6] on real sockets and disks, with callers on both other nodes all the time. */
@Timeout(value = 180, unit = TimeUnit.SECONDS)
class HandBackTest {
    private static final Logger LOG = LoggerFactory.getLogger(HandBackTest.class);
    private static final int ROUNDS = 4;

    @TempDir
    Path directory;

    private final List<NGridConfig> configs = new ArrayList<>();
    private final List<NGridNode> nodes = new ArrayList<>();

    private void start() {
        int[] ports = Ports.free(3);
        String[] peers =
                Arrays.stream(ports).mapToObj(port -> "127.0.0.1:" + port).toArray(String[]::new);
        for (int i = 0; i < 3; i++) {
            configs.add(NGridConfig.builder()
                    .nodeId("node-" + (i + 1))
                    .port(ports[i])
                    .peers(peers)
                    .dataDirectory(directory.resolve("node-" + (i + 1)))
                    .handbackDelay(Duration.ofMillis(500))
                    .operationTimeout(Duration.ofSeconds(30))
                    .build());
        }
        configs.forEach(config -> nodes.add(NGridNodes.start(config)));
    }

    private NodeState state(int node) {
        return nodes.get(node - 1).state();
    }

    /** What one caller saw: when each offer was answered, none of them by an error. */
    private record Offered(List<Long> answeredNanos) {
        long longestGapMillis(long from, long to) {
            long longest = 0;
            for (int i = 1; i < answeredNanos.size(); i++) {
                boolean within = answeredNanos.get(i) - from >= 0 && to - answeredNanos.get(i - 1) >= 0;
                if (within) {
                    longest = Math.max(longest, answeredNanos.get(i) - answeredNanos.get(i - 1));
                }
            }
            return longest / 1_000_000;
        }
    }

    private Callable<Offered> offers(int node, AtomicBoolean done) {
        DistributedQueue<String> queue = nodes.get(node - 1).queue("orders-" + node, Codecs.string());
        return () -> {
            List<Long> answered = new ArrayList<>();
            for (int i = 0; !done.get(); i++) {
                assertThat(queue.offer("" + i)).isTrue();
                answered.add(System.nanoTime());
            }
            return new Offered(answered);
        };
    }

    @Test
    void H26_H27_fourHandBacksUnderLoadFailNoCallAndLoseNothing() throws Exception {
        start();
        ExecutorService callers = Executors.newFixedThreadPool(2);
        AtomicBoolean done = new AtomicBoolean();
        List<long[]> handBacks = new ArrayList<>();
        try {
            await().atMost(Duration.ofSeconds(60)).until(() -> state(3) == NodeState.LEADER);
            List<Future<Offered>> offered = List.of(callers.submit(offers(1, done)), callers.submit(offers(2, done)));
            for (int round = 0; round < ROUNDS; round++) {
                nodes.get(2).close();
                await().atMost(Duration.ofSeconds(30)).until(() -> state(2) == NodeState.LEADER);
                nodes.set(2, NGridNodes.start(configs.get(2)));
                long epoch = nodes.get(1).epoch();
                await().atMost(Duration.ofSeconds(30)).until(() -> state(3) == NodeState.FOLLOWER);
                long from = System.nanoTime();
                await().atMost(Duration.ofSeconds(30)).until(() -> state(3) == NodeState.LEADER);
                assertThat(nodes.get(2).epoch()).as("one epoch a hand-back").isEqualTo(epoch + 1);
                handBacks.add(new long[] {from, System.nanoTime()});
            }
            done.set(true);
            for (int caller = 1; caller <= 2; caller++) {
                Offered seen = offered.get(caller - 1).get(60, TimeUnit.SECONDS);
                for (long[] handBack : handBacks) {
                    LOG.info(
                            "caller on node-{}: longest time without an answer around a hand-back {} ms",
                            caller,
                            seen.longestGapMillis(handBack[0], handBack[1]));
                }
                assertAllThereInOrder(caller, seen.answeredNanos().size());
            }
        } finally {
            done.set(true);
            callers.shutdownNow();
            nodes.forEach(NGridNode::close);
        }
    }

    private void assertAllThereInOrder(int caller, int count) {
        DistributedQueue<String> queue = nodes.get(2).queue("orders-" + caller, Codecs.string());
        assertThat(queue.sizeAsLong()).isEqualTo(count);
        int next = 0;
        for (List<String> batch = queue.pollBatch(1_000); !batch.isEmpty(); batch = queue.pollBatch(1_000)) {
            for (String element : batch) {
                assertThat(element).isEqualTo("" + next++);
            }
        }
        assertThat(next).isEqualTo(count);
    }
}
