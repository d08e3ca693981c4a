package io.ngrid.felix;

import static org.assertj.core.api.Assertions.assertThat;

import io.ngrid.testkit.DeskBundle;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.Stream;
import javax.management.InstanceNotFoundException;
import javax.management.MBeanServer;
import javax.management.MBeanServerConnection;
import javax.management.ObjectName;
import javax.management.remote.JMXConnector;
import javax.management.remote.JMXConnectorFactory;
import javax.management.remote.JMXConnectorServer;
import javax.management.remote.JMXConnectorServerFactory;
import javax.management.remote.JMXServiceURL;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.osgi.framework.Bundle;
import org.osgi.framework.ServiceReference;

/** Three frameworks in this JVM, a node in each; a consumer bundle in the second and in the third. */
@Timeout(180)
class ThreeFrameworksIT {
    private static final int FIRST_ENTRY = 64 + 56; // behind header and first record of a segment

    @TempDir
    static Path directory;

    private static final List<Container> CONTAINERS = new ArrayList<>();

    @BeforeAll
    static void startContainers() throws Exception {
        List<Integer> ports = freePorts(3);
        String peers =
                String.join(",", ports.stream().map(port -> "127.0.0.1:" + port).toList());
        for (int i = 0; i < 3; i++) {
            Container container = new Container(directory.resolve("cache-" + i));
            CONTAINERS.add(container);
            container.configure(
                    "io.ngrid.node",
                    Map.of(
                            "node.id",
                            "node-" + (i + 1),
                            "port",
                            "" + ports.get(i),
                            "peers",
                            peers,
                            "operation.timeout",
                            "30s",
                            "data.directory",
                            directory.resolve("data-" + i).toString()));
        }
        container(1)
                .configure(
                        "io.ngrid.queue~orders",
                        Map.of("name", "orders", "codec", "kryo", "classes", "io.ngrid.testkit.desk.Order"));
        container(2).install(DeskBundle.jar());
        container(3).install(DeskBundle.jar());
    }

