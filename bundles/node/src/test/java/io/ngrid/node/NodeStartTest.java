package io.ngrid.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import io.ngrid.api.Codecs;
import io.ngrid.api.ConfigurationException;
import io.ngrid.api.DistributedMap;
import io.ngrid.api.DistributedQueue;
import io.ngrid.api.NGridConfig;
import io.ngrid.api.NGridNode;
import io.ngrid.api.NoQuorumException;
import io.ngrid.api.NodeState;
import io.ngrid.election.CoreElectionFactory;
import io.ngrid.replication.CoreReplicationFactory;
import io.ngrid.storage.NqueueStorageFactory;
import io.ngrid.testkit.Ports;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Starting, restarting, and refusing to start. */
@Timeout(value = 120, unit = TimeUnit.SECONDS)
class NodeStartTest {
    @TempDir
    Path directory;

    private NGridConfig.Builder alone() {
        return NGridConfig.builder()
                .port(Ports.free(1)[0])
                .dataDirectory(directory.resolve("data"))
                .operationTimeout(Duration.ofSeconds(20));
    }

    @Test
    void aNodeAloneServesAtOnceAndKeepsItsDataAcrossARestart() throws IOException {
        NGridConfig config = alone().build();
        try (NGridNode node = NGridNodes.start(config)) {
            DistributedQueue<String> queue = node.queue("orders", Codecs.string());
            assertThat(queue.offer("one")).isTrue();
            assertThat(queue.offer("two")).isTrue();
            assertThat(queue.poll()).isEqualTo("one");
            DistributedMap<String, String> map = node.map("prices", Codecs.string(), Codecs.string());
            assertThat(map.put("a", "1")).isNull();
            assertThat(node.state()).isEqualTo(NodeState.LEADER);
        }
        try (NGridNode node = NGridNodes.start(config)) {
            assertThat(node.queue("orders", Codecs.string()).poll()).isEqualTo("two");
            assertThat(node.queue("orders", Codecs.string()).poll()).isNull();
            assertThat(node.map("prices", Codecs.string(), Codecs.string()).get("a"))
                    .isEqualTo("1");
        }
    }

    /** Before any call has ended there. */
    @Test
    void aListenerThatWouldWaitForItsOwnThreadIsToldAtOnce() throws Exception {
        try (NGridNode node = NGridNodes.start(alone().build())) {
            CompletableFuture<Object> told = new CompletableFuture<>();
            node.addListener(changed -> {
                try {
                    told.complete(changed.queue("orders", Codecs.string()).offer("one"));
                } catch (RuntimeException e) {
                    told.complete(e);
                }
            });
            assertThat(told.get(60, TimeUnit.SECONDS)).isInstanceOf(IllegalStateException.class);
        }
    }

    /** As a bundle with a part missing gives; whoever starts the node must not wait for ever. */
    @Test
    void anErrorWhileOpeningIsToldToTheStarterAndEverythingIsClosed() {
        NGridConfig config = alone().build();
        LinkageError missing = new NoClassDefFoundError("io/netty/missing");
        assertTimeoutPreemptively(
                Duration.ofSeconds(30),
                () -> assertThatThrownBy(() -> NGridNodes.start(
                                config,
                                (options, listener) -> {
                                    throw missing;
                                },
                                new CoreElectionFactory(),
                                new CoreReplicationFactory(),
                                new NqueueStorageFactory()))
                        .isInstanceOf(IllegalStateException.class)
                        .hasMessageContaining("io/netty/missing")
                        .hasCause(missing));
        try (NGridNode node = NGridNodes.start(config)) { // the directory is free again
            assertThat(node.queue("orders", Codecs.string()).offer("one")).isTrue();
        }
    }

    @Test
    void aProvisionalNodeThatIsGivenPeersDropsItsCluster() throws IOException {
        try (Nodes nodes = new Nodes(directory, 3)) {
            NGridConfig config = nodes.config(1);
            NGridConfig lonely = NGridConfig.builder()
                    .nodeId("node-1")
                    .port(config.port())
                    .dataDirectory(config.dataDirectory())
                    .build();
            try (NGridNode node = NGridNodes.start(lonely)) {
                assertThat(node.queue("default", Codecs.string()).size()).isZero(); // creates it, which is no data
            }
            nodes.start();
            assertThat(nodes.node(1).queue("q", Codecs.string()).offer("x")).isTrue();
            assertThat(nodes.node(1).members()).hasSize(3);
        }
    }

