package io.ngrid.itests.karaf;

import static org.awaitility.Awaitility.await;
import static org.junit.Assert.assertArrayEquals;
import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertNull;
import static org.junit.Assert.assertThrows;
import static org.junit.Assert.assertTrue;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import javax.management.Attribute;
import javax.management.InstanceNotFoundException;
import javax.management.MBeanAttributeInfo;
import javax.management.MBeanInfo;
import javax.management.MBeanOperationInfo;
import javax.management.MBeanServerConnection;
import javax.management.ObjectName;
import javax.management.RuntimeMBeanException;
import javax.management.openmbean.OpenType;
import javax.management.remote.JMXConnector;
import javax.management.remote.JMXConnectorFactory;
import javax.management.remote.JMXServiceURL;
import org.apache.karaf.itests.KarafTestSupport;
import org.junit.After;
import org.junit.Before;
import org.junit.Test;
import org.junit.runner.RunWith;
import org.ops4j.pax.exam.Configuration;
import org.ops4j.pax.exam.Option;
import org.ops4j.pax.exam.junit.PaxExam;
import org.ops4j.pax.exam.spi.reactors.ExamReactorStrategy;
import org.ops4j.pax.exam.spi.reactors.PerSuite;

/** The MBeans as JConsole has them: over RMI, by a user of the container, with no class but the JDK's. */
@RunWith(PaxExam.class)
@ExamReactorStrategy(PerSuite.class)
public class JmxCase extends KarafTestSupport {
    private static final String NODE = "io.ngrid:type=Node,node=node-1";
    private static final String QUEUE = "io.ngrid:type=Queue,node=node-1,name=default";
    private static final String MAP = "io.ngrid:type=Map,node=node-1,name=default";

    private JMXConnector connector;
    private MBeanServerConnection server;

    {
        retry = new Retry(false); // a test that fails is not run again
    }

    @Override
    @Configuration
    public Option[] config() {
        return Containers.assembly(super.config());
    }

    @Before
    public void connect() throws Exception {
        connector = connector("karaf", "karaf");
        server = connector.getMBeanServerConnection();
        awaitRegistered(NODE);
        awaitRegistered(QUEUE);
        awaitRegistered(MAP);
    }

    @After
    public void disconnect() throws Exception {
        connector.close();
    }

    @SuppressWarnings("BanJNDI") // to this container only
    private JMXConnector connector(String user, String password) throws Exception {
        Map<String, Object> environment = Map.of(
                JMXConnector.CREDENTIALS,
                new String[] {user, password},
                JMXConnectorFactory.DEFAULT_CLASS_LOADER,
                ClassLoader.getPlatformClassLoader());
        return JMXConnectorFactory.connect(new JMXServiceURL(getJmxServiceUrl()), environment);
    }

    private void awaitRegistered(String name) {
        await(name).atMost(Containers.PATIENCE).until(() -> server.isRegistered(new ObjectName(name)));
    }

    private Object get(String name, String attribute) throws Exception {
        return server.getAttribute(new ObjectName(name), attribute);
    }

    private Object invoke(String name, String operation, Object... arguments) throws Exception {
        return invoke(server, name, operation, arguments);
    }

    private static Object invoke(MBeanServerConnection to, String name, String operation, Object... arguments)
            throws Exception {
        String[] types = Arrays.stream(arguments)
                .map(argument ->
                        argument instanceof Integer ? "int" : argument instanceof Long ? "long" : "java.lang.String")
                .toArray(String[]::new);
        return to.invoke(new ObjectName(name), operation, arguments, types);
    }

    @Test
    public void theNodeIsThere() throws Exception {
        assertEquals("node-1", get(NODE, "Node"));
        assertEquals("LEADER", get(NODE, "State"));
        assertEquals("node-1", get(NODE, "Leader"));
        assertArrayEquals(new String[] {"node-1"}, (String[]) get(NODE, "Voters"));
        assertEquals(true, get(NODE, "WritesAllowed"));
    }

    @Test
    public void everyAttributeOfEveryBeanIsReadAndDescribed() throws Exception {
        Set<ObjectName> names = server.queryNames(new ObjectName("io.ngrid:*"), null);
        assertTrue(names.toString(), names.size() >= 3);
        for (ObjectName name : names) {
            assertReadAndDescribed(name);
        }
        MBeanAttributeInfo size = Arrays.stream(
                        server.getMBeanInfo(new ObjectName(QUEUE)).getAttributes())
                .filter(attribute -> attribute.getName().equals("Size"))
                .findFirst()
                .orElseThrow();
        assertEquals("elements", size.getDescriptor().getFieldValue("units"));
    }

    private void assertReadAndDescribed(ObjectName name) throws Exception {
        MBeanInfo info = server.getMBeanInfo(name);
        assertEquals(name.toString(), "true", info.getDescriptor().getFieldValue("mxbean"));
        assertFalse(name.toString(), info.getDescription().startsWith("Information on"));
        Set<String> asked = new TreeSet<>();
        for (MBeanAttributeInfo attribute : info.getAttributes()) {
            asked.add(attribute.getName());
            assertTrue(name + " " + attribute, attribute.getDescriptor().getFieldValue("openType") instanceof OpenType);
            assertFalse(name + " " + attribute, attribute.getDescription().startsWith("Attribute exposed"));
        }
        Set<String> answered = new TreeSet<>();
        for (Attribute attribute :
                server.getAttributes(name, asked.toArray(String[]::new)).asList()) {
            answered.add(attribute.getName());
        }
        assertEquals(asked, answered);
    }

