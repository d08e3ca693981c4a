package io.ngrid.itests.karaf;

import static org.awaitility.Awaitility.await;
import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertThrows;
import static org.junit.Assert.assertTrue;

import java.util.Arrays;
import java.util.List;
import org.apache.karaf.itests.KarafTestSupport;
import org.apache.karaf.jaas.boot.principal.RolePrincipal;
import org.junit.Test;
import org.junit.runner.RunWith;
import org.ops4j.pax.exam.Configuration;
import org.ops4j.pax.exam.Option;
import org.ops4j.pax.exam.junit.PaxExam;
import org.ops4j.pax.exam.spi.reactors.ExamReactorStrategy;
import org.ops4j.pax.exam.spi.reactors.PerSuite;

/** The commands of scope ngrid, over ssh. */
@RunWith(PaxExam.class)
@ExamReactorStrategy(PerSuite.class)
public class ShellCase extends KarafTestSupport {
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

    /** The cells of the row that begins with a word. */
    private List<String> row(String command, String first) throws Exception {
        List<String> lines = shell().succeed(command);
        List<String> found =
                lines.stream().filter(line -> line.startsWith(first)).toList();
        assertEquals(lines.toString(), 1, found.size());
        return Arrays.stream(found.get(0).split("\\t|\\s\\|\\s|\\s\\|$", -1))
                .map(String::trim)
                .toList();
    }

    @Test
    public void statusShowsTheNode() throws Exception {
        assertEquals("Property | Value", shell().succeed("ngrid:status").get(0));
        assertTrue(row("ngrid:status", "Node").get(1).matches("node-1 at 127\\.0\\.0\\.1:\\d+"));
        assertEquals(List.of("Writes", "accepted"), row("ngrid:status --no-format", "Writes"));
        assertEquals(List.of("Leader", "node-1"), row("ngrid:status --no-format", "Leader"));
    }

    @Test
    public void nodeListShowsTheNodes() throws Exception {
        List<String> node = row("ngrid:node-list --no-format", "node-1");
        assertEquals(
                List.of("node-1 (here)", "LEADER", "true", "true"),
                List.of(node.get(0), node.get(2), node.get(3), node.get(4)));
        assertTrue(shell().succeed("ngrid:node-list").get(0).startsWith("Node "));
    }

    @Test
    public void aTextGoesInAndOut() throws Exception {
        assertEquals(List.of("offered"), shell().succeed("ngrid:queue-offer default 'first one'"));
        assertEquals(List.of("offered"), shell().succeed("ngrid:queue-offer default second"));

        await().atMost(Containers.PATIENCE)
                .until(() -> row("ngrid:queue-list --no-format", "default").get(2), "2"::equals);
        assertEquals(List.of("0", "first one"), row("ngrid:queue-browse --no-format default", "0"));
        assertEquals(List.of("1", "second"), row("ngrid:queue-browse --offset 1 --max 1 default", "1"));
        assertEquals(List.of("first one"), shell().succeed("ngrid:queue-poll default"));
        assertEquals(List.of("second"), shell().succeed("ngrid:queue-poll default"));
        assertEquals(List.of("empty"), shell().succeed("ngrid:queue-poll default"));
    }

    @Test
    public void aValueGoesInAndOut() throws Exception {
        assertEquals(List.of("absent"), shell().succeed("ngrid:map-get default shell"));
        assertEquals(List.of("absent"), shell().succeed("ngrid:map-put default shell one"));
        assertEquals(List.of("one"), shell().succeed("ngrid:map-put default shell two"));
        assertEquals(List.of("two"), shell().succeed("ngrid:map-get default shell"));
    }

    @Test
    public void aNodeVerifiesItsFiles() throws Exception {
        assertTrue(shell().succeed("ngrid:log-verify").get(0).startsWith("File "));
        List<String> vote = row("ngrid:log-verify --no-format", "group-0/vote");
        assertEquals(List.of("group-0/vote", "epoch and vote", "2", "8192", "OK"), vote.subList(0, 5));
        List<String> lines = shell().succeed("ngrid:log-verify --no-format");
        assertTrue(lines.get(lines.size() - 1).startsWith("verify: OK files="));
    }

    @Test
    public void H05_anUnknownNameIsOneLineWithTheWayOut() throws Exception {
        assertError("ngrid:queue-offer nosuch x", "there is no queue named 'nosuch' here; there are: default");
        assertError("ngrid:queue-poll nosuch", "there is no queue named 'nosuch' here; there are: default");
        assertError("ngrid:queue-browse nosuch", "there is no queue named 'nosuch' here; there are: default");
        assertError("ngrid:map-get nosuch k", "there is no map named 'nosuch' here; there are: default");
        assertError("ngrid:map-put nosuch k v", "there is no map named 'nosuch' here; there are: default");
    }

    @Test
    public void aBadArgumentIsOneLineThatNamesIt() throws Exception {
        assertError("ngrid:queue-offer default", "argument text is required");
        assertError("ngrid:queue-poll default extra", "too many arguments specified");
        assertError(
                "ngrid:queue-browse --max many default",
                "unable to convert option --max with value 'many' to type int");
        assertError("ngrid:queue-browse --max 0 default", "max = 0 is not allowed: 1 to 10000");
        assertError("ngrid:queue-browse --offset -5 default", "offset = -5 is not allowed: 0 or more");
    }

    private void assertError(String command, String sentence) throws Exception {
        assertContains(sentence, shell().fail(command));
    }

    @Test
    public void aViewerLooksAndChangesNothing() {
        RolePrincipal viewer = new RolePrincipal("viewer");

        assertContains("default", executeCommand("ngrid:queue-list", viewer));
        assertThrows(RuntimeException.class, () -> executeCommand("ngrid:queue-offer default x", viewer));
        assertThrows(RuntimeException.class, () -> executeCommand("ngrid:map-put default k v", viewer));
    }
}
