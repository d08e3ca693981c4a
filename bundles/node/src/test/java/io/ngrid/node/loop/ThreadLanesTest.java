package io.ngrid.node.loop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.ngrid.api.NodeId;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class ThreadLanesTest {
    @Test
    void aLaneThatIsStoppedRunsAllThatItWasHandedBefore() throws InterruptedException {
        Lane lane = new ThreadLanes(new NodeId("node-1")).start("lane", now -> Long.MAX_VALUE, e -> {});
        CountDownLatch begin = new CountDownLatch(1);
        AtomicInteger done = new AtomicInteger();
        int accepted = 0;
        lane.execute(() -> {
            try {
                begin.await();
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        });
        for (int i = 0; i < 10_000; i++) {
            accepted += lane.execute(done::incrementAndGet) ? 1 : 0;
        }
        Thread stopper = new Thread(lane::stop);
        stopper.start();
        await().until(() -> !lane.execute(() -> {}));
        begin.countDown();
        stopper.join();
        assertThat(done).hasValue(accepted);
    }

    /** H20: what the node cannot take in at once, for lack of memory say, it is told again, and the lane lives. */
    @Test
    void H20_aFailureThatTheNodeCannotTakeInIsToldAgainAndTheLaneGoesOn() throws InterruptedException {
        AtomicInteger told = new AtomicInteger();
        CountDownLatch taken = new CountDownLatch(1);
        Lane lane = new ThreadLanes(new NodeId("node-1")).start("lane", now -> Long.MAX_VALUE, e -> {
            if (told.incrementAndGet() < 3) {
                throw new OutOfMemoryError("planned");
            }
            taken.countDown();
        });
        lane.execute(() -> {
            throw new IllegalStateException("planned");
        });
        assertThat(taken.await(30, TimeUnit.SECONDS)).isTrue();
        CountDownLatch ran = new CountDownLatch(1);
        assertThat(lane.execute(ran::countDown)).isTrue();
        assertThat(ran.await(30, TimeUnit.SECONDS)).isTrue();
        lane.stop();
        assertThat(told).hasValue(3);
    }
}
