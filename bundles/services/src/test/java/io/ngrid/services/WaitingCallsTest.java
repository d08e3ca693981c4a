package io.ngrid.services;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ngrid.api.DistributedMap;
import io.ngrid.api.DistributedQueue;
import io.ngrid.api.NodeClosedException;
import io.ngrid.api.OutcomeUnknownException;
import io.ngrid.api.OverloadedException;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(30)
class WaitingCallsTest {
    private static final Duration SHORT = Duration.ofMillis(50);
    private static final Duration LONG = Duration.ofSeconds(20);

    private final CurrentNode nodes = new CurrentNode();
    private final DistributedQueue<String> queue = proxy(DistributedQueue.class);
    private final DistributedMap<String, String> map = proxy(DistributedMap.class);

    @SuppressWarnings("unchecked")
    private <T> T proxy(Class<?> type) {
        return (T) Proxy.newProxyInstance(
                type.getClassLoader(), new Class<?>[] {type}, new WaitingCalls(FakeNode.target(type), nodes));
    }

    @AfterEach
    void close() {
        nodes.close();
    }

    private static FakeNode answering(Object answer) {
        return new FakeNode((method, args) -> answer);
    }

    private static FakeNode closed() {
        return new FakeNode((method, args) -> {
            throw new NodeClosedException("node-1 is closed");
        });
    }

    @Test
    void aCallGoesToTheNode() {
        nodes.bind(answering(true), LONG);

        assertThat(queue.offer("a")).isTrue();
        assertThat(queue.name()).isEqualTo("orders");
        assertThat(Set.of(queue, map)).contains(queue);
    }

    @Test
    void H50_aCallWaitsWhileTheNodeIsReplaced() throws Exception {
        FakeNode first = answering("a");
        nodes.bind(first, LONG);
        nodes.unbind(first);

        FutureTask<String> poll = start(queue::poll);
        awaitWaiting(poll);
        nodes.bind(answering("b"), LONG);

        assertThat(poll.get(10, TimeUnit.SECONDS)).isEqualTo("b");
    }

    @Test
    void H50_aCallThatAClosingNodeDidNotExecuteIsMadeOnTheNextOne() throws Exception {
        FakeNode closing = closed();
        nodes.bind(closing, LONG);

        FutureTask<Boolean> offer = start(() -> queue.offer("a"));
        awaitWaiting(offer);
        nodes.unbind(closing);
        FakeNode next = answering(true);
        nodes.bind(next, LONG);

        assertThat(offer.get(10, TimeUnit.SECONDS)).isTrue();
        assertThat(closing.calls).containsExactly("offer(a)");
        assertThat(next.calls).containsExactly("offer(a)");
    }

    /** However long they have waited by then: only each attempt is bounded. */
    @ParameterizedTest
    @ValueSource(strings = {"take", "put"})
    void H50_takeAndPutOutliveTheirNodeWheneverItCloses(String name) throws Exception {
        Duration timeout = Duration.ofSeconds(1);
        CountDownLatch closes = new CountDownLatch(1);
        FakeNode closing = new FakeNode((method, args) -> {
            closes.await();
            throw new NodeClosedException("node-1 is closed");
        });
        nodes.bind(closing, timeout);
        FutureTask<String> call = start(() -> {
            if (name.equals("take")) {
                return queue.take();
            }
            queue.put("a");
            return "a";
        });
        Awaitility.await().pollDelay(timeout.plusMillis(100)).atMost(LONG).until(() -> !closing.calls.isEmpty());
        nodes.unbind(closing);
        closes.countDown();
        awaitWaiting(call);
        nodes.bind(answering(name.equals("take") ? "a" : null), timeout);

        assertThat(call.get(10, TimeUnit.SECONDS)).isEqualTo("a");
    }

    @Test
    void H34_anUnknownOutcomeIsTheCallersAndNotRepeated() {
        FakeNode node = new FakeNode((method, args) -> {
            throw new OutcomeUnknownException("sent, no answer");
        });
        nodes.bind(node, LONG);

        assertThatThrownBy(() -> queue.offer("a")).isInstanceOf(OutcomeUnknownException.class);
        assertThat(node.calls).hasSize(1);
    }

