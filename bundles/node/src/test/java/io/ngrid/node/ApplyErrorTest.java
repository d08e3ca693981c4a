package io.ngrid.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.ngrid.api.Codecs;
import io.ngrid.api.DistributedQueue;
import io.ngrid.api.NGridConfig;
import io.ngrid.api.NGridNode;
import io.ngrid.api.NodeId;
import io.ngrid.api.NodeState;
import io.ngrid.api.NotExecutedException;
import io.ngrid.api.OutcomeUnknownException;
import io.ngrid.election.CoreElectionFactory;
import io.ngrid.replication.CoreReplicationFactory;
import io.ngrid.spi.EntryKind;
import io.ngrid.spi.LogEntry;
import io.ngrid.spi.LogPosition;
import io.ngrid.spi.Member;
import io.ngrid.spi.StorageId;
import io.ngrid.spi.election.Election;
import io.ngrid.spi.election.ElectionFactory;
import io.ngrid.spi.message.ClientRequest;
import io.ngrid.spi.message.ClientResponse;
import io.ngrid.spi.message.ReplicationRequest;
import io.ngrid.spi.transport.TransportFactory;
import io.ngrid.spi.transport.TransportListener;
import io.ngrid.spi.view.NodeStatus;
import io.ngrid.storage.NqueueStorageFactory;
import io.ngrid.testkit.Ports;
import io.ngrid.transport.NettyTransportFactory;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** H20: what fails within a lane ends the node's service, and nobody waits for it. */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class ApplyErrorTest {
    private static final Duration SOON = Duration.ofSeconds(30);

    @TempDir
    Path directory;

    private static DistributedQueue<String> queue(NGridNode node) {
        return node.queue("orders", Codecs.string());
    }

    private static NGridNode leaderOf(Nodes nodes) {
        await().atMost(SOON).until(() -> nodes.all().stream().anyMatch(node -> node.state() == NodeState.LEADER));
        return nodes.all().stream()
                .filter(node -> node.state() == NodeState.LEADER)
                .findFirst()
                .orElseThrow();
    }

    @Test
    void H20_aLeaderThatThrowsAnErrorInApplySaysSoAndTheOthersGoOnWithWhatItHadCommitted() throws Exception {
        Nodes nodes = new Nodes(directory, 3, Duration.ofSeconds(5)).start();
        NGridNode leader = leaderOf(nodes);
        List<NGridNode> others =
                nodes.all().stream().filter(node -> node != leader).toList();
        queue(leader).put("a");

        nodes.memory(leader).usedUp = true;
        CompletableFuture<Boolean> atTheLeader = queue(leader).offerAsync("b");
        CompletableFuture<Boolean> elsewhere = queue(others.get(0)).offerAsync("c");

        await().atMost(SOON).until(() -> leader.state() == NodeState.DEGRADED);
        assertThat(leader.reason()).contains("OutOfMemoryError");
        assertThat(elsewhere.get(30, TimeUnit.SECONDS)).isTrue();
        assertThatThrownBy(() -> atTheLeader.get(30, TimeUnit.SECONDS))
                .as("it was in the log")
                .hasCauseInstanceOf(OutcomeUnknownException.class)
                .hasMessageContaining("OutOfMemoryError");
        assertThat(queue(others.get(1)).pollBatch(10)).contains("a", "c").doesNotHaveDuplicates();
        assertThatThrownBy(() -> queue(leader).offer("d"))
                .isInstanceOf(NotExecutedException.class)
                .hasMessageContaining("OutOfMemoryError");
        assertThat(CompletableFuture.runAsync(nodes::close)).succeedsWithin(SOON);
    }

    /** Its replication core has the entry, its log does not: that core can be asked nothing more. */
    @Test
    void H20_aLeaderThatThrowsAnErrorOnTheEventLoopBeforeAnEntryIsInItsLogGivesWayToAnother() throws Exception {
        Nodes nodes = new Nodes(directory, 3, Duration.ofSeconds(5)).start();
        NGridNode leader = leaderOf(nodes);
        NGridNode other =
                nodes.all().stream().filter(node -> node != leader).findFirst().orElseThrow();
        queue(leader).put("a");

        nodes.memory(leader).logUsedUp = true;
        CompletableFuture<Boolean> atTheLeader = queue(leader).offerAsync("b");

        await().atMost(SOON).until(() -> leader.state() == NodeState.DEGRADED);
        assertThat(leader.reason()).contains("OutOfMemoryError");
        assertThatThrownBy(() -> atTheLeader.get(30, TimeUnit.SECONDS))
                .hasCauseInstanceOf(OutcomeUnknownException.class)
                .hasMessageContaining("OutOfMemoryError");
        assertThat(queue(other).offerAsync("c").get(30, TimeUnit.SECONDS)).isTrue();
        assertThat(queue(other).pollBatch(10)).containsExactly("a", "c");
        assertThat(CompletableFuture.runAsync(nodes::close)).succeedsWithin(SOON);
    }

    private NGridConfig alone() {
        return NGridConfig.builder()
                .port(Ports.free(1)[0])
                .dataDirectory(directory.resolve("alone"))
                .operationTimeout(Duration.ofSeconds(2))
                .build();
    }

    /** Not even its failure handler comes to an end. */
    @Test
    void H02_aCallOfANodeThatFailsInEveryTurnEndsByItsDeadline() throws Exception {
        AtomicBoolean fails = new AtomicBoolean();
        ElectionFactory failing = (options, random, now) -> {
            Election real = new CoreElectionFactory().create(options, random, now);
            return (Election) Proxy.newProxyInstance(
                    Election.class.getClassLoader(), new Class<?>[] {Election.class}, (self, method, arguments) -> {
                        if (fails.get() && method.getName().equals("handle")) {
                            throw new IllegalStateException("planned");
                        }
                        return method.invoke(real, arguments);
                    });
        };
        NGridNode node = NGridNodes.start(
                alone(),
                new NettyTransportFactory(),
                failing,
                new CoreReplicationFactory(),
                new NqueueStorageFactory());
        queue(node).put("a");
        fails.set(true);
        assertThatThrownBy(() -> queue(node).offerAsync("b").get(20, TimeUnit.SECONDS))
                .isInstanceOf(ExecutionException.class);
        assertThat(CompletableFuture.runAsync(node::close)).succeedsWithin(SOON);
    }

    private static boolean isApplied(NodeStatus status) {
        return status.appliedIndex() == status.lastIndex() && !status.queues().isEmpty();
    }

    @Test
    void anEntryThatCannotBeReadDegradesTheNodeAndSaysSoAnUnreadableRequestIsDropped() throws Exception {
        AtomicReference<TransportListener> inbound = new AtomicReference<>();
        TransportFactory heard = (options, listener) -> {
            inbound.set(listener);
            return new NettyTransportFactory().create(options, listener);
        };
        NGridNode node = NGridNodes.start(
                alone(), heard, new CoreElectionFactory(), new CoreReplicationFactory(), new NqueueStorageFactory());
        Member stranger = new Member(new NodeId("node-9"), new StorageId(new UUID(9, 9)));
        byte[] unreadable = {9, 9};
        queue(node).put("a");
        inbound.get().received(stranger, new ClientRequest(unreadable));
        inbound.get().received(stranger, new ClientResponse(unreadable));
        assertThat(queue(node).poll()).isEqualTo("a");

        NodeStatus status = await().atMost(SOON)
                .until(
                        ((RunningNode) node)::status,
                        now -> isApplied(now) && now.queues().get(0).polled() == 1);
        LogPosition last = new LogPosition(status.epoch(), status.lastIndex());
        LogEntry entry = new LogEntry(last.index() + 1, last.epoch() + 1, 0, EntryKind.CONFIGURATION, unreadable);
        inbound.get().received(stranger, new ReplicationRequest(last.epoch() + 1, last, 0, List.of(entry)));
        await().atMost(SOON).until(() -> node.state() == NodeState.DEGRADED);
        assertThat(node.reason()).contains("configuration entry has version 9");
        assertThat(CompletableFuture.runAsync(node::close)).succeedsWithin(SOON);
    }
}
