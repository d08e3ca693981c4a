package io.ngrid.management.jmx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ngrid.api.NoQuorumException;
import io.ngrid.management.MapMXBean;
import io.ngrid.management.NodeMXBean;
import io.ngrid.management.PeerMXBean;
import io.ngrid.management.QueueMXBean;
import io.ngrid.spi.storage.StorageException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadInfo;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import javax.management.JMException;
import javax.management.JMX;
import javax.management.MBeanAttributeInfo;
import javax.management.MBeanInfo;
import javax.management.MBeanOperationInfo;
import javax.management.MBeanServer;
import javax.management.MBeanServerFactory;
import javax.management.ObjectName;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class NodeBeansTest {
    private final MBeanServer server = MBeanServerFactory.newMBeanServer();
    private final FakeView view = new FakeView();
    private final NodeBeans beans = new NodeBeans(view, (objectName, type, bean) -> {
        try {
            ObjectName name = new ObjectName(objectName);
            server.registerMBean(bean, name);
            return () -> {
                try {
                    server.unregisterMBean(name);
                } catch (JMException e) {
                    throw new AssertionError(e);
                }
            };
        } catch (JMException e) {
            throw new AssertionError(e);
        }
    });

    @AfterEach
    void close() throws Exception {
        beans.close();
        assertThat(names()).isEmpty();
    }

    private Set<String> names() throws Exception {
        Set<String> names = new TreeSet<>();
        server.queryNames(new ObjectName("io.ngrid:*"), null).forEach(name -> names.add(name.getCanonicalName()));
        return names;
    }

    private <T> T proxy(String keys, Class<T> type) throws Exception {
        return JMX.newMXBeanProxy(server, new ObjectName("io.ngrid:" + keys), type);
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    @Test
    void beansComeAndGoWithTheStatus() throws Exception {
        view.addPeer("node-2");
        view.addQueue("orders", "string");
        view.addMap("prices", "string", "string");
        beans.refresh();
        assertThat(names())
                .containsExactlyInAnyOrder(
                        "io.ngrid:node=node-1,type=Node",
                        "io.ngrid:node=node-1,peer=node-2,type=Peer",
                        "io.ngrid:name=orders,node=node-1,type=Queue",
                        "io.ngrid:name=prices,node=node-1,type=Map");

        view.queues.clear();
        view.addQueue("other", "string");
        beans.refresh();
        assertThat(names())
                .contains("io.ngrid:name=other,node=node-1,type=Queue")
                .doesNotContain("io.ngrid:name=orders,node=node-1,type=Queue");
    }

    @Test
    void attributesAreThoseOfTheStatus() throws Exception {
        view.addPeer("node-2");
        view.addQueue("orders", "string");
        view.addMap("prices", "string", "bytes");
        beans.refresh();

        NodeMXBean node = proxy("type=Node,node=node-1", NodeMXBean.class);
        assertThat(node.getState()).isEqualTo("LEADER");
        assertThat(node.getLeader()).isEqualTo("node-1");
        assertThat(node.getVoters()).containsExactly("node-1");
        assertThat(node.getPeersConnected()).isEqualTo(1);
        assertThat(node.getLastForceMicros()).isEqualTo(120);
        PeerMXBean peer = proxy("type=Peer,node=node-1,peer=node-2", PeerMXBean.class);
        assertThat(peer.getLagEntries()).isEqualTo(1);
        assertThat(peer.isConnected()).isTrue();
        QueueMXBean queue = proxy("type=Queue,node=node-1,name=orders", QueueMXBean.class);
        assertThat(List.of(
                        queue.getSize(),
                        queue.getCapacity(),
                        queue.getOffered(),
                        queue.getPolled(),
                        queue.getWaiters()))
                .containsExactly(3L, 10L, 7L, 4L, 1L);
        MapMXBean map = proxy("type=Map,node=node-1,name=prices", MapMXBean.class);
        assertThat(map.getValueCodec()).isEqualTo("bytes");
        assertThat(map.getBytes()).isEqualTo(20);
    }

    @Test
    void everythingIsDescribed() throws Exception {
        view.addPeer("node-2");
        view.addQueue("orders", "string");
        view.addMap("prices", "string", "bytes");
        beans.refresh();

        for (ObjectName name : server.queryNames(new ObjectName("io.ngrid:*"), null)) {
            MBeanInfo info = server.getMBeanInfo(name);
            assertThat(info.getDescriptor().getFieldValue("mxbean")).isEqualTo("true");
            assertThat(info.getDescription()).endsWith(".");
            for (MBeanAttributeInfo attribute : info.getAttributes()) {
                assertThat(attribute.getDescription()).as(attribute.getName()).endsWith(".");
                server.getAttribute(name, attribute.getName());
            }
            for (MBeanOperationInfo operation : info.getOperations()) {
                assertThat(operation.getDescription()).as(operation.getName()).endsWith(".");
            }
        }
        MBeanInfo queue = server.getMBeanInfo(new ObjectName("io.ngrid:type=Queue,node=node-1,name=orders"));
        MBeanAttributeInfo size = Stream.of(queue.getAttributes())
                .filter(attribute -> attribute.getName().equals("Size"))
                .findFirst()
                .orElseThrow();
        assertThat(size.getDescriptor().getFieldValue("units")).isEqualTo("elements");
        MBeanOperationInfo browse = Stream.of(queue.getOperations())
                .filter(operation -> operation.getName().equals("browse"))
                .findFirst()
                .orElseThrow();
        assertThat(browse.getSignature()[1].getName()).isEqualTo("max");
        assertThat(browse.getImpact()).isEqualTo(MBeanOperationInfo.INFO);
    }

    @Test
    void filesAreVerifiedLineByLine() throws Exception {
        beans.refresh();
        assertThat(proxy("type=Node,node=node-1", NodeMXBean.class).verify())
                .containsExactly(
                        "group-0/vote\tepoch and vote\t2\t8192\tOK\t",
                        "group-0/log/1.log\tlog\t0\t0\tCORRUPT\tat offset 7: bad",
                        "verify: CORRUPT corrupt=1 files=2 bytes=8192");
    }

    /** A client of JMX has the JDK's classes only. */
    @Test
    void anErrorOfTheStorageReachesClientsAsOneThatTheyKnow() throws Exception {
        beans.refresh();
        view.unreadable = new StorageException("cannot read group-0/vote", null);
        assertThatThrownBy(
                        () -> proxy("type=Node,node=node-1", NodeMXBean.class).verify())
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("StorageException: cannot read group-0/vote");
    }

    @Test
    void whoIsInterruptedWhileClosingLeavesNoBeanBehind() throws Exception {
        beans.refresh();
        Thread closer = Thread.currentThread();
        CountDownLatch busy = new CountDownLatch(1);
        CountDownLatch over = new CountDownLatch(1);
        AtomicBoolean closed = new AtomicBoolean();
        view.whenAsked = () -> {
            if (Thread.currentThread() != closer) {
                busy.countDown();
                awaitUninterruptibly(over);
            }
        };
        beans.start();
        busy.await();
        Thread releaser = new Thread(
                () -> { // the beans are in use until their closer waits for just that
                    while (closer.getState() != Thread.State.BLOCKED && !closed.get()) {
                        Thread.onSpinWait();
                    }
                    over.countDown();
                });
        releaser.start();
        closer.interrupt();
        assertThatThrownBy(beans::close).isInstanceOf(InterruptedException.class);
        closed.set(true);
        releaser.join();
        assertThat(names()).isEmpty();
    }

    private static void awaitUninterruptibly(CountDownLatch latch) {
        boolean done = false;
        while (!done) {
            try {
                latch.await();
                done = true;
            } catch (InterruptedException e) {
                // asked to end, in the middle of its work
            }
        }
    }

    @Test
    void textOperationsOfAQueue() throws Exception {
        view.addQueue("orders", "string");
        beans.refresh();
        QueueMXBean queue = proxy("type=Queue,node=node-1,name=orders", QueueMXBean.class);

        view.answers = (method, args) -> switch (method) {
            case "offer" -> new String((byte[]) args[0], StandardCharsets.UTF_8).equals("grün");
            case "poll" -> utf8("grün");
            case "peek" -> null;
            default -> List.of(utf8("a"), utf8("b"));
        };

        assertThat(queue.offerText("grün")).isTrue();
        assertThat(queue.pollText()).isEqualTo("grün");
        assertThat(queue.peekText()).isNull();
        assertThat(queue.browse(0, 10)).containsExactly("a", "b");
    }

    @Test
    void whatIsNoTextIsShownInHexAndNotWritten() throws Exception {
        view.addQueue("objects", "kryo");
        view.addMap("prices", "kryo", "bytes");
        beans.refresh();
        QueueMXBean queue = proxy("type=Queue,node=node-1,name=objects", QueueMXBean.class);
        MapMXBean map = proxy("type=Map,node=node-1,name=prices", MapMXBean.class);
        byte[] noText = {1, (byte) 0xff};
        view.answers = (method, args) -> switch (method) {
            case "poll" -> utf8("a");
            case "get" -> Arrays.equals((byte[]) args[0], noText) ? noText : null;
            case "keySet" -> new LinkedHashSet<>(List.of(noText, utf8("k")));
            default -> throw new AssertionError(method);
        };

        assertThat(queue.pollText()).isEqualTo("0x61");
        assertThatThrownBy(() -> queue.offerText("a"))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("codec kryo");
        assertThat(map.keys(1)).containsExactly("0x01ff");
        assertThat(map.getText("0x01ff")).isEqualTo("0x01ff");
        assertThatThrownBy(() -> map.putText("k", "v")).hasMessageContaining("codec kryo");
    }

    @Test
    void troubleIsSaidWithTheJdksExceptions() throws Exception {
        view.addQueue("orders", "string");
        beans.refresh();
        QueueMXBean queue = proxy("type=Queue,node=node-1,name=orders", QueueMXBean.class);
        view.answers = (method, args) -> {
            throw new NoQuorumException("1 of 3 voters");
        };

        assertThatThrownBy(queue::peekText).hasMessage("NoQuorumException: 1 of 3 voters");
    }

    @Test
    void theThreadIsNamedAndEnds() throws Exception {
        for (int i = 0; i < 100; i++) { // an executor is terminated a moment before its thread
            NodeBeans some = new NodeBeans(view, (objectName, type, bean) -> () -> {});
            some.start();
            assertThat(threads()).contains("ngrid-node-1-management");
            some.close();
            assertThat(threads()).doesNotContain("ngrid-node-1-management");
        }
    }

    private static List<String> threads() {
        return Stream.of(ManagementFactory.getThreadMXBean().dumpAllThreads(false, false))
                .map(ThreadInfo::getThreadName)
                .toList();
    }
}
