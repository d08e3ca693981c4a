package io.ngrid.node.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.ngrid.api.NodeClosedException;
import io.ngrid.api.OverloadedException;
import io.ngrid.node.state.Action;
import io.ngrid.node.state.GridState;
import io.ngrid.node.state.Query;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The bounds of a node's pending calls [R7]. */
@Timeout(60)
class LoopClientTest {
    private static final long SECOND = 1_000_000_000;

    /** An inbox that keeps what comes. */
    private static final class Kept implements LoopClient.Inbox {
        final List<Pending<?>> calls = new ArrayList<>();
        final List<Pending<?>> cancelled = new ArrayList<>();
        boolean closed;

        @Override
        public synchronized boolean submit(Pending<?> call) {
            calls.add(call);
            return !closed;
        }

        @Override
        public synchronized void cancel(Pending<?> call) {
            cancelled.add(call);
        }

        @Override
        public @Nullable GridState state() {
            return null;
        }

        synchronized PendingWrite write(int index) {
            return (PendingWrite) calls.get(index);
        }

        synchronized int size() {
            return calls.size();
        }
    }

    private static final GridClient.Done OK = new GridClient.Done(new io.ngrid.node.state.Result.Flag(true), List.of());

    private final Kept inbox = new Kept();

    private static Action.Offer offer(int bytes) {
        return new Action.Offer("q", List.of(new byte[bytes]));
    }

    @Test
    void theBoundOfOperationsMakesCallersWaitAndThenFail() {
        LoopClient client = new LoopClient(inbox, System::nanoTime, 2, 1 << 20);
        CompletableFuture<?> first = client.write(offer(1), SECOND);
        client.read(new Query.QueueSize("q"), SECOND);
        long before = System.nanoTime();
        CompletableFuture<?> third = client.write(offer(1), SECOND / 10);
        assertThat(System.nanoTime() - before).isBetween(SECOND / 12, SECOND * 5);
        assertThatThrownBy(third::join).hasCauseInstanceOf(OverloadedException.class);
        assertThat(first).isNotDone();
        assertThat(inbox.calls).hasSize(2);
        inbox.write(0).succeed(OK);
        assertThat(client.write(offer(1), SECOND)).isNotDone();
    }

    @Test
    void theBoundOfBytesCountsAndOneThatIsLargerGoesAlone() {
        LoopClient client = new LoopClient(inbox, System::nanoTime, 100, 1_000);
        CompletableFuture<?> large = client.write(offer(5_000), SECOND);
        assertThat(large).isNotDone();
        assertThat(client.write(offer(1), 0)).isCompletedExceptionally();
        inbox.write(0).succeed(OK);
        assertThat(client.write(offer(400), 0)).isNotDone();
        assertThat(client.write(offer(400), 0)).isCompletedExceptionally();
    }

    @Test
    void aReadCountsItsKey() {
        byte[] key = new byte[1_000];
        for (Query query : List.of(new Query.Get("m", key), new Query.MapPage("m", key, 1))) {
            LoopClient client = new LoopClient(inbox, System::nanoTime, 100, 2_000);
            assertThat(client.read(query, SECOND)).isNotDone();
            assertThat(client.read(query, 0)).isCompletedExceptionally();
            assertThat(client.read(new Query.MapPage("m", null, 1), 0))
                    .as("the first page has none")
                    .isNotDone();
        }
    }

    @Test
    void theNodesOwnBounds() {
        LoopClient client = new LoopClient(inbox, System::nanoTime);
        for (int i = 0; i < LoopClient.MAX_CALLS; i++) {
            assertThat(client.write(offer(0), SECOND)).isNotDone();
        }
        assertThat(client.write(offer(0), 0)).isCompletedExceptionally();
        LoopClient other = new LoopClient(inbox, System::nanoTime);
        for (int i = 0; i < 7; i++) {
            assertThat(other.write(offer(8 << 20), SECOND)).isNotDone();
        }
        assertThat(other.write(offer(8 << 20), 0)).isCompletedExceptionally();
    }

    @Test
    void aCallerThatWaitsGoesOnAsSoonAsThereIsRoom() throws Exception {
        ExecutorService threads = Executors.newCachedThreadPool();
        try {
            LoopClient client = new LoopClient(inbox, System::nanoTime, 1, 1 << 20);
            client.write(offer(1), 30 * SECOND);
            List<Future<CompletableFuture<?>>> waiting = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                waiting.add(threads.submit(() -> client.write(offer(1), 30 * SECOND)));
            }
            for (int i = 0; i < 3; i++) {
                int served = i;
                await().until(() -> inbox.size() == served + 1);
                inbox.write(served).succeed(OK);
            }
            for (Future<CompletableFuture<?>> call : waiting) {
                assertThat(call.get(20, TimeUnit.SECONDS)).isNotNull();
            }
            await().until(() -> inbox.size() == 4);
        } finally {
            threads.shutdownNow();
        }
    }

    @Test
    void interruptedWhileItWaitsForRoom() throws Exception {
        LoopClient client = new LoopClient(inbox, System::nanoTime, 1, 1 << 20);
        client.write(offer(1), 30 * SECOND);
        AtomicReference<CompletableFuture<?>> waiting = new AtomicReference<>();
        Thread thread = new Thread(() -> waiting.set(client.pollWaiting(new Action.Poll("q", 1), SECOND, 30 * SECOND)));
        thread.start();
        await().until(() -> thread.getState() == Thread.State.TIMED_WAITING);
        thread.interrupt();
        thread.join(10_000);
        assertThat(waiting.get()).isCancelled();
        // One that must not be interrupted waits on, within its time-out, and keeps the flag.
        Thread.currentThread().interrupt();
        CompletableFuture<?> write = client.write(offer(1), SECOND / 10);
        assertThat(Thread.interrupted()).isTrue();
        assertThatThrownBy(write::join).hasCauseInstanceOf(OverloadedException.class);
        inbox.write(0).succeed(OK);
        assertThat(client.write(offer(1), 0)).isNotDone();
    }

    @Test
    void theCallbackThreadNeverWaitsForRoom() {
        LoopClient client = new LoopClient(inbox, System::nanoTime, 1, 1 << 20);
        client.enterCallbackThread();
        assertThat(client.onCallbackThread()).isTrue();
        client.write(offer(1), 30 * SECOND);
        long before = System.nanoTime();
        assertThatThrownBy(client.write(offer(1), 30 * SECOND)::join).hasCauseInstanceOf(OverloadedException.class);
        assertThat(System.nanoTime() - before).isLessThan(10 * SECOND);
    }

    @Test
    void aClosedNodeTakesNothing() {
        LoopClient client = new LoopClient(inbox, System::nanoTime, 1, 1 << 20);
        inbox.closed = true;
        for (int i = 0; i < 3; i++) {
            assertThatThrownBy(client.write(offer(1), SECOND)::join).hasCauseInstanceOf(NodeClosedException.class);
        }
        assertThat(client.onCallbackThread()).isFalse();
    }

    @Test
    void cancellingIsToldToTheLoop() {
        LoopClient client = new LoopClient(inbox, System::nanoTime);
        CompletableFuture<?> call = client.write(offer(1), SECOND);
        call.cancel(true);
        call.cancel(true);
        assertThat(inbox.cancelled).hasSize(1);
        client.withdraw(call);
        assertThat(inbox.cancelled).as("it has ended").hasSize(1);
        client.withdraw(client.write(offer(1), SECOND));
        assertThat(inbox.cancelled).hasSize(2);
    }
}
