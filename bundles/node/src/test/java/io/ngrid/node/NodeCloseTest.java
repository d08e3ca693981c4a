package io.ngrid.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.ngrid.api.NGridConfig;
import io.ngrid.api.NodeClosedException;
import io.ngrid.api.NodeState;
import io.ngrid.election.CoreElectionFactory;
import io.ngrid.node.client.GridClient;
import io.ngrid.node.client.LoopClient;
import io.ngrid.node.loop.NodeEngine;
import io.ngrid.node.loop.Seams;
import io.ngrid.node.loop.ThreadLanes;
import io.ngrid.node.state.Action;
import io.ngrid.replication.CoreReplicationFactory;
import io.ngrid.spi.storage.Disk;
import io.ngrid.spi.storage.DiskFile;
import io.ngrid.storage.NqueueStorageFactory;
import io.ngrid.testkit.MemoryDisk;
import io.ngrid.testkit.Ports;
import io.ngrid.transport.NettyTransportFactory;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A node that is closed, with much to end, or with a file that cannot be closed. */
@Timeout(120)
class NodeCloseTest {
    private final AtomicBoolean closingFails = new AtomicBoolean();

    private static NodeEngine start(Disk disk, int... ports) {
        return start(1, disk, ports);
    }

    private static NodeEngine start(int number, Disk disk, int... ports) {
        List<String> peers = new ArrayList<>();
        for (int port : ports) {
            peers.add("127.0.0.1:" + port);
        }
        NGridConfig config = NGridConfig.builder()
                .nodeId("node-" + number)
                .port(ports[0])
                .peers(peers.toArray(new String[0]))
                .build();
        NodeEngine engine = new NodeEngine(
                config,
                new Seams(
                        new NettyTransportFactory(),
                        new CoreElectionFactory(),
                        new CoreReplicationFactory(),
                        new NqueueStorageFactory(),
                        () -> disk,
                        new ThreadLanes(config.nodeId()),
                        new Random(1)),
                () -> {});
        CompletableFuture<RuntimeException> started = new CompletableFuture<>();
        engine.start(started::complete);
        assertThat(started.join()).isNull();
        return engine;
    }

    /** Many more than a lane runs in one turn. */
    @Test
    void allCallsHaveEndedWhenTheNodeIsClosed() {
        NodeEngine engine = start(new MemoryDisk(1), Ports.free(3));
        GridClient client = new LoopClient(engine, System::nanoTime);
        List<CompletableFuture<?>> calls = new ArrayList<>();
        for (int i = 0; i < 5_000; i++) {
            CompletableFuture<?> call = write(client);
            calls.add(call);
            call.whenComplete((result, failure) -> LockSupport.parkNanos(200_000)); // what its caller does then
        }
        engine.close();
        assertThat(calls).allMatch(CompletableFuture::isDone);
    }

    /** As when a bundle is replaced under load: what was sent has its answer, the rest can be sent to the next node. */
    @Test
    void noOutcomeIsUnknownIfTheClusterAnswers() throws InterruptedException {
        NodeEngine engine = start(new MemoryDisk(1), Ports.free(1));
        GridClient client = new LoopClient(engine, System::nanoTime);
        Queue<Throwable> ends = new ConcurrentLinkedQueue<>();
        CountDownLatch underWay = new CountDownLatch(1_000);
        List<Thread> callers = new ArrayList<>();
        for (int i = 0; i < 16; i++) {
            Thread caller = new Thread(() -> {
                try {
                    while (true) {
                        write(client).join();
                        underWay.countDown();
                    }
                } catch (CompletionException e) {
                    ends.add(e.getCause());
                }
            });
            caller.start();
            callers.add(caller);
        }
        assertThat(underWay.await(60, TimeUnit.SECONDS)).isTrue();
        engine.close();
        for (Thread caller : callers) {
            caller.join();
        }
        assertThat(ends).hasSize(16).allMatch(NodeClosedException.class::isInstance);
    }

    @Test
    void anAnswerThatDoesNotComeIsNotWaitedForLong() {
        int[] ports = Ports.free(2);
        NodeEngine engine = start(new MemoryDisk(1), ports[0], ports[1]);
        NodeEngine other = start(2, new MemoryDisk(2), ports[1], ports[0]);
        GridClient client = new LoopClient(engine, System::nanoTime);
        write(client).join();
        other.close();
        CompletableFuture<?> call = write(client);
        assertThat(CompletableFuture.runAsync(engine::close)).succeedsWithin(Duration.ofSeconds(20));
        assertThat(call).isCompletedExceptionally();
    }

    /** As on a network file system, for what could not be written. */
    @Test
    void aNodeWithAFileThatCannotBeClosedCloses() {
        NodeEngine engine = start(failing(Disk.class, new MemoryDisk(1)), Ports.free(1));
        await().until(() -> engine.status() != null && engine.status().state() == NodeState.LEADER);
        closingFails.set(true);
        assertThat(CompletableFuture.runAsync(engine::close)).succeedsWithin(Duration.ofSeconds(20));
    }

    private static CompletableFuture<?> write(GridClient client) {
        return client.write(
                new Action.Offer("orders", List.of(new byte[1])),
                Duration.ofHours(1).toNanos());
    }

    private <T> T failing(Class<T> type, T real) {
        return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, (self, method, args) -> {
            try {
                Object result = method.invoke(real, args);
                if (real instanceof DiskFile && method.getName().equals("close") && closingFails.get()) {
                    throw new IOException("Input/output error");
                }
                return result instanceof DiskFile file ? failing(DiskFile.class, file) : result;
            } catch (InvocationTargetException e) {
                throw e.getCause();
            }
        }));
    }
}
