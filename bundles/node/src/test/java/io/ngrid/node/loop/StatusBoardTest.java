package io.ngrid.node.loop;

import static io.ngrid.node.loop.LeaderScript.NODE;
import static io.ngrid.node.loop.LeaderScript.SESSION;
import static org.assertj.core.api.Assertions.assertThat;

import io.ngrid.api.MapSettings;
import io.ngrid.api.NGridConfig;
import io.ngrid.api.NodeId;
import io.ngrid.api.NodeInfo;
import io.ngrid.api.NodeState;
import io.ngrid.node.state.Action;
import io.ngrid.node.state.Command;
import io.ngrid.node.state.CommandCodec;
import io.ngrid.node.state.GridState;
import io.ngrid.spi.EntryKind;
import io.ngrid.spi.LogEntry;
import io.ngrid.spi.transport.LocalIdentity;
import io.ngrid.spi.transport.PeerStatus;
import io.ngrid.spi.view.NodeStatus;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a node publishes of itself. */
class StatusBoardTest {
    private static NodeStatus status(String host, GridState state) {
        StatusBoard board = new StatusBoard(
                NGridConfig.builder().nodeId("node-1").host(host).build(), 0);
        board.listening(7400);
        PeerStatus peer = new PeerStatus(new NodeInfo(new NodeId("node-2"), host, 7400), true, 0, 0, 0, 0, 0, 0, 0);
        return board.build(
                1,
                NodeState.FOLLOWER,
                "",
                new LocalIdentity(NODE.storage(), null, List.of(), false),
                null,
                List.of(peer),
                null,
                state);
    }

    /** The state after one map was created with one list of classes after the other. */
    private static GridState withClasses(List<List<String>> lists) {
        GridState[] last = {GridState.EMPTY};
        Applier applier =
                new Applier(GridState.EMPTY, new MemoryBodies(), (state, outcomes, hashes, bytes) -> last[0] = state);
        List<LogEntry> log = new ArrayList<>();
        append(log, new Command.OpenSession(SESSION, NODE, 1));
        for (List<String> classes : lists) {
            MapSettings settings = new MapSettings("m", "string", List.of(), "kryo", classes);
            append(
                    log,
                    new Command.Execute(SESSION, log.size(), 1, List.of(), List.of(), new Action.CreateMap(settings)));
        }
        applier.apply(log);
        return last[0];
    }

    private static void append(List<LogEntry> log, Command command) {
        log.add(new LogEntry(log.size() + 1, 1, log.size(), EntryKind.COMMAND, CommandCodec.encode(command)));
    }

    /** Otherwise consumers elsewhere keep the short list, and cannot read what was written by the longer one. */
    @Test
    void listenersHearOfALongerListOfClassesOfAMap() {
        NodeStatus before = status("h", withClasses(List.of(List.of("a"))));
        NodeStatus after = status("h", withClasses(List.of(List.of("a"), List.of("a", "b"))));
        assertThat(StatusBoard.tellsListeners(before, after)).isTrue();
        assertThat(StatusBoard.tellsListeners(after, after)).isFalse();
    }

    @Test
    void addressesCanBeReadBackAlsoThoseOfIpv6() {
        assertThat(status("::1", GridState.EMPTY).address()).isEqualTo("[::1]:7400");
        assertThat(status("::1", GridState.EMPTY).peers())
                .extracting(NodeStatus.PeerView::address)
                .containsExactly("[::1]:7400");
        assertThat(status("host", GridState.EMPTY).address()).isEqualTo("host:7400");
    }
}