    private static List<Integer> freePorts(int count) throws Exception {
        List<Integer> ports = new ArrayList<>();
        List<ServerSocket> sockets = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            sockets.add(new ServerSocket(0, 1, InetAddress.getLoopbackAddress()));
            ports.add(sockets.get(i).getLocalPort());
        }
        for (ServerSocket socket : sockets) {
            socket.close();
        }
        return ports;
    }

    @AfterAll
    static void stopContainers() throws Exception {
        for (Container container : CONTAINERS) {
            container.close();
        }
        Awaitility.await("threads of stopped nodes have ended")
                .atMost(Container.PATIENCE)
                .until(ThreeFrameworksIT::ngridThreads, List::isEmpty);
    }

    private static List<String> ngridThreads() {
        return Stream.of(ManagementFactory.getThreadMXBean().dumpAllThreads(false, false))
                .map(thread -> thread.getThreadName())
                .filter(name -> name.startsWith("ngrid-"))
                .toList();
    }

    private static Container container(int number) {
        return CONTAINERS.get(number - 1);
    }

    @SuppressWarnings("unchecked")
    private static Function<String, String> desk(int number) {
        return (Function<String, String>) container(number).service(DeskBundle.SERVICE);
    }

    /** The jar that a bundle was installed from. */
    private static InputStream contents(Bundle bundle) throws Exception {
        return Files.newInputStream(Path.of(URI.create(bundle.getLocation().substring("reference:".length()))));
    }

    @Test
    void everyNodeRegistersAServiceForAQueueThatOneFileNames() {
        for (int number = 1; number <= 3; number++) {
            ServiceReference<?> queue = container(number).reference("(ngrid.queue=orders)");
            assertThat(queue.getProperty("ngrid.node")).isEqualTo("node-" + number);
            assertThat(queue.getProperty("ngrid.cluster")).isEqualTo("ngrid");
            assertThat(queue.getProperty("ngrid.codec")).isEqualTo("kryo");
            assertThat(queue.getProperty("service.scope")).isEqualTo("bundle");
        }
    }

    @Test
    void H11_aConsumersOwnClassGoesFromOneContainerToTheOther() {
        assertThat(desk(2).apply("offer ann 3")).isEqualTo("true");
        assertThat(desk(3).apply("poll 20000")).isEqualTo("ann:3");
    }

    @Test
    void H45_aRefreshedConsumerGetsItsNewClasses() throws Exception {
        assertThat(desk(2).apply("offer ben 4")).isEqualTo("true");
        container(3).update(container(3).bundle("desk"), new ByteArrayInputStream(DeskBundle.jar()));

        assertThat(desk(3).apply("activations")).isEqualTo("1"); // of the new class
        assertThat(desk(3).apply("poll 20000")).isEqualTo("ben:4");
        assertThat(desk(3).apply("offer ben 5")).isEqualTo("true");
        assertThat(desk(2).apply("poll 20000")).isEqualTo("ben:5");
    }

    @Test
    void H50_aConsumerStaysAndItsCallWaitsWhileTheNodeIsReplaced() throws Exception {
        Function<String, String> desk = desk(2);
        String activations = desk.apply("activations");
        assertThat(desk.apply("offer cat 1")).isEqualTo("true");
        Bundle node = container(2).bundle("io.ngrid.node");
        node.stop();

        FutureTask<String> poll = new FutureTask<>(() -> desk.apply("poll 60000"));
        Thread caller = new Thread(poll, "caller");
        caller.setDaemon(true);
        caller.start();
        Awaitility.await().atMost(Container.PATIENCE).until(() -> caller.getState() == Thread.State.TIMED_WAITING);
        try (InputStream contents = contents(node)) {
            container(2).update(node, contents);
        }
        node.start();

        assertThat(poll.get(60, TimeUnit.SECONDS)).isEqualTo("cat:1");
        assertThat(desk(2)).isSameAs(desk);
        assertThat(desk.apply("activations")).isEqualTo(activations);
    }

    @Test
    void H50_replacingAPartRestartsTheNodeAndNotTheConsumer() throws Exception {
        Function<String, String> desk = desk(3);
        Bundle storage = container(3).bundle("io.ngrid.nqueue-storage");
        try (InputStream contents = contents(storage)) {
            container(3).update(storage, contents);
        }

        assertThat(desk.apply("offer dan 1")).isEqualTo("true");
        assertThat(desk(3)).isSameAs(desk);
        assertThat(desk(2).apply("poll 20000")).isEqualTo("dan:1");
    }

    /** [D2] Over a connection, as JConsole has it. */
    @Test
    @SuppressWarnings("BanJNDI") // to this JVM only
    void H37_aCorruptNodeSaysOverJmxWhereAndWhatToDo() throws Exception {
        container(1).reference("(ngrid.queue=orders)"); // its log goes on behind its first entry
        Bundle node = container(1).bundle("io.ngrid.node");
        node.stop();
        Path log = directory.resolve("data-0/group-0/log/0000000000000001.log");
        byte[] sound = Files.readAllBytes(log);
        byte[] rotten = sound.clone();
        rotten[FIRST_ENTRY + 10] ^= 1;
        Files.write(log, rotten);
        JMXConnectorServer served = JMXConnectorServerFactory.newJMXConnectorServer(
                new JMXServiceURL("rmi", "127.0.0.1", 0), null, ManagementFactory.getPlatformMBeanServer());
        served.start();
        node.start();
        try (JMXConnector connector = JMXConnectorFactory.connect(served.getAddress())) {
            MBeanServerConnection server = connector.getMBeanServerConnection();
            ObjectName self = new ObjectName("io.ngrid:type=Node,node=node-1");
            Awaitility.await("DEGRADED")
                    .atMost(Container.PATIENCE)
                    .ignoreException(InstanceNotFoundException.class)
                    .until(() -> server.getAttribute(self, "State"), "DEGRADED"::equals);
            assertThat((String) server.getAttribute(self, "Reason"))
                    .startsWith("group-0/log/0000000000000001.log is corrupt at offset " + FIRST_ENTRY + ": ")
                    .contains("Keep a copy of " + directory.resolve("data-0"));
        } finally {
            served.stop();
            node.stop();
            Files.write(log, sound);
            node.start();
        }
    }

    @Test
    void mBeansComeByTheWhiteboard() throws Exception {
        MBeanServer server = ManagementFactory.getPlatformMBeanServer();
        for (String node : List.of("node-1", "node-2", "node-3")) {
            ObjectName queue = new ObjectName("io.ngrid:type=Queue,node=" + node + ",name=orders");
            Awaitility.await(queue.toString()).atMost(Container.PATIENCE).until(() -> server.isRegistered(queue));
            assertThat(server.getAttribute(queue, "Codec")).isEqualTo("kryo");
            ObjectName self = new ObjectName("io.ngrid:type=Node,node=" + node);
            assertThat((String[]) server.getAttribute(self, "Voters")).containsExactly("node-1", "node-2", "node-3");
        }
    }
}
