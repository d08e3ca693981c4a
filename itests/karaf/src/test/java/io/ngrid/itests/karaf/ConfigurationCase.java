package io.ngrid.itests.karaf;

import static org.awaitility.Awaitility.await;
import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertTrue;

import io.ngrid.api.NGridNode;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
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
import org.osgi.framework.Bundle;

/** A node's file with a mistake in it: one clear error, and a node again as soon as it is corrected. */
@RunWith(PaxExam.class)
@ExamReactorStrategy(PerSuite.class)
public class ConfigurationCase extends KarafTestSupport {
    private NodeFile file;

    {
        retry = new Retry(false); // a test that fails is not run again
    }

    @Override
    @Configuration
    public Option[] config() {
        return Containers.assembly(super.config());
    }

    private Ssh shell() throws Exception {
        return new Ssh(getSshPort());
    }

    @Before
    public void open() throws Exception {
        file = new NodeFile(configurationAdmin);
        awaitWrites();
    }

    @After
    public void putBack() throws Exception {
        file.close();
        findBundleByName("io.ngrid.node").start();
        awaitWrites();
    }

    private void awaitWrites() {
        await("a node that accepts writes")
                .atMost(Containers.PATIENCE)
                .until(() -> status("Writes").contains("accepted"));
    }

    /** A line of the node's status; empty without one, and without a node. */
    private String status(String property) throws Exception {
        return bundleContext.getServiceReference(NGridNode.class) == null
                ? ""
                : shell().succeed("ngrid:status").stream()
                        .filter(line -> line.startsWith(property))
                        .findFirst()
                        .orElse("");
    }

    @Test
    public void anUnknownKey() throws Exception {
        assertRefused(
                Map.of("hearbeat", "50ms"),
                "hearbeat = 50ms is not allowed; allowed: the keys cluster, node.id, host, port, peers, ");
    }

    @Test
    public void aBadNumber() throws Exception {
        assertRefused(Map.of("port", "74oo"), "port = 74oo is not allowed; allowed: a whole number from 0 to 65535");
    }

    @Test
    public void aPeerWithoutAPort() throws Exception {
        assertRefused(
                Map.of("peers", "10.0.0.8"),
                "peers = 10.0.0.8 is not allowed; allowed: host:port or id@host:port, separated by commas"
                        + " (peer '10.0.0.8' has no port");
    }

    @Test
    public void aPortThatIsTaken() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            String port = "" + taken.getLocalPort();
            assertRefused(
                    Map.of("port", port),
                    "node-1 cannot listen on 127.0.0.1:" + port
                            + ": Address already in use; stop whatever uses that port, or set another host and port");
        }
    }

    @Test
    public void theDirectoryOfAnotherNodeThatHoldsData() throws Exception {
        shell().succeed("ngrid:map-put default configuration kept");

        assertRefused(
                Map.of("node.id", "node-2"),
                "node.id = node-2 is not allowed: data.directory ",
                "belongs to node node-1",
                "give the old node.id back");

        assertEquals(List.of("kept"), shell().succeed("ngrid:map-get default configuration"));
    }

    @Test
    public void aDirectoryThatCannotBeMade() throws Exception {
        Path below = Files.createTempFile("ngrid", "file").resolve("data"); // nobody can make it, root neither
        assertRefused(
                Map.of("data.directory", below.toString()),
                "data.directory = " + below + " cannot be used: ",
                "name another one");
    }

    /** Neither of the two can know which one is wrong: both say so. */
    @Test
    public void twoNodesOfTheSameId() throws Exception {
        Map<String, String> two = OtherNode.settings();
        try (OtherNode other = new OtherNode(bundleContext, "node-1")) {
            LogTail log = new LogTail();
            file.edit(two);

            String sentence = "two nodes are called node-1: one at " + OtherNode.HERE + ", the other at "
                    + OtherNode.THERE + "; give one of them another node.id";
            await("status")
                    .atMost(Containers.PATIENCE)
                    .until(() -> status("Reason").contains(sentence));
            assertTrue(log.entries("WARN").stream().anyMatch(entry -> entry.contains(sentence)));
            assertEquals(List.of(), log.errors());

            file.edit(with(two, "node.id", "node-2"));
            await("status")
                    .atMost(Containers.PATIENCE)
                    .until(() -> status("Voters").contains("node-1, node-2"));
            awaitWrites();
        }
    }

    private static Map<String, String> with(Map<String, String> settings, String key, String value) {
        Map<String, String> more = new HashMap<>(settings);
        more.put(key, value);
        return more;
    }

    /** The container starts with the mistake. */
    private void assertRefused(Map<String, String> mistake, String... sentences) throws Exception {
        Bundle node = findBundleByName("io.ngrid.node");
        node.stop();
        file.edit(mistake);
        LogTail log = new LogTail();
        node.start();

        List<String> errors = log.errors();
        assertEquals(errors.toString(), 1, errors.size());
        assertClear(errors.get(0), sentences);
        assertClear(shell().fail("ngrid:status"), sentences);

        file.restore();
        awaitWrites();
    }

    private void assertClear(String error, String... sentences) {
        assertContains(NodeFile.FILE + ": ", error);
        for (String sentence : sentences) {
            assertContains(sentence, error);
        }
    }

    /** A running node is given the mistake. */
    @Test
    public void aMistakeDoesNotStopARunningNode() throws Exception {
        NGridNode before = getOsgiService(NGridNode.class);
        LogTail log = new LogTail();
        file.edit(Map.of("heartbeat", "fast"));

        await().atMost(Containers.PATIENCE).until(() -> !log.errors().isEmpty());
        assertEquals(1, log.errors().size());
        assertClear(
                log.errors().get(0),
                "heartbeat = fast is not allowed; allowed: a whole number and a unit",
                "the node goes on as before");
        assertEquals(before, getOsgiService(NGridNode.class));
    }
}
