package io.ngrid.simulation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.ngrid.api.NGridConfig;
import io.ngrid.api.NodeState;
import io.ngrid.api.QueueSettings;
import io.ngrid.election.CoreElectionFactory;
import io.ngrid.node.client.GridClient;
import io.ngrid.node.client.LoopClient;
import io.ngrid.node.loop.NodeEngine;
import io.ngrid.node.loop.Seams;
import io.ngrid.node.loop.ThreadLanes;
import io.ngrid.node.state.Action;
import io.ngrid.replication.CoreReplicationFactory;
import io.ngrid.spi.view.NodeStatus;
import io.ngrid.storage.NqueueStorageFactory;
import io.ngrid.testkit.MemoryDisk;
import io.ngrid.testkit.Ports;
import io.ngrid.transport.NettyTransportFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Three nodes with real threads and sockets, on disks whose forces can be held: is the force really on the path? */
@Timeout(value = 120, unit = TimeUnit.SECONDS)
class ForceOnThePathTest {
    private static final long TIMEOUT = TimeUnit.SECONDS.toNanos(60);

    private final List<MemoryDisk> disks = new ArrayList<>();
    private final List<NodeEngine> nodes = new ArrayList<>();

    @AfterEach
    void close() {
        disks.forEach(MemoryDisk::releaseForces);
        nodes.forEach(NodeEngine::close);
    }

    @Test
    void noAcknowledgementLeavesBeforeWForces() throws Exception {
        start(3);
        GridClient client = new LoopClient(leader(), System::nanoTime);
        client.write(new Action.CreateQueue(QueueSettings.of("orders", "bytes")), TIMEOUT)
                .get(60, TimeUnit.SECONDS);

        disks.forEach(disk -> disk.holdForces(path -> path.contains("/log/")));
        CompletableFuture<GridClient.Done> offer =
                client.write(new Action.Offer("orders", List.of(new byte[100])), TIMEOUT);
        await().until(() -> disks.stream().allMatch(disk -> disk.heldForces() > 0));
        assertNotAcknowledged(offer);

        disks.get(0).releaseForces(); // W - 1
        await().until(() -> disks.get(0).heldForces() == 0);
        assertNotAcknowledged(offer);

        disks.get(1).releaseForces(); // W
        assertThat(offer.get(60, TimeUnit.SECONDS)).isNotNull();
        assertThat(disks.get(2).heldForces()).isPositive();
    }

    private static void assertNotAcknowledged(CompletableFuture<?> offer) {
        assertThatThrownBy(() -> offer.get(500, TimeUnit.MILLISECONDS)).isInstanceOf(TimeoutException.class);
    }

    private void start(int count) throws Exception {
        int[] ports = Ports.free(count);
        String[] peers = new String[count];
        for (int i = 0; i < count; i++) {
            peers[i] = "127.0.0.1:" + ports[i];
        }
        for (int i = 0; i < count; i++) {
            MemoryDisk disk = new MemoryDisk(i);
            NGridConfig config = NGridConfig.builder()
                    .nodeId("node-" + (i + 1))
                    .port(ports[i])
                    .peers(peers)
                    .electionTimeout(Duration.ofSeconds(10)) // the held forces are not to cost the leader its office
                    .build();
            NodeEngine node = new NodeEngine(
                    config,
                    new Seams(
                            new NettyTransportFactory(),
                            new CoreElectionFactory(),
                            new CoreReplicationFactory(),
                            new NqueueStorageFactory(),
                            () -> disk,
                            new ThreadLanes(config.nodeId()),
                            new Random(i)),
                    () -> {});
            CompletableFuture<RuntimeException> started = new CompletableFuture<>();
            node.start(started::complete);
            assertThat(started.get(60, TimeUnit.SECONDS)).isNull();
            disks.add(disk);
            nodes.add(node);
        }
    }

    private NodeEngine leader() {
        return await().atMost(Duration.ofSeconds(60))
                .until(
                        () -> nodes.stream()
                                .filter(node -> {
                                    NodeStatus status = node.status();
                                    return status != null && status.state() == NodeState.LEADER;
                                })
                                .findFirst()
                                .orElse(null),
                        found -> found != null);
    }
}
