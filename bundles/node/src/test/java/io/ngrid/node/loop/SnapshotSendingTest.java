package io.ngrid.node.loop;

import static org.assertj.core.api.Assertions.assertThat;

import io.ngrid.api.NodeId;
import io.ngrid.spi.LogPosition;
import io.ngrid.spi.Member;
import io.ngrid.spi.StorageId;
import io.ngrid.spi.message.SnapshotAck;
import io.ngrid.spi.message.SnapshotChunk;
import io.ngrid.spi.storage.Checkpoints;
import io.ngrid.spi.storage.Snapshot;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** [D2] A snapshot that came damaged is read where it lies: of one that is large for long. */
@Timeout(60)
class SnapshotSendingTest {
    private static final Duration SOON = Duration.ofSeconds(10);
    private static final Member TO = new Member(new NodeId("node-1"), new StorageId(new UUID(1, 1)));

    private final CountDownLatch sent = new CountDownLatch(1);
    private final CountDownLatch verifying = new CountDownLatch(1);
    private final CompletableFuture<Void> closed = new CompletableFuture<>();
    private final GroupLanes lanes = lanes();
    private final SnapshotSending sending =
            new SnapshotSending(2, checkpoints(), lanes, SOON.toNanos(), new Pace(0, System.nanoTime()), new Sent());

    /** It has no end of files. */
    private final class Endless implements Snapshot {
        @Override
        public long index() {
            return 7;
        }

        @Override
        public long epoch() {
            return 2;
        }

        @Override
        public long checkpointLength() {
            return 10;
        }

        @Override
        public long length() {
            return 10;
        }

        @Override
        public byte[] read(long position, int max) {
            return new byte[10];
        }

        @Override
        public void verify(Consumer<String> reading) {
            while (true) {
                reading.accept("a file");
                verifying.countDown();
                Thread.onSpinWait();
            }
        }

        @Override
        public void close() {
            closed.complete(null);
        }
    }

    private final class Sent implements SnapshotSending.Host {
        @Override
        public void send(NodeId to, SnapshotChunk chunk) {
            sent.countDown();
        }

        @Override
        public void pinned(Member to, long index) {}

        @Override
        public void moved(Member to, long bytes) {}
    }

    private static GroupLanes lanes() {
        ThreadLanes threads = new ThreadLanes(new NodeId("node-2"));
        return new GroupLanes(
                lane(threads, "loop"),
                lane(threads, "log"),
                lane(threads, "apply"),
                lane(threads, "checkpoint"),
                lane(threads, "reader"),
                threads);
    }

    private static Lane lane(Lanes lanes, String role) {
        return lanes.start(role, now -> Long.MAX_VALUE, e -> {});
    }

    private Checkpoints checkpoints() {
        return (Checkpoints) Proxy.newProxyInstance(
                getClass().getClassLoader(), new Class<?>[] {Checkpoints.class}, (self, method, args) -> new Endless());
    }

    private void cameDamaged() throws InterruptedException {
        lanes.loop().execute(() -> sending.needed(TO, System.nanoTime()));
        sent.await();
        SnapshotAck damaged = new SnapshotAck(2, new LogPosition(2, 7), 0, SnapshotAck.Outcome.DAMAGED);
        lanes.loop().execute(() -> sending.acked(TO, damaged, System.nanoTime()));
        verifying.await();
    }

    @Test
    void checkpointsGoOnMeanwhileAndTheEndOfTheLeadershipEndsIt() throws InterruptedException {
        cameDamaged();
        CompletableFuture<Void> next = new CompletableFuture<>();
        lanes.checkpoint().execute(() -> next.complete(null));
        assertThat(next).succeedsWithin(SOON);
        lanes.loop().execute(sending::end);
        assertThat(closed).succeedsWithin(SOON);
        lanes.stop();
        lanes.loop().stop();
    }
}