    @Test
    void aNodeWithDataRefusesPeersAndAnotherName() throws IOException {
        NGridConfig config = alone().build();
        try (NGridNode node = NGridNodes.start(config)) {
            node.queue("orders", Codecs.string()).offer("one");
        }
        assertThatThrownBy(() -> NGridNodes.start(alone().peers("127.0.0.1:1").build()))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("peers")
                .hasMessageContaining("1 elements")
                .hasMessageContaining("set aside");
        assertThatThrownBy(() -> NGridNodes.start(alone().nodeId("node-9").build()))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("node.id")
                .hasMessageContaining("node-1");
    }

    @Test
    void listeningBeyondLoopbackIsRefusedBeforeAnythingIsOpened() {
        NGridConfig open = alone().host("0.0.0.0").build();
        assertThatThrownBy(() -> NGridNodes.start(open))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageStartingWith("host = 0.0.0.0 is not allowed: a loopback address")
                .hasMessageContaining("insecure = true");
        assertThat(open.dataDirectory()).doesNotExist();
        NGridNodes.check(alone().host("0.0.0.0").insecure(true).build());
        NGridNodes.check(alone().host("localhost").build());
    }

    @Test
    void aHostThatNobodyKnowsIsOneClearError() {
        assertThatThrownBy(() ->
                        NGridNodes.start(alone().host("no-such-host.invalid").build()))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageStartingWith("host = no-such-host.invalid is not allowed");
    }

    @Test
    void aPortInUseIsOneClearError() throws IOException {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            assertThatThrownBy(() ->
                            NGridNodes.start(alone().port(taken.getLocalPort()).build()))
                    .isInstanceOf(ConfigurationException.class)
                    .hasMessageContaining(String.valueOf(taken.getLocalPort()));
        }
        try (NGridNode node = NGridNodes.start(alone().build())) { // the directory was given back
            assertThat(node.queue("q", Codecs.string()).offer("x")).isTrue();
        }
    }

    @Test
    void aDirectoryThatIsAFileIsOneClearError() throws IOException {
        Files.writeString(directory.resolve("data"), "a file");
        assertThatThrownBy(() -> NGridNodes.start(alone().build()))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("data.directory");
    }

    @Test
    void aDirectoryInUseIsOneClearError() throws IOException {
        try (NGridNode node = NGridNodes.start(alone().build())) {
            assertThat(node.id().value()).isEqualTo("node-1");
            assertThatThrownBy(() -> NGridNodes.start(alone().build()))
                    .isInstanceOf(ConfigurationException.class)
                    .hasMessageContaining("in use");
        }
    }

    /** H03: and it says why before the time-out is over. */
    @Test
    void H03_aLoneNodeOfThreeAcknowledgesNothingAndSaysWhy() throws IOException {
        try (Nodes nodes = new Nodes(directory, 3)) {
            NGridConfig config = nodes.config(1);
            NGridConfig quick = NGridConfig.builder()
                    .port(config.port())
                    .peers(config.peers())
                    .dataDirectory(config.dataDirectory())
                    .operationTimeout(Duration.ofSeconds(2))
                    .build();
            try (NGridNode node = NGridNodes.start(quick)) {
                DistributedQueue<String> queue = node.queue("orders", Codecs.string());
                long start = System.nanoTime();
                assertThatThrownBy(() -> queue.offer("x"))
                        .isInstanceOf(NoQuorumException.class)
                        .hasMessageContaining(String.valueOf(nodes.config(2).port()));
                assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(2));
            }
        }
    }

    @Test
    void closingAgainDoesNothing() throws IOException {
        NGridNode node = NGridNodes.start(alone().build());
        node.close();

        assertTimeoutPreemptively(Duration.ofSeconds(20), node::close);
        assertThat(node.state()).isEqualTo(NodeState.CLOSED);
    }

    @Test
    void tenStartsLeaveNoThreadBehind() throws IOException {
        NGridConfig config = alone().build();
        for (int i = 0; i < 10; i++) {
            try (NGridNode node = NGridNodes.start(config)) {
                assertThat(node.queue("q", Codecs.string()).offer("x")).isTrue();
            }
        }
        await().atMost(Duration.ofSeconds(20))
                .until(() -> Thread.getAllStackTraces().keySet().stream()
                        .noneMatch(thread -> thread.getName().startsWith("ngrid-")));
    }
}
