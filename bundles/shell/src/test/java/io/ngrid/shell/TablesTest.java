package io.ngrid.shell;

import static org.assertj.core.api.Assertions.assertThat;

import io.ngrid.api.FullPolicy;
import io.ngrid.api.NodeId;
import io.ngrid.api.NodeState;
import io.ngrid.spi.storage.FileCheck;
import io.ngrid.spi.storage.StorageReport;
import io.ngrid.spi.view.NodeStatus;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.apache.karaf.shell.support.table.ShellTable;
import org.junit.jupiter.api.Test;

class TablesTest {
    private static final NodeId ONE = new NodeId("node-1");
    private static final NodeId TWO = new NodeId("node-2");
    private static final NodeStatus STATUS = new NodeStatus(
            ONE,
            "127.0.0.1:7401",
            "ngrid",
            "c",
            "s",
            NodeState.FOLLOWER,
            "because",
            TWO,
            4,
            List.of(ONE, TWO),
            2,
            2,
            1,
            true,
            1,
            10,
            10,
            9,
            8,
            0,
            10,
            4096,
            "",
            70,
            1000,
            5,
            120,
            300,
            1,
            1,
            0,
            0,
            60_000,
            "00000000000000af",
            8,
            List.of(new NodeStatus.PeerView(TWO, "127.0.0.1:7402", true, true, -1, -1, 0, 5, 6, 1, 42)),
            List.of(new NodeStatus.QueueView(
                    "orders", "string", List.of(), 3, Long.MAX_VALUE, FullPolicy.REJECT, 7, 4, 1)),
            List.of());

    private static String print(ShellTable table, boolean format) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        table.print(new PrintStream(bytes, true, StandardCharsets.UTF_8), format);
        return bytes.toString(StandardCharsets.UTF_8);
    }

    @Test
    void status() {
        assertThat(print(Tables.status(STATUS), true))
                .contains("node-1 at 127.0.0.1:7401")
                .contains("because")
                .contains("replication=2 election=2 commit=1")
                .contains("commit=9 applied=8")
                .contains("state=00000000000000af agreed=8");
    }

    @Test
    void noTwoRowsOfTheStatusHaveTheSameName() {
        assertThat(print(Tables.status(STATUS), false).lines())
                .extracting(line -> line.split("\t")[0].strip())
                .doesNotHaveDuplicates();
    }

    @Test
    void nodes() {
        String text = print(Tables.nodes(STATUS), false);
        assertThat(text.lines()).hasSize(2);
        assertThat(text.lines().toList().get(0)).contains("node-1 (here)").contains("FOLLOWER");
        assertThat(text.lines().toList().get(1))
                .contains("node-2")
                .contains("LEADER")
                .contains("42");
    }

    @Test
    void queues() {
        assertThat(print(Tables.queues(STATUS), false))
                .contains("orders")
                .contains("7")
                .doesNotContain("Queue");
    }

    @Test
    void elements() {
        assertThat(print(Tables.elements(5, List.of("a", "b")), false)
                        .lines()
                        .toList()
                        .get(1))
                .contains("6")
                .contains("b");
    }

    @Test
    void files() {
        StorageReport report = new StorageReport(
                List.of(new FileCheck("group-0/vote", "epoch and vote", 2, 8192, FileCheck.Verdict.TORN, "why")));
        assertThat(print(Tables.files(report), true)).startsWith("File").contains("Verdict", "Note");
        assertThat(print(Tables.files(report), false)).contains("group-0/vote", "2", "8192", "TORN", "why");
    }
}
