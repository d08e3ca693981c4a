package io.ngrid.node.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.ngrid.api.Codec;
import io.ngrid.api.CodecException;
import io.ngrid.api.Codecs;
import io.ngrid.api.ConfigurationException;
import io.ngrid.api.FullPolicy;
import io.ngrid.api.NoQuorumException;
import io.ngrid.api.NodeClosedException;
import io.ngrid.api.OperationTimeoutException;
import io.ngrid.api.OverloadedException;
import io.ngrid.api.QueueSettings;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class ClusterQueueTest {
    private final OneNodeGrid grid = new OneNodeGrid(10_000);
    private final ClusterQueue<String> queue = grid.queue("q");
    private final ExecutorService threads = Executors.newCachedThreadPool();

    @AfterEach
    void close() {
        threads.shutdownNow();
        grid.close();
    }

    @Test
    void isAQueue() throws InterruptedException {
        assertThat(queue.offer("a")).isTrue();
        assertThat(queue.add("b")).isTrue();
        queue.put("c");
        assertThat(queue.offer("d", 1, TimeUnit.SECONDS)).isTrue();
        assertThat(queue.offer("e", Duration.ofSeconds(1))).isTrue();
        assertThat(queue.addAll(List.of("f", "g"))).isTrue();
        assertThat(queue).hasSize(7).containsExactly("a", "b", "c", "d", "e", "f", "g");
        assertThat(queue.sizeAsLong()).isEqualTo(7);
        assertThat(queue.isEmpty()).isFalse();
        assertThat(queue.peek()).isEqualTo("a");
        assertThat(queue.element()).isEqualTo("a");
        assertThat(queue.contains("c")).isTrue();
        assertThat(queue.contains("x")).isFalse();
        assertThat(queue.containsAll(List.of("a", "g"))).isTrue();
        assertThat(queue.toArray()).containsExactly("a", "b", "c", "d", "e", "f", "g");
        assertThat(queue.poll()).isEqualTo("a");
        assertThat(queue.remove()).isEqualTo("b");
        assertThat(queue.take()).isEqualTo("c");
        assertThat(queue.poll(1, TimeUnit.SECONDS)).isEqualTo("d");
        assertThat(queue.poll(Duration.ofSeconds(1))).isEqualTo("e");
        queue.clear();
        assertThat(queue.peek()).isNull();
        assertThat(queue.poll()).isNull();
        assertThatThrownBy(queue::remove).isInstanceOf(NoSuchElementException.class);
        assertThatThrownBy(queue::element).isInstanceOf(NoSuchElementException.class);
        assertThat(queue.isEmpty()).isTrue();
    }

    @Test
    void isCreatedOnceBeforeItsFirstOperation() {
        queue.offer("a");
        queue.offer("b");
        assertThat(creations()).hasSize(1);
    }

    @Test
    void isNotProposedWhereTheAppliedStateHasIt() {
        queue.offer("a");
        grid.queue(queue.name()).offer("b");
        assertThat(creations()).hasSize(1);
        ClusterQueue<String> byName = byName(QueueSettings.of(queue.name(), "string"));
        assertThat(byName.offer("c")).isTrue();
        assertThat(creations()).hasSize(1);
    }

    @Test
    void isProposedWhereTheAppliedStateDiffersOrHasFewerClasses() {
        queue.offer("a");
        assertThatThrownBy(() -> grid.queue(queue.name(), 3).offer("b")).isInstanceOf(ConfigurationException.class);
        assertThat(creations()).hasSize(2);
        QueueSettings more =
                new QueueSettings(queue.name(), "string", List.of("a.B"), Long.MAX_VALUE, FullPolicy.REJECT);
        byName(more).offer("c");
        assertThat(creations()).as("the cluster learns the class").hasSize(3);
        byName(more).offer("d");
        assertThat(creations()).hasSize(3);
    }

    @Test
    void isProposedOnceMoreWhereTheClusterDoesNotKnowWhatTheAppliedStateHas() {
        grid.believe(OneNodeGrid.settings(queue.name(), Long.MAX_VALUE));
        assertThat(queue.offer("a")).isTrue();
        assertThat(creations()).hasSize(1);
        assertThat(queue.poll()).isEqualTo("a");
    }

    private List<Request> creations() {
        return grid.seen.stream()
                .filter(request -> request.toString().contains("CreateQueue"))
                .toList();
    }

    private ClusterQueue<String> byName(QueueSettings settings) {
        return new ClusterQueue<>(settings, false, Codecs.string(), grid.client, grid.timeoutNanos);
    }

    @Test
    void asynchronousCallsKeepTheirOrderFromTheFirstOn() throws Exception {
        List<CompletableFuture<Boolean>> offers = new ArrayList<>();
        for (int i = 0; i < 500; i++) {
            offers.add(queue.offerAsync("" + i));
        }
        for (CompletableFuture<Boolean> offer : offers) {
            assertThat(offer.get(10, TimeUnit.SECONDS)).isTrue();
        }
        assertThat(queue)
                .containsExactlyElementsOf(
                        IntStream.range(0, 500).mapToObj(Integer::toString).toList());
        assertThat(queue.pollAsync().get(10, TimeUnit.SECONDS)).isEqualTo("0");
        assertThat(queue.pollBatchAsync(3).get(10, TimeUnit.SECONDS)).containsExactly("1", "2", "3");
        assertThat(queue.offerAllAsync(List.of("x", "y")).get(10, TimeUnit.SECONDS))
                .isTrue();
        assertThat(queue.offerAllAsync(List.of()).get(10, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void otherSettingsAreAnErrorOnlyIfTheyWereAskedFor() {
        grid.queue("bounded", 2).offer("a");
        assertThatThrownBy(() -> grid.queue("bounded", 3).offer("b")).isInstanceOf(ConfigurationException.class);
        ClusterQueue<String> byName = byName(QueueSettings.of("bounded", "string"));
        assertThat(byName.offer("b")).isTrue();
        assertThat(byName.offer("c")).isFalse();
        assertThat(byName.remainingCapacity()).isZero();
        assertThat(queue.remainingCapacity()).isEqualTo(Integer.MAX_VALUE);
    }

    @Test
    void aFullQueueAnswersFalseThrowsOrWaits() throws Exception {
        ClusterQueue<String> full = grid.queue("full", 1);
        full.put("a");
        assertThat(full.offer("b")).isFalse();
        assertThat(full.offer("b", 20, TimeUnit.MILLISECONDS)).isFalse();
        assertThat(full.offer("b", Duration.ZERO)).isFalse();
        assertThatThrownBy(() -> full.add("b"))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("Queue full");
        assertThat(full.offerAll(List.of("b", "c"))).isFalse();
        Future<?> put = threads.submit(() -> {
            full.put("b");
            return null;
        });
        await().until(() -> grid.waiters("full") == 1);
        assertThat(full.poll()).isEqualTo("a");
        put.get(10, TimeUnit.SECONDS);
        assertThat(full.poll()).isEqualTo("b");
    }

    @Test
    void takeWaitsForAnElementLongerThanAnyTimeOut() throws Exception {
        try (OneNodeGrid impatient = new OneNodeGrid(50)) {
            ClusterQueue<String> slow = impatient.queue("slow");
            assertThat(slow.isEmpty()).isTrue();
            Future<String> take = threads.submit(slow::take);
            Future<String> poll = threads.submit(() -> slow.poll(Duration.ofSeconds(30)));
            await().until(() -> impatient.count(Request.Write.class) >= 8);
            slow.offerAll(List.of("a", "b"));
            assertThat(List.of(take.get(10, TimeUnit.SECONDS), poll.get(10, TimeUnit.SECONDS)))
                    .containsExactlyInAnyOrder("a", "b");
        }
    }

    @Test
    void pollsThatWaitEndWithNullOrNothing() throws InterruptedException {
        assertThat(queue.poll(10, TimeUnit.MILLISECONDS)).isNull();
        assertThat(queue.poll(Duration.ZERO)).isNull();
        assertThat(queue.poll(Duration.ofSeconds(-1))).isNull();
        assertThat(queue.pollBatch(5, Duration.ofMillis(10))).isEmpty();
        assertThat(queue.pollBatch(5)).isEmpty();
    }

    @Test
    void batchesAreAtomicAndBounded() throws InterruptedException {
        assertThat(queue.offerAll(List.of("a", "b", "c", "d"))).isTrue();
        assertThat(queue.offerAll(List.of())).isTrue();
        assertThat(queue.pollBatch(3)).containsExactly("a", "b", "c");
        assertThat(queue.pollBatch(3, Duration.ofSeconds(1))).containsExactly("d");
        assertThatThrownBy(() -> queue.pollBatch(0)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> queue.pollBatch(10_001)).hasMessageContaining("1 to 10000");
        assertThatThrownBy(() -> queue.browse(-1, 1)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> queue.browse(0, 10_001)).isInstanceOf(IllegalArgumentException.class);
        assertThat(queue.offerAll(Collections.nCopies(10_001, "x"))).isTrue();
        assertThat(queue.browse(0, 10_000)).hasSize(10_000);
        assertThat(queue.pollBatch(10_000)).hasSize(10_000);
        assertThat(queue.size()).isEqualTo(1);
    }

    @Test
    void whatDoesNotFitAFrameIsRefusedWithTheLimit() {
        ClusterQueue<byte[]> bytes = new ClusterQueue<>(
                QueueSettings.of("bytes", "bytes"), true, Codecs.bytes(), grid.client, grid.timeoutNanos);
        assertThat(bytes.offer(new byte[8 << 20])).isTrue();
        assertThat(bytes.poll()).hasSize(8 << 20);
        assertThatThrownBy(() -> bytes.offer(new byte[(8 << 20) + 1]))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("8388608");
        byte[] half = new byte[4 << 20];
        assertThatThrownBy(() -> bytes.offerAll(List.of(half, half))).hasMessageContaining("8388608");
        assertThatThrownBy(() -> bytes.offerAll(Collections.nCopies(600_000, new byte[0])))
                .isInstanceOf(IllegalArgumentException.class);
        assertThat(bytes.offerAll(List.of(half, new byte[(4 << 20) - 32]))).isTrue();
    }

    @Test
    void drainToTakesEverythingUpToALimit() {
        queue.offerAll(IntStream.range(0, 2_500).mapToObj(Integer::toString).toList());
        List<String> drained = new ArrayList<>();
        assertThat(queue.drainTo(drained, 0)).isZero();
        assertThat(queue.drainTo(drained, 1_200)).isEqualTo(1_200);
        assertThat(queue.drainTo(drained)).isEqualTo(1_300);
        assertThat(drained).hasSize(2_500).startsWith("0", "1").endsWith("2499");
        assertThat(queue.drainTo(drained)).isZero();
        assertThatThrownBy(() -> queue.drainTo(queue)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> queue.drainTo(null)).isInstanceOf(NullPointerException.class);
    }

    @Test
    void nullIsRefused() {
        List<String> withNull = Collections.singletonList(null);
        assertThatThrownBy(() -> queue.offer(null)).isInstanceOf(NullPointerException.class);
        assertThatThrownBy(() -> queue.add(null)).isInstanceOf(NullPointerException.class);
        assertThatThrownBy(() -> queue.put(null)).isInstanceOf(NullPointerException.class);
        assertThatThrownBy(() -> queue.offer(null, Duration.ZERO)).isInstanceOf(NullPointerException.class);
        assertThatThrownBy(() -> queue.offerAll(withNull)).isInstanceOf(NullPointerException.class);
        assertThatThrownBy(() -> queue.offerAsync(null)).isInstanceOf(NullPointerException.class);
        assertThatThrownBy(() -> queue.contains(null)).isInstanceOf(NullPointerException.class);
        assertThat(grid.count(Request.Write.class)).isZero();
    }

    @Test
    void whatAReplicatedQueueDoesNotDo() {
        queue.offer("a");
        Collection<String> some = List.of("a");
        assertThatThrownBy(() -> queue.remove("a")).isInstanceOf(UnsupportedOperationException.class);
        assertThatThrownBy(() -> queue.removeAll(some)).isInstanceOf(UnsupportedOperationException.class);
        assertThatThrownBy(() -> queue.retainAll(some)).isInstanceOf(UnsupportedOperationException.class);
        assertThatThrownBy(() -> queue.removeIf("a"::equals)).isInstanceOf(UnsupportedOperationException.class);
        Iterator<String> iterator = queue.iterator();
        iterator.next();
        assertThatThrownBy(iterator::remove).isInstanceOf(UnsupportedOperationException.class);
        assertThat(queue).hasToString("DistributedQueue[q]");
        assertThat(queue).isNotEqualTo(grid.queue("q"));
        assertThat((BlockingQueue<String>) queue).isEqualTo(queue);
    }

    @Test
    void iteratorsReadPageByPageWhileOthersTake() {
        queue.offerAll(IntStream.range(0, 250).mapToObj(Integer::toString).toList());
        Iterator<String> iterator = queue.iterator();
        assertThat(iterator.next()).isEqualTo("0");
        queue.pollBatch(150);
        List<String> rest = new ArrayList<>();
        iterator.forEachRemaining(rest::add);
        assertThat(rest)
                .startsWith("1", "2")
                .endsWith("249")
                .contains("99", "150")
                .doesNotContain("120");
        assertThatThrownBy(iterator::next).isInstanceOf(NoSuchElementException.class);
        assertThat(queue.browse(10, 5)).containsExactly("160", "161", "162", "163", "164");
    }

    @Test
    void anUndecodableElementIsReportedByQueueAndSequence() {
        ClusterQueue<String> reader = reader(() -> {
            throw new IllegalArgumentException("I do not like it");
        });
        queue.offerAll(List.of("bad", "b", "bad too", "d"));
        assertThatThrownBy(reader::peek)
                .isInstanceOf(CodecException.class)
                .hasMessageContaining("queue q")
                .hasMessageContaining("left in place");
        Iterator<String> iterator = reader.iterator();
        assertThatThrownBy(iterator::next).isInstanceOf(CodecException.class);
        assertThat(iterator.next()).as("the iteration goes on").isEqualTo("b");
        assertThatThrownBy(reader::poll)
                .isInstanceOf(CodecException.class)
                .hasMessageContaining("element 1 of queue q")
                .hasMessageContaining("taken")
                .hasMessageContaining("I do not like it");
        List<String> drained = new ArrayList<>();
        assertThatThrownBy(() -> reader.drainTo(drained)).isInstanceOf(CodecException.class);
        assertThat(drained).as("what could be decoded was received").containsExactly("b", "d");
    }

    @Test
    void aBatchWithElementsThatCannotBeDecodedGivesTheOthers() {
        ClusterQueue<String> reader = reader(() -> {
            throw new IllegalArgumentException("I do not like it");
        });
        List<String> batch = List.of("a", "bad", "c", "bad too", "e");
        queue.offerAll(batch);
        assertThatThrownBy(() -> reader.pollBatch(10)).satisfies(ClusterQueueTest::namesBothAndHasTheOthers);
        queue.offerAll(batch);
        assertThatThrownBy(() -> reader.pollBatch(10, Duration.ofSeconds(1)))
                .isInstanceOfSatisfying(
                        CodecException.class, e -> assertThat(e.decoded()).isEqualTo(List.of("a", "c", "e")));
        queue.offerAll(batch);
        assertThatThrownBy(() -> reader.pollBatchAsync(10).get(10, TimeUnit.SECONDS))
                .cause()
                .isInstanceOfSatisfying(
                        CodecException.class, e -> assertThat(e.decoded()).isEqualTo(List.of("a", "c", "e")));
        queue.offerAll(batch);
        List<String> drained = new ArrayList<>();
        assertThatThrownBy(() -> reader.drainTo(drained)).isInstanceOfSatisfying(CodecException.class, e -> {
            assertThat(e.decoded()).as("they are in the collection").isEmpty();
            assertThat(e.getSuppressed()).hasSize(1);
        });
        assertThat(drained).containsExactly("a", "c", "e");
        assertThat(queue).isEmpty();
    }

    private static void namesBothAndHasTheOthers(Throwable thrown) {
        assertThat(thrown)
                .hasMessageContaining("element 2 of queue q (taken")
                .hasMessageContaining("I do not like it")
                .hasCauseInstanceOf(IllegalArgumentException.class);
        assertThat(thrown.getSuppressed())
                .singleElement()
                .satisfies(other -> assertThat(other).hasMessageContaining("element 4 of queue q"));
        assertThat(((CodecException) thrown).decoded()).isEqualTo(List.of("a", "c", "e"));
    }

    /** As when a class of the element is missing where it is decoded. */
    @Test
    void H02_anAsynchronousCallEndsWhateverTheCodecThrows() {
        ClusterQueue<String> missing = reader(() -> {
            throw new NoClassDefFoundError("com/acme/Line");
        });
        ClusterQueue<String> broken = reader(() -> {
            throw new AssertionError("a mistake of the codec");
        });
        queue.offerAll(List.of("bad", "bad", "bad"));
        assertThatThrownBy(() -> missing.pollAsync().get(10, TimeUnit.SECONDS))
                .hasCauseInstanceOf(CodecException.class)
                .hasMessageContaining("queue q")
                .hasMessageContaining("com/acme/Line");
        assertThatThrownBy(() -> broken.pollAsync().get(10, TimeUnit.SECONDS)).hasCauseInstanceOf(AssertionError.class);
        assertThatThrownBy(missing::poll).isInstanceOf(CodecException.class);
    }

    /** A reader whose codec does something at every text that begins with "bad". */
    private ClusterQueue<String> reader(Runnable atBad) {
        Codec<String> fussy = new Codec<>() {
            @Override
            public String name() {
                return "string";
            }

            @Override
            public byte[] encode(String object) {
                return Codecs.string().encode(object);
            }

            @Override
            public String decode(byte[] bytes) {
                String text = Codecs.string().decode(bytes);
                if (text.startsWith("bad")) {
                    atBad.run();
                }
                return text;
            }
        };
        return new ClusterQueue<>(
                OneNodeGrid.settings("q", Long.MAX_VALUE), true, fussy, grid.client, grid.timeoutNanos);
    }

    @Test
    void troubleThrowsByItsKind() {
        try (OneNodeGrid short1 = new OneNodeGrid(200)) {
            ClusterQueue<String> q = short1.queue("q");
            q.offer("a");
            short1.loseLeader();
            long before = System.nanoTime();
            assertThatThrownBy(() -> q.offer("b"))
                    .isInstanceOf(NoQuorumException.class)
                    .hasMessageContaining("the test took the leader away");
            assertThat(Duration.ofNanos(System.nanoTime() - before)).isLessThan(Duration.ofSeconds(5));
            assertThatThrownBy(q::size).isInstanceOf(NoQuorumException.class);
            assertThatThrownBy(q::take).isInstanceOf(NoQuorumException.class);
            short1.findLeader();
            short1.refuse(true);
            assertThatThrownBy(() -> q.offer("b")).isInstanceOf(NoQuorumException.class);
            assertThat(q.size()).as("reads go on").isEqualTo(1);
            short1.refuse(false);
            short1.silence(true);
            assertThatThrownBy(() -> q.offer("b"))
                    .isInstanceOf(OperationTimeoutException.class)
                    .satisfies(e -> assertThat(e.getStackTrace())
                            .as("the caller's stack")
                            .anyMatch(frame -> frame.getClassName().equals(ClusterQueueTest.class.getName())));
            assertThatThrownBy(() -> q.offerAsync("c").get(10, TimeUnit.SECONDS))
                    .hasCauseInstanceOf(OperationTimeoutException.class);
            short1.close();
            assertThatThrownBy(() -> q.offer("b")).isInstanceOf(NodeClosedException.class);
        }
    }

    @Test
    void aQueueThatCannotBeCreatedYetIsCreatedLater() {
        try (OneNodeGrid slow = new OneNodeGrid(100)) {
            slow.loseLeader();
            ClusterQueue<String> q = slow.queue("q");
            assertThatThrownBy(() -> q.offer("a")).isInstanceOf(NoQuorumException.class);
            slow.findLeader();
            assertThat(q.offer("a")).isTrue();
        }
    }

    @Test
    void whatWaitsForTheCreationIsBoundedInBytes() {
        ClusterQueue<byte[]> large = new ClusterQueue<>(
                QueueSettings.of("large", "bytes"), true, Codecs.bytes(), grid.client, grid.timeoutNanos);
        grid.silence(true);
        byte[] element = new byte[8 << 20];
        List<CompletableFuture<Boolean>> offers =
                IntStream.range(0, 12).mapToObj(i -> large.offerAsync(element)).toList();
        List<CompletableFuture<Boolean>> refused =
                offers.stream().filter(CompletableFuture::isDone).toList();
        assertThat(refused)
                .hasSizeBetween(4, 5)
                .allSatisfy(offer -> assertThatThrownBy(offer::join)
                        .hasCauseInstanceOf(OverloadedException.class)
                        .hasMessageContaining("not executed"));
        grid.loseLeader();
    }

    @Test
    void theCallbackThreadIsNotMadeToWaitForItself() throws Exception {
        queue.offer("a");
        CompletableFuture<Object> result = queue.offerAsync("b").handle((ok, error) -> {
            try {
                return queue.poll();
            } catch (RuntimeException e) {
                return e;
            }
        });
        Object answer = result.get(10, TimeUnit.SECONDS);
        // Whether the callback ran on the callback thread, or here because it had completed already, is a race.
        assertThat(answer)
                .satisfiesAnyOf(
                        a -> assertThat(a).isInstanceOf(IllegalStateException.class),
                        a -> assertThat(a).isEqualTo("a"));
        CompletableFuture<Boolean> chained = queue.offerAsync("c").thenCompose(ok -> queue.offerAsync("d"));
        assertThat(chained.get(10, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void cancellingAResultStopsTheWaitNotTheOperation() throws Exception {
        queue.offer("a");
        grid.silence(true);
        CompletableFuture<Boolean> offer = queue.offerAsync("b");
        await().until(() -> grid.pending() == 1);
        assertThat(offer.cancel(true)).isTrue();
        assertThat(offer).isCancelled();
        grid.silence(false);
        assertThat(queue.size()).isEqualTo(2);
    }

    @Test
    void H33_sixteenPollersTakeEachElementOnceAndInOrder() throws Exception {
        int elements = 3_000;
        ConcurrentLinkedQueue<Integer> taken = new ConcurrentLinkedQueue<>();
        List<Callable<Boolean>> pollers = new ArrayList<>();
        for (int p = 0; p < 16; p++) {
            boolean takes = p % 2 == 0;
            pollers.add(() -> {
                int last = -1;
                while (true) {
                    String element = takes ? queue.take() : queue.poll(Duration.ofSeconds(20));
                    if (element == null || element.equals("end")) {
                        return element != null;
                    }
                    int number = Integer.parseInt(element);
                    if (number <= last) {
                        return false;
                    }
                    last = number;
                    taken.add(number);
                }
            });
        }
        List<Future<Boolean>> results = new ArrayList<>();
        pollers.forEach(poller -> results.add(threads.submit(poller)));
        for (int i = 0; i < elements; i++) {
            if (i % 3 == 0) {
                queue.put("" + i);
            } else {
                CompletableFuture<Boolean> unused = queue.offerAsync("" + i);
            }
        }
        for (int p = 0; p < 16; p++) {
            queue.put("end");
        }
        for (Future<Boolean> result : results) {
            assertThat(result.get(40, TimeUnit.SECONDS))
                    .as("each poller sees rising numbers")
                    .isTrue();
        }
        assertThat(taken).hasSize(elements).doesNotHaveDuplicates();
        assertThat(grid.pending()).isZero();
    }
}
