package io.ngrid.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.ngrid.api.NGridConfig;
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
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A node that is closed, with much to end, or with a file that cannot be closed. */
@Timeout(120)
class NodeCloseTest {
    private final AtomicBoolean closingFails = new AtomicBoolean();

    private static NodeEngine start(Disk disk, int... ports) {
        List<String> peers = new ArrayList<>();
        for (int port : ports) {
            peers.add("127.0.0.1:" + port);
        }
        NGridConfig config = NGridConfig.builder()
                .nodeId("node-1")
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
            CompletableFuture<?> call = client.write(
                    new Action.Offer("orders", List.of(new byte[1])),
                    Duration.ofHours(1).toNanos());
            calls.add(call);
            call.whenComplete((result, failure) -> LockSupport.parkNanos(200_000)); // what its caller does then
        }
        engine.close();
        assertThat(calls).allMatch(CompletableFuture::isDone);
    }

    /** As on a network file system, for what could not be written. */
    @Test
    void aNodeWithAFileThatCannotBeClosedCloses() {
        NodeEngine engine = start(failing(Disk.class, new MemoryDisk(1)), Ports.free(1));
        await().until(() -> engine.status() != null && engine.status().state() == NodeState.LEADER);
        closingFails.set(true);
        assertThat(CompletableFuture.runAsync(engine::close)).succeedsWithin(Duration.ofSeconds(20));
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
