package io.ngrid.node.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.ngrid.api.OutcomeUnknownException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Interrupted callers: what they get, and what is left of the flag. */
@Timeout(60)
class InterruptionTest {
    private final OneNodeGrid grid = new OneNodeGrid(1_000);
    private final ClusterQueue<String> queue = grid.queue("q");

    /** How a call on a thread of its own ended. */
    private static final class Caller {
        final AtomicReference<Object> end = new AtomicReference<>();
        final AtomicBoolean flag = new AtomicBoolean();
        final Thread thread;

        Caller(Callable<Object> call) {
            thread = new Thread(() -> {
                Object result;
                try {
                    result = String.valueOf(call.call());
                } catch (Exception e) {
                    result = e;
                }
                flag.set(Thread.currentThread().isInterrupted());
                end.set(result);
            });
            thread.setDaemon(true);
            thread.start();
        }

        Object end() {
            await().atMost(20, TimeUnit.SECONDS).until(() -> end.get() != null);
            return end.get();
        }
    }

    @AfterEach
    void close() {
        grid.close();
    }

    @Test
    void H44_aCallerThatOnlyWaitsIsInterruptedAtOnce() {
        assertThat(queue.isEmpty()).isTrue();
        Caller caller = new Caller(queue::take);
        await().until(() -> grid.waiters("q") == 1);
        caller.thread.interrupt();
        assertThat(caller.end()).isInstanceOf(InterruptedException.class);
        assertThat(caller.flag).isFalse();
        await().until(() -> grid.pending() == 0);
        queue.offer("a");
        assertThat(queue.size())
                .as("nothing was taken for a caller that is gone")
                .isEqualTo(1);
    }

    @Test
    void H44_aCallThatIsUnderWayEndsWithItsResultAndTheFlagSet() {
        queue.offer("a");
        grid.silence(true);
        Caller caller = new Caller(() -> queue.poll(Duration.ofSeconds(20)));
        await().until(() -> grid.pending() == 1);
        caller.thread.interrupt();
        caller.thread.interrupt();
        grid.silence(false);
        assertThat(caller.end()).isEqualTo("a");
        assertThat(caller.flag).isTrue();
    }

    @Test
    void H44_aCallUnderWayThatIsNeverAnsweredIsOfUnknownOutcome() {
        queue.offer("a");
        grid.silence(true);
        Caller caller = new Caller(() -> queue.poll(Duration.ofSeconds(20)));
        await().until(() -> grid.pending() == 1);
        caller.thread.interrupt();
        assertThat(caller.end()).isInstanceOf(OutcomeUnknownException.class);
        assertThat(caller.flag).isTrue();
    }

    @Test
    void H44_aCallThatIsKnownNotExecutedIsInterrupted() {
        queue.offer("a");
        grid.refuse(true);
        Caller refused = new Caller(() -> {
            queue.put("b");
            return null;
        });
        await().until(() -> grid.pending() == 1);
        refused.thread.interrupt();
        assertThat(refused.end()).isInstanceOf(InterruptedException.class);
        grid.refuse(false);
        grid.loseLeader();
        Caller unsent = new Caller(() -> queue.offer("b", Duration.ofSeconds(20)));
        await().until(() -> grid.pending() == 1);
        unsent.thread.interrupt();
        assertThat(unsent.end()).isInstanceOf(InterruptedException.class);
        grid.findLeader();
        assertThat(queue.size()).isEqualTo(1);
    }

    @Test
    void H44_aCallBeforeTheQueueIsCreatedIsInterrupted() {
        grid.silence(true);
        Caller caller = new Caller(queue::take);
        await().until(() -> grid.pending() == 1); // the creation
        caller.thread.interrupt();
        assertThat(caller.end()).isInstanceOf(InterruptedException.class);
    }

    @Test
    void anInterruptedThreadDoesNotEvenBegin() {
        queue.offer("a");
        Thread.currentThread().interrupt();
        assertThatThrownBy(queue::take).isInstanceOf(InterruptedException.class);
        assertThat(Thread.interrupted()).isFalse();
        Thread.currentThread().interrupt();
        assertThatThrownBy(() -> queue.put("b")).isInstanceOf(InterruptedException.class);
        assertThat(queue.size()).isEqualTo(1);
    }

    @Test
    void methodsThatCannotThrowItGoOnAndKeepTheFlag() {
        Thread.currentThread().interrupt();
        assertThat(queue.offer("a")).isTrue();
        assertThat(queue.size()).isEqualTo(1);
        assertThat(queue.poll()).isEqualTo("a");
        assertThat(queue.offerAll(List.of("b"))).isTrue();
        assertThat(queue.pollBatch(1)).containsExactly("b");
        assertThat(Thread.interrupted()).isTrue();
    }

    @Test
    void H44_aStormOfInterruptsHarmsNothing() throws Exception {
        int elements = 2_000;
        ConcurrentLinkedQueue<String> taken = new ConcurrentLinkedQueue<>();
        AtomicReference<Throwable> failure = new AtomicReference<>();
        CountDownLatch done = new CountDownLatch(6);
        AtomicBoolean over = new AtomicBoolean();
        List<Thread> callers = new ArrayList<>();
        Set<String> offered = new HashSet<>();
        for (int p = 0; p < 3; p++) {
            int first = p;
            for (int i = first; i < elements; i += 3) {
                offered.add("" + i);
            }
            callers.add(new Thread(() -> {
                try {
                    for (int i = first; i < elements; i += 3) {
                        putThrough("" + i);
                    }
                } catch (Throwable e) {
                    failure.compareAndSet(null, e);
                }
                done.countDown();
            }));
            callers.add(new Thread(() -> {
                while (taken.size() < elements && failure.get() == null) {
                    try {
                        String element = queue.poll(Duration.ofMillis(50));
                        if (element != null) {
                            taken.add(element);
                        }
                    } catch (InterruptedException e) {
                        continue; // taken for nobody
                    } catch (Throwable e) {
                        failure.compareAndSet(null, e);
                    }
                    Thread.interrupted();
                }
                done.countDown();
            }));
        }
        callers.forEach(Thread::start);
        Thread storm = new Thread(() -> {
            while (!over.get()) {
                callers.forEach(Thread::interrupt);
                java.util.concurrent.locks.LockSupport.parkNanos(200_000);
            }
        });
        storm.start();
        assertThat(done.await(50, TimeUnit.SECONDS))
                .as("failure=%s taken=%d", failure.get(), taken.size())
                .isTrue();
        over.set(true);
        storm.join(10_000);
        assertThat(failure.get()).isNull();
        assertThat(taken).containsExactlyInAnyOrderElementsOf(offered);
        assertThat(queue.isEmpty()).isTrue();
    }

    /** Interrupted: not executed, so once more. */
    private void putThrough(String element) {
        while (true) {
            try {
                queue.put(element);
                Thread.interrupted();
                return;
            } catch (InterruptedException e) {
                Thread.interrupted();
            }
        }
    }
}
