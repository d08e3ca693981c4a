package io.ngrid.node.osgi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ngrid.api.Codecs;
import io.ngrid.api.ConfigurationException;
import io.ngrid.api.NGridNode;
import io.ngrid.spi.election.ElectionFactory;
import io.ngrid.spi.replication.ReplicationFactory;
import io.ngrid.spi.storage.StorageFactory;
import io.ngrid.spi.transport.TransportFactory;
import io.ngrid.spi.view.NodeView;
import java.lang.reflect.Proxy;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Dictionary;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceRegistration;

@Timeout(60)
class NodeRunnerTest {
    @TempDir
    Path directory;

    private final List<NGridNode> registered = new ArrayList<>();
    private Dictionary<?, ?> properties;
    private final NodeRunner runner = new NodeRunner(
            context(),
            part(TransportFactory.class),
            part(ElectionFactory.class),
            part(ReplicationFactory.class),
            part(StorageFactory.class));

    private static <T> T part(Class<T> type) {
        return ServiceLoader.load(type).findFirst().orElseThrow();
    }

    /** A service registry that knows how to register and unregister. */
    private BundleContext context() {
        return (BundleContext) Proxy.newProxyInstance(
                getClass().getClassLoader(), new Class<?>[] {BundleContext.class}, (proxy, method, args) -> {
                    assertThat(method.getName()).isEqualTo("registerService");
                    assertThat((String[]) args[0]).containsExactly(NGridNode.class.getName(), NodeView.class.getName());
                    NGridNode node = (NGridNode) args[1];
                    assertThat(node).isInstanceOf(NodeView.class);
                    registered.add(node);
                    properties = (Dictionary<?, ?>) args[2];
                    return Proxy.newProxyInstance(
                            getClass().getClassLoader(), new Class<?>[] {ServiceRegistration.class}, (p, m, a) -> {
                                registered.remove(node);
                                return null;
                            });
                });
    }

    private Map<String, Object> settings(String... keysAndValues) {
        Map<String, Object> map = new HashMap<>(Map.of("felix.fileinstall.filename", "file:/etc/io.ngrid.node.cfg"));
        map.put("data.directory", directory.resolve("data").toString());
        map.put("port", "0");
        for (int i = 0; i < keysAndValues.length; i += 2) {
            map.put(keysAndValues[i], keysAndValues[i + 1]);
        }
        return map;
    }

    @AfterEach
    void stop() {
        runner.stop();
        assertThat(registered).isEmpty();
    }

    @Test
    void registersARunningNode() {
        runner.follow(settings("operation.timeout", "15s"));

        assertThat(registered).hasSize(1);
        assertThat(properties.get("ngrid.node")).isEqualTo("node-1");
        assertThat(properties.get("ngrid.cluster")).isEqualTo("ngrid");
        assertThat(properties.get("ngrid.operation.timeout")).isEqualTo(15_000L);
        assertThat(registered.get(0).queue("q", Codecs.string()).offer("a")).isTrue();
    }

    @Test
    void aTakenPortFailsTheActivation() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            assertThatThrownBy(() -> runner.follow(settings("port", "" + taken.getLocalPort())))
                    .isInstanceOf(ConfigurationException.class)
                    .hasMessageStartingWith("/etc/io.ngrid.node.cfg: ")
                    .hasMessageContaining("port")
                    .hasMessageContaining("" + taken.getLocalPort());
        }
        assertThat(threads()).isEmpty();
    }

    @Test
    void aDirectoryThatCannotBeMadeFailsTheActivation() throws Exception {
        Path file = Files.writeString(directory.resolve("file"), "");
        String wanted = file.resolve("data").toString();

        assertThatThrownBy(() -> runner.follow(settings("data.directory", wanted)))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageStartingWith("/etc/io.ngrid.node.cfg: data.directory = " + wanted);
    }

    @Test
    void theDirectoryOfAnotherNodeThatHoldsDataFailsTheActivation() {
        runner.follow(settings());
        registered.get(0).queue("q", Codecs.string()).offer("a");
        runner.stop();

        assertThatThrownBy(() -> runner.follow(settings("node.id", "node-2")))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageStartingWith("/etc/io.ngrid.node.cfg: ")
                .hasMessageContaining("node-1")
                .hasMessageContaining("node-2");
    }

    @Test
    void anInvalidChangeChangesNothing() {
        runner.follow(settings());
        NGridNode before = registered.get(0);
        runner.follow(settings("heartbeat", "fast"));
        runner.follow(settings());

        assertThat(registered).containsExactly(before);
    }

    @Test
    void aChangeRestartsTheNodeAndKeepsItsData() throws Exception {
        runner.follow(settings());
        NGridNode before = registered.get(0);
        before.queue("q", Codecs.string()).offer("a");
        runner.follow(settings("heartbeat", "50ms"));

        assertThat(registered).hasSize(1).doesNotContain(before);
        assertThat(registered.get(0).queue("q", Codecs.string()).poll()).isEqualTo("a");
    }

    @Test
    void aChangeThatCannotStartGoesBack() throws Exception {
        runner.follow(settings());
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            runner.follow(settings("port", "" + taken.getLocalPort()));
        }

        assertThat(registered).hasSize(1);
        assertThat(registered.get(0).queue("q", Codecs.string()).offer("a")).isTrue();
    }

    private static List<String> threads() {
        Thread[] threads = new Thread[Thread.activeCount() + 16];
        int count = Thread.enumerate(threads);
        return Arrays.stream(threads, 0, count)
                .filter(Thread::isAlive)
                .map(Thread::getName)
                .filter(name -> name.startsWith("ngrid-"))
                .toList();
    }
}