    /** A node that has a peer; with a directory of its own, as its own cluster of one holds data. */
    @Test
    public void aPeerIsThereWhileItIs() throws Exception {
        String peer = "io.ngrid:type=Peer,node=node-1,peer=node-2";
        try (NodeFile file = new NodeFile(configurationAdmin);
                OtherNode other = new OtherNode(bundleContext, "node-2")) {
            file.edit(OtherNode.settings());
            awaitRegistered(peer);
            await().atMost(Containers.PATIENCE)
                    .ignoreException(InstanceNotFoundException.class)
                    .until(() -> get(NODE, "WritesAllowed"), Boolean.TRUE::equals);

            assertEquals("node-2", get(peer, "Peer"));
            assertEquals(OtherNode.THERE, get(peer, "Address"));
            assertEquals(true, get(peer, "Connected"));
            assertEquals(true, get(peer, "Voter"));
            assertEquals(1, get(NODE, "PeersConnected"));
            assertEquals("node-2", get(NODE, "Leader"));
            assertReadAndDescribed(new ObjectName(peer));

            other.close();
            await().atMost(Containers.PATIENCE).until(() -> get(peer, "Connected"), Boolean.FALSE::equals);
            await().atMost(Containers.PATIENCE).until(() -> get(NODE, "WritesAllowed"), Boolean.FALSE::equals);
        }
        awaitGone(peer);
        await().atMost(Containers.PATIENCE)
                .ignoreException(InstanceNotFoundException.class) // while the node restarts
                .until(() -> get(NODE, "WritesAllowed"), Boolean.TRUE::equals);
    }

    private void awaitGone(String name) {
        await(name).atMost(Containers.PATIENCE).until(() -> !server.isRegistered(new ObjectName(name)));
    }

    @Test
    public void anOperationSaysWhetherItReads() throws Exception {
        for (MBeanOperationInfo operation :
                server.getMBeanInfo(new ObjectName(QUEUE)).getOperations()) {
            boolean reads = List.of("browse", "peekText").contains(operation.getName());
            assertEquals(
                    operation.getName(),
                    reads ? MBeanOperationInfo.INFO : MBeanOperationInfo.ACTION,
                    operation.getImpact());
        }
    }

    @Test
    public void aTextGoesThroughAQueue() throws Exception {
        long offered = (long) get(QUEUE, "Offered");
        assertEquals(true, invoke(QUEUE, "offerText", "first"));
        assertEquals(true, invoke(QUEUE, "offerText", "second"));

        assertEquals("first", invoke(QUEUE, "peekText"));
        assertArrayEquals(new String[] {"second"}, (String[]) invoke(QUEUE, "browse", 1L, 10));
        await().atMost(Containers.PATIENCE).until(() -> get(QUEUE, "Size"), Long.valueOf(2)::equals);
        assertEquals(offered + 2, get(QUEUE, "Offered"));
        assertEquals("first", invoke(QUEUE, "pollText"));
        assertEquals("second", invoke(QUEUE, "pollText"));
        assertNull(invoke(QUEUE, "pollText"));
    }

    @Test
    public void aTextGoesThroughAMap() throws Exception {
        assertNull(invoke(MAP, "putText", "jmx", "one"));
        assertEquals("one", invoke(MAP, "putText", "jmx", "two"));
        assertEquals("two", invoke(MAP, "getText", "jmx"));
        assertArrayEquals(new String[] {"jmx"}, jmxKeys());
        assertEquals("two", invoke(MAP, "removeText", "jmx"));
        assertNull(invoke(MAP, "getText", "jmx"));
    }

    private String[] jmxKeys() throws Exception {
        return Arrays.stream((String[]) invoke(MAP, "keys", 100))
                .filter("jmx"::equals)
                .toArray(String[]::new);
    }

    @Test
    public void elementsOfAnotherCodecAreShownAndNotWritten() throws Exception {
        Function<String, String> desk = new OrderDesk(bundleContext).component();
        String orders = "io.ngrid:type=Queue,node=node-1,name=orders";
        awaitRegistered(orders);
        assertEquals("true", desk.apply("offer ann 3"));

        assertTrue(((String) invoke(orders, "pollText")).startsWith("0x"));
        RuntimeMBeanException refused =
                assertThrows(RuntimeMBeanException.class, () -> invoke(orders, "offerText", "x"));
        assertContains("queue orders has codec kryo", refused.getCause().getMessage());
    }

    @Test
    public void aViewerReadsAndChangesNothing() throws Exception {
        try (JMXConnector viewer = connector("viewer", "viewer")) {
            MBeanServerConnection limited = viewer.getMBeanServerConnection();
            assertEquals("default", limited.getAttribute(new ObjectName(QUEUE), "Name"));
            assertNull(invoke(limited, QUEUE, "peekText"));
            String[] verified = (String[]) invoke(limited, NODE, "verify");
            assertTrue(verified[verified.length - 1].startsWith("verify: OK"));
            assertThrows(SecurityException.class, () -> invoke(limited, QUEUE, "offerText", "x"));
            assertThrows(SecurityException.class, () -> invoke(limited, MAP, "putText", "k", "v"));
        }
        assertNull(invoke(QUEUE, "pollText"));
    }

    @Test
    public void aStrangerIsNotLetIn() {
        assertThrows(SecurityException.class, () -> connector("karaf", "wrong").close());
    }
}
