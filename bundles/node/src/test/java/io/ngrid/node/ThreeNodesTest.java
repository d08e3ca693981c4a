package io.ngrid.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.ngrid.api.Codecs;
import io.ngrid.api.ConfigurationException;
import io.ngrid.api.DistributedMap;
import io.ngrid.api.DistributedQueue;
import io.ngrid.api.FullPolicy;
import io.ngrid.api.MapSettings;
import io.ngrid.api.NGridNode;
import io.ngrid.api.NodeState;
import io.ngrid.api.QueueSettings;
import io.ngrid.spi.storage.FileCheck;
import io.ngrid.spi.storage.StorageReport;
import io.ngrid.spi.view.NodeStatus;
import io.ngrid.spi.view.NodeView;
import io.ngrid.spi.view.TextOperations;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What users do with queues and maps, on three nodes at once. */
@Timeout(value = 120, unit = TimeUnit.SECONDS)
class ThreeNodesTest {
    @TempDir
    static Path directory;

    private static Nodes nodes;
    private static ExecutorService threads;

    @BeforeAll
    static void start() throws IOException {
        nodes = new Nodes(directory, 3).start();
        threads = Executors.newFixedThreadPool(16);
        await().atMost(Duration.ofSeconds(60))
                .until(() -> nodes.node(1).leader().isPresent());
    }

    @AfterAll
    static void stop() {
        threads.shutdownNow();
        nodes.close();
    }