    /** A part of it may have been done on the node that closed. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "addAll",
                "drainTo",
                "forEach",
                "removeIf",
                "putAll",
                "replaceAll",
                "keySet.forEach",
                "keySet.removeIf",
                "keySet.removeAll",
                "keySet.retainAll"
            })
    void H34_aCallOfSeveralOperationsIsNotRepeated(String name) {
        FakeNode next = answering(null);
        FakeNode closing = new FakeNode((method, args) -> {
            if (method.equals("keySet")) {
                return keysOfClosing(next);
            }
            throw replacedBy(next);
        });
        nodes.bind(closing, LONG);
        Map<String, Runnable> calls = Map.of(
                "addAll", () -> queue.addAll(List.of("a", "b")),
                "drainTo", () -> queue.drainTo(new ArrayList<>()),
                "forEach", () -> queue.forEach(element -> {}),
                "removeIf", () -> queue.removeIf(element -> true),
                "putAll", () -> map.putAll(Map.of("a", "b")),
                "replaceAll", () -> map.replaceAll((key, value) -> value),
                "keySet.forEach", () -> map.keySet().forEach(key -> {}),
                "keySet.removeIf", () -> map.keySet().removeIf(key -> true),
                "keySet.removeAll", () -> map.keySet().removeAll(List.of("a", "b")),
                "keySet.retainAll", () -> map.keySet().retainAll(List.of("a", "b")));

        assertThatThrownBy(calls.get(name)::run).isInstanceOf(NodeClosedException.class);
        assertThat(next.calls).isEmpty();
    }

    private NodeClosedException replacedBy(FakeNode next) {
        nodes.bind(next, LONG);
        return new NodeClosedException("node-1 is closed");
    }

    @SuppressWarnings("unchecked")
    private Set<String> keysOfClosing(FakeNode next) {
        return (Set<String>) Proxy.newProxyInstance(
                Set.class.getClassLoader(), new Class<?>[] {Set.class}, (proxy, method, args) -> {
                    throw replacedBy(next);
                });
    }

    @Test
    void H02_withoutANodeACallEndsAtItsOwnTimeout() {
        assertThatThrownBy(() -> queue.offer("a", SHORT))
                .isInstanceOf(NodeClosedException.class)
                .hasMessageStartingWith("no NGrid node is running here: waited")
                .hasMessageContaining("io.ngrid.node");
        assertThatThrownBy(() -> queue.poll(50, TimeUnit.MILLISECONDS)).isInstanceOf(NodeClosedException.class);
    }

    @Test
    void H02_withoutOneItEndsAtTheOperationTimeoutOfTheNodeLastSeen() {
        FakeNode node = answering(true);
        nodes.bind(node, SHORT);
        nodes.unbind(node);

        assertThatThrownBy(() -> queue.offer("a")).isInstanceOf(NodeClosedException.class);
        assertThatThrownBy(() -> queue.put("a")).isInstanceOf(NodeClosedException.class);
    }

    @Test
    void theNextNodeGetsWhatIsLeftOfTheTimeout() throws Exception {
        List<Duration> timeouts = new ArrayList<>();
        FutureTask<String> poll = start(() -> queue.poll(LONG));
        awaitWaiting(poll);
        nodes.bind(
                new FakeNode((method, args) -> {
                    timeouts.add((Duration) args[0]);
                    return "a";
                }),
                LONG);

        assertThat(poll.get(10, TimeUnit.SECONDS)).isEqualTo("a");
        assertThat(timeouts.get(0)).isLessThan(LONG).isPositive();
    }

    @Test
    void anInterruptEndsAWaitOfACallThatMayThrowIt() throws Exception {
        FutureTask<Boolean> put = new FutureTask<>(() -> queue.offer("a", LONG));
        Thread thread = thread(put);
        awaitWaiting(put);
        thread.interrupt();

        assertThatThrownBy(() -> put.get(10, TimeUnit.SECONDS)).hasCauseInstanceOf(InterruptedException.class);
    }

    @Test
    void anInterruptIsKeptByACallThatMayNotThrowIt() throws Exception {
        FutureTask<Boolean> offer = new FutureTask<>(
                () -> queue.offer("a") && Thread.currentThread().isInterrupted());
        Thread thread = thread(offer);
        awaitWaiting(offer);
        thread.interrupt();
        nodes.bind(answering(true), LONG);

        assertThat(offer.get(10, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void aLocalReadNeverWaits() {
        assertThatThrownBy(() -> map.getLocal("k")).isInstanceOf(NodeClosedException.class);
    }

    @Test
    void aViewOfAMapOutlivesTheNode() {
        FakeNode first = answering(Set.of("a"));
        nodes.bind(first, LONG);
        Set<String> keys = map.keySet();
        assertThat(keys).containsExactly("a");

        nodes.unbind(first);
        nodes.bind(answering(Set.of("b")), LONG);

        assertThat(keys).containsExactly("b").isEqualTo(Set.of("b"));
    }

    @Test
    void asynchronousCallsWaitInTheirOrder() throws Exception {
        FakeNode closing = new FakeNode(
                (method, args) -> CompletableFuture.failedFuture(new NodeClosedException("node-1 is closed")));
        nodes.bind(closing, LONG);
        CompletableFuture<Boolean> a = queue.offerAsync("a"); // in flight when the node closes
        nodes.unbind(closing);
        CompletableFuture<Boolean> b = queue.offerAsync("b");
        CompletableFuture<Boolean> c = queue.offerAsync("c");
        CompletableFuture<Boolean> cancelled = queue.offerAsync("d");
        cancelled.cancel(false);

        FakeNode next = new FakeNode((method, args) -> CompletableFuture.completedFuture(true));
        nodes.bind(next, LONG);

        assertThat(a.get(10, TimeUnit.SECONDS)).isTrue();
        assertThat(b.get(10, TimeUnit.SECONDS)).isTrue();
        assertThat(c.get(10, TimeUnit.SECONDS)).isTrue();
        assertThat(next.calls).containsExactly("offerAsync(a)", "offerAsync(b)", "offerAsync(c)");
    }

    @Test
    void aThreadsCallComesAfterItsAsynchronousOnes() throws Exception {
        FutureTask<Boolean> offer = start(() -> {
            queue.offerAsync("a");
            return queue.offer("b");
        });
        awaitWaiting(offer);
        FakeNode node =
                new FakeNode((method, args) -> method.equals("offer") ? true : CompletableFuture.completedFuture(true));
        nodes.bind(node, LONG);

        assertThat(offer.get(10, TimeUnit.SECONDS)).isTrue();
        assertThat(node.calls).containsExactly("offerAsync(a)", "offer(b)");
    }

    @Test
    void H02_anAsynchronousCallEndsAtTheOperationTimeout() {
        FakeNode node = answering(true);
        nodes.bind(node, SHORT);
        nodes.unbind(node);

        assertThatThrownBy(() -> queue.offerAsync("a").get(10, TimeUnit.SECONDS))
                .isInstanceOf(ExecutionException.class)
                .hasCauseInstanceOf(NodeClosedException.class);
        assertThatThrownBy(() -> queue.offerAsync(null)).isInstanceOf(NullPointerException.class);
    }

    @Test
    void aClosedNodeThatStaysRegisteredDoesNotSpin() {
        nodes.bind(closed(), SHORT);
        FakeNode alsoClosed = new FakeNode(
                (method, args) -> CompletableFuture.failedFuture(new NodeClosedException("node-1 is closed")));
        nodes.bind(alsoClosed, SHORT);

        CompletableFuture<Boolean> offer = queue.offerAsync("a");
        nodes.bind(alsoClosed, SHORT);

        assertThat(offer).failsWithin(Duration.ofSeconds(10));
        assertThat(alsoClosed.calls.size()).isLessThan(4);
    }

    @Test
    void asynchronousCallsThatWaitForANodeAreBounded() throws Exception {
        for (int i = 0; i < CurrentNode.MAX_DEFERRED; i++) {
            queue.offerAsync("a");
        }

        assertThatThrownBy(() -> queue.offerAsync("b").get(10, TimeUnit.SECONDS))
                .hasCauseInstanceOf(OverloadedException.class)
                .hasMessageContaining("not executed");

        nodes.bind(new FakeNode((method, args) -> CompletableFuture.completedFuture(true)), LONG);
        assertThat(queue.offerAsync("c").get(10, TimeUnit.SECONDS)).isTrue();
    }

    /** The timer's thread would keep the class loader of whoever defers the first call. */
    @Test
    void theTimerKnowsNothingOfItsFirstCaller() {
        ClassLoader consumer = new ClassLoader(null) {};
        Thread.currentThread().setContextClassLoader(consumer);
        try {
            queue.offerAsync("a");
        } finally {
            Thread.currentThread().setContextClassLoader(getClass().getClassLoader());
        }

        assertThat(Thread.getAllStackTraces().keySet())
                .filteredOn(thread -> thread.getName().equals("ngrid-services-timer"))
                .isNotEmpty()
                .noneMatch(thread -> thread.getContextClassLoader() == consumer);
    }

    @Test
    void stoppingTheBundleEndsAllCalls() throws Exception {
        CompletableFuture<Boolean> async = queue.offerAsync("a");
        FutureTask<String> poll = start(() -> queue.poll(LONG));
        awaitWaiting(poll);
        nodes.close();

        assertThat(async).isCompletedExceptionally();
        assertThatThrownBy(() -> poll.get(10, TimeUnit.SECONDS)).hasCauseInstanceOf(NodeClosedException.class);
    }

    private final List<Thread> threads = new ArrayList<>();

    private <T> FutureTask<T> start(Callable<T> call) {
        FutureTask<T> task = new FutureTask<>(call);
        thread(task);
        return task;
    }

    private Thread thread(FutureTask<?> task) {
        Thread thread = new Thread(task, "caller");
        thread.setDaemon(true);
        threads.add(thread);
        thread.start();
        return thread;
    }

    /** Until the last thread started waits for a node. */
    private void awaitWaiting(FutureTask<?> task) {
        Thread thread = threads.get(threads.size() - 1);
        Awaitility.await().atMost(LONG).until(() -> thread.getState() == Thread.State.TIMED_WAITING || task.isDone());
    }
}