    private static void atOnce(int count, IndexedWork work) throws Exception {
        List<Future<?>> running = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            int number = i;
            running.add(threads.submit((Callable<?>) () -> {
                work.run(number);
                return null;
            }));
        }
        for (Future<?> one : running) {
            one.get(100, TimeUnit.SECONDS);
        }
    }

    private interface IndexedWork {
        void run(int number) throws Exception;
    }

    private static DistributedQueue<String> queue(int node, String name) {
        return nodes.node(node).queue(name, Codecs.string());
    }

    @Test
    void anElementOfferedOnOneNodeIsTakenOnAnother() throws InterruptedException {
        assertThat(queue(1, "one").offer("hello")).isTrue();
        assertThat(queue(2, "one").size()).isEqualTo(1);
        assertThat(queue(3, "one").peek()).isEqualTo("hello");
        assertThat(queue(2, "one").poll(Duration.ofSeconds(5))).isEqualTo("hello");
        assertThat(queue(3, "one").poll()).isNull();
    }

    @Test
    void aWaitingPollIsWokenByAnOfferOnAnotherNode() throws Exception {
        Future<String> waiting = threads.submit(() -> queue(2, "waiting").poll(Duration.ofSeconds(30)));
        assertThat(queue(1, "waiting").size()).isZero();
        queue(1, "waiting").put("wake");
        assertThat(waiting.get(30, TimeUnit.SECONDS)).isEqualTo("wake");
    }

    @Test
    void aWaitingPutIsWokenByRoom() throws Exception {
        QueueSettings settings = new QueueSettings("small", "string", List.of(), 1, FullPolicy.REJECT);
        DistributedQueue<String> producer = nodes.node(1).queue(settings, Codecs.string());
        DistributedQueue<String> consumer = nodes.node(2).queue(settings, Codecs.string());
        producer.put("first");
        assertThat(producer.offer("no room")).isFalse();
        assertThat(producer.remainingCapacity()).isZero();
        Future<?> waiting = threads.submit((Callable<?>) () -> {
            producer.put("second");
            return null;
        });
        assertThat(consumer.take()).isEqualTo("first");
        waiting.get(30, TimeUnit.SECONDS);
        assertThat(consumer.take()).isEqualTo("second");
    }

    @Test
    void otherSettingsForAQueueThatExistsAreAnError() {
        nodes.node(1)
                .queue(new QueueSettings("agreed", "string", List.of(), 10, FullPolicy.REJECT), Codecs.string())
                .offer("x");
        QueueSettings other = new QueueSettings("agreed", "string", List.of(), 20, FullPolicy.REJECT);
        assertThatThrownBy(() -> nodes.node(2).queue(other, Codecs.string()).offer("y"))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("10")
                .hasMessageContaining("20");
    }

    @Test
    void everyNodeSeesTheQueuesThatExist() {
        queue(1, "seen").offer("x");
        await().atMost(Duration.ofSeconds(20))
                .until(() -> IntStream.rangeClosed(1, 3)
                        .allMatch(node -> nodes.node(node).queues().stream()
                                .anyMatch(settings -> settings.name().equals("seen"))));
    }

    @Test
    void H04_manyQueuesOnAllNodesAtOnce() throws Exception {
        atOnce(9, number -> {
            DistributedQueue<String> queue = queue(number % 3 + 1, "many-" + number / 3);
            for (int i = 0; i < 50; i++) {
                assertThat(queue.offer(number + "-" + i)).isTrue();
            }
        });
        for (int q = 0; q < 3; q++) {
            assertThat(queue(1, "many-" + q).sizeAsLong()).isEqualTo(150);
        }
    }

    @Test
    void H06_statesAreEqualAtEqualIndexWhateverSixteenWritersDo() throws Exception {
        atOnce(16, number -> {
            DistributedQueue<String> queue = queue(number % 3 + 1, "equal");
            DistributedMap<String, String> map =
                    nodes.node(number % 3 + 1).map("equal", Codecs.string(), Codecs.string());
            for (int i = 0; i < 30; i++) {
                queue.offer(number + "-" + i);
                map.put("key-" + i % 4, number + "-" + i);
                if (i % 3 == 0) {
                    queue.poll();
                }
            }
        });
        long last = status(1).lastIndex();
        await().atMost(Duration.ofSeconds(30))
                .until(() -> IntStream.rangeClosed(1, 3)
                        .allMatch(node -> status(node).agreedIndex() >= last));
        await().atMost(Duration.ofSeconds(30))
                .until(() -> IntStream.rangeClosed(1, 3)
                                .mapToObj(node -> status(node).appliedIndex() + " "
                                        + status(node).stateHash())
                                .distinct()
                                .count()
                        == 1);
    }

    private static NodeStatus status(int node) {
        return ((NodeView) nodes.node(node)).status();
    }

    @Test
    void H33_sixteenPollersTakeEachElementOnceAndInOrder() throws Exception {
        int count = 3_000;
        DistributedQueue<String> producer = queue(1, "busy");
        List<String> batch = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            batch.add("" + i);
        }
        assertThat(producer.offerAll(batch)).isTrue();
        Set<String> taken = ConcurrentHashMap.newKeySet();
        List<String> doubled = Collections.synchronizedList(new ArrayList<>());
        atOnce(16, number -> {
            int last = -1;
            DistributedQueue<String> queue = queue(number % 3 + 1, "busy");
            for (String element = queue.poll(); element != null; element = queue.poll()) {
                if (!taken.add(element)) {
                    doubled.add(element);
                }
                assertThat(Integer.parseInt(element)).isGreaterThan(last);
                last = Integer.parseInt(element);
            }
        });
        assertThat(doubled).isEmpty();
        assertThat(taken).hasSize(count);
    }

    @Test
    void H36_concurrentPutsReturnAChain() throws Exception {
        Set<String> previous = ConcurrentHashMap.newKeySet();
        DistributedMap<String, String> first = nodes.node(1).map("chain", Codecs.string(), Codecs.string());
        first.put("key", "start");
        atOnce(12, number -> {
            DistributedMap<String, String> map =
                    nodes.node(number % 3 + 1).map("chain", Codecs.string(), Codecs.string());
            for (int i = 0; i < 20; i++) {
                assertThat(previous.add(map.put("key", number + "-" + i))).isTrue();
            }
        });
        assertThat(previous).hasSize(240).contains("start");
    }

    @Test
    void mapsAreAtomic() throws Exception {
        atOnce(6, number -> {
            DistributedMap<String, String> map =
                    nodes.node(number % 3 + 1).map("sums", Codecs.string(), Codecs.string());
            for (int i = 0; i < 10; i++) {
                map.merge("sum", "1", (old, one) -> "" + (Integer.parseInt(old) + Integer.parseInt(one)));
            }
        });
        DistributedMap<String, String> map = nodes.node(1).map("sums", Codecs.string(), Codecs.string());
        assertThat(map.get("sum")).isEqualTo("60");
        assertThat(map.keySet()).containsExactly("sum");
        assertThat(map.remove("sum", "59")).isFalse();
        assertThat(map.remove("sum", "60")).isTrue();
        assertThat(map.containsKey("sum")).isFalse();
    }

    /** What JMX and shell do to look at things. */
    @Test
    void lookingAtQueuesAndMapsWritesNothing() {
        MapSettings settings = MapSettings.of("looked-at", "string", "string");
        nodes.node(1).map(settings, Codecs.string(), Codecs.string()).put("key", "value");
        for (int node = 1; node <= 3; node++) {
            assertThat(queue(node, "looked-at").offer("x"))
                    .as("opens the session of this node")
                    .isTrue();
        }
        for (int node = 1; node <= 3; node++) {
            NGridNode looking = nodes.node(node);
            await().atMost(Duration.ofSeconds(20))
                    .until(() ->
                            looking.queues().size() == nodes.node(1).queues().size()
                                    && looking.maps().contains(settings));
        }
        long before = indexOfAnOffer();
        for (int node = 1; node <= 3; node++) {
            TextOperations text = new TextOperations(nodes.node(node));
            assertThat(text.browse("looked-at", 0, 10)).hasSize(3);
            assertThat(text.peek("looked-at")).isEqualTo("x");
            assertThat(text.keys("looked-at", 10)).containsExactly("key");
            assertThat(text.get("looked-at", "key")).isEqualTo("value");
            assertThat(queue(node, "looked-at").size()).isEqualTo(3);
        }
        assertThat(indexOfAnOffer()).as("the next entry").isEqualTo(before + 1);
    }

    private static long indexOfAnOffer() {
        DistributedQueue<String> end = queue(1, "end");
        assertThat(end.offer("x")).isTrue();
        long size = end.sizeAsLong();
        NodeView view = (NodeView) nodes.node(1);
        await().atMost(Duration.ofSeconds(20))
                .until(() -> view.status().queues().stream()
                        .anyMatch(queue -> queue.name().equals("end") && queue.size() == size));
        return view.status().appliedIndex();
    }

    @Test
    void aNodeAtWorkVerifiesItsFiles() {
        DistributedQueue<String> queue = queue(1, "verified");
        for (int node = 1; node <= 3; node++) {
            assertThat(queue.offer("x")).isTrue();
            StorageReport report = ((NodeView) nodes.node(node)).verify();
            assertThat(report.summary()).startsWith("verify: OK files=");
            assertThat(report.files().stream().map(FileCheck::content)).contains("identity", "epoch and vote", "log");
        }
    }

    /** A batch whose bodies do not fit one response is still one operation. */
    @Test
    void aLargeBatchArrivesWhole() {
        DistributedQueue<byte[]> queue = nodes.node(1).queue("large", Codecs.bytes());
        for (int i = 0; i < 12; i++) {
            byte[] body = new byte[1 << 20];
            body[0] = (byte) i;
            assertThat(queue.offer(body)).isTrue();
        }
        List<byte[]> taken = nodes.node(2).queue("large", Codecs.bytes()).pollBatch(100);
        assertThat(taken).hasSize(12);
        assertThat(taken.stream().map(body -> (int) body[0])).isSorted();
    }

    @Test
    void theLargestElementAndValueGoThroughEveryNode() {
        byte[] body = new byte[8 << 20];
        body[body.length - 1] = 7;
        byte[] value = Arrays.copyOfRange(body, 1, body.length); // a key of one byte beside it
        for (int node = 1; node <= 3; node++) {
            assertThat(nodes.node(node).queue("largest", Codecs.bytes()).offer(body))
                    .isTrue();
            nodes.node(node).map("largest", Codecs.string(), Codecs.bytes()).put("" + node, value);
        }
        for (int node = 1; node <= 3; node++) {
            assertThat(nodes.node(node).queue("largest", Codecs.bytes()).poll()).isEqualTo(body);
            assertThat(nodes.node(node)
                            .map("largest", Codecs.string(), Codecs.bytes())
                            .get("" + (node % 3 + 1)))
                    .as("put on another node")
                    .isEqualTo(value);
        }
    }

    @Test
    void H44_interruptedCallersHarmNothing() throws Exception {
        for (int i = 0; i < 200; i++) {
            Future<?> call = threads.submit((Callable<?>) () -> {
                queue(1, "storm").put("x");
                return queue(1, "storm").poll(Duration.ofSeconds(5));
            });
            call.cancel(true);
        }
        assertThat(queue(1, "storm").offer("after")).isTrue();
        for (int node = 1; node <= 3; node++) {
            assertThat(nodes.node(node).state()).isIn(NodeState.LEADER, NodeState.FOLLOWER);
        }
    }
}
