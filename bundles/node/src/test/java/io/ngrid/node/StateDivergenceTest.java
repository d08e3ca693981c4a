package io.ngrid.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.ngrid.api.Codecs;
import io.ngrid.api.DistributedMap;
import io.ngrid.api.NGridNode;
import io.ngrid.api.NoQuorumException;
import io.ngrid.api.NodeId;
import io.ngrid.api.NodeState;
import io.ngrid.api.NotExecutedException;
import io.ngrid.spi.view.NodeStatus;
import io.ngrid.spi.view.NodeView;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** H06, H43: a node whose state is not what the log says is found, and serves nobody [R6]. */
@Timeout(value = 120, unit = TimeUnit.SECONDS)
class StateDivergenceTest {
    private static final Duration SOON = Duration.ofSeconds(30);

    @TempDir
    Path directory;

    private static NodeStatus status(NGridNode node) {
        return ((NodeView) node).status();
    }

    private static DistributedMap<String, String> map(NGridNode node) {
        return node.map("m", Codecs.string(), Codecs.string());
    }

    private static NGridNode awaitLeader(Nodes nodes) {
        await().atMost(SOON).until(() -> nodes.all().stream().anyMatch(node -> node.state() == NodeState.LEADER));
        return nodes.all().stream()
                .filter(node -> node.state() == NodeState.LEADER)
                .findFirst()
                .orElseThrow();
    }

    @Test
    void H43_aFollowerThatDiffersServesNoMoreAndTheOthersGoOn() throws IOException {
        try (Nodes nodes = new Nodes(directory, 3).start()) {
            NGridNode leader = awaitLeader(nodes);
            map(leader).put("a", "1");
            NGridNode follower = nodes.all().stream()
                    .filter(node -> node.state() == NodeState.FOLLOWER)
                    .findFirst()
                    .orElseThrow();
            nodes.memory(follower).rots = true;
            map(leader).put("b", "rot");
            await().atMost(SOON).until(() -> follower.state() == NodeState.DEGRADED);
            assertThat(follower.reason())
                    .contains("majority")
                    .contains("another state")
                    .contains(follower.id().value());
            assertThatThrownBy(() -> map(follower).getLocal("b"))
                    .isInstanceOf(NotExecutedException.class)
                    .hasMessageContaining("another state");
            map(leader).put("c", "3");
            long last = status(leader).lastIndex();
            List<NGridNode> right =
                    nodes.all().stream().filter(node -> node != follower).toList();
            await().atMost(SOON)
                    .until(() -> right.stream().allMatch(node -> status(node).agreedIndex() >= last));
            assertThat(right)
                    .extracting(node -> status(node).stateHash())
                    .containsOnly(status(leader).stateHash());
            assertThat(status(follower).agreedIndex()).isLessThan(last);
        }
    }

    @Test
    void H43_aLeaderThatDiffersHandsOver() throws IOException {
        try (Nodes nodes = new Nodes(directory, 3).start()) {
            NGridNode leader = awaitLeader(nodes);
            NodeId wrong = leader.id();
            map(leader).put("a", "1");
            nodes.memory(leader).rots = true;
            map(leader).put("b", "rot");
            await().atMost(SOON).until(() -> leader.state() == NodeState.DEGRADED);
            NGridNode other = nodes.all().stream()
                    .filter(node -> node != leader)
                    .findFirst()
                    .orElseThrow();
            await().atMost(SOON)
                    .until(() -> other.leader().filter(id -> !id.equals(wrong)).isPresent());
            assertThat(map(other).get("b")).isEqualTo("rot");
            assertThat(map(other).put("b", "2")).isEqualTo("rot");
        }
    }

    @Test
    void H43_withoutAMajorityNobodyServesAndAllSaySo() throws IOException {
        try (Nodes nodes = new Nodes(directory, 2, Duration.ofSeconds(2)).start()) {
            NGridNode leader = awaitLeader(nodes);
            map(leader).put("a", "1");
            nodes.memory(leader).rots = true;
            map(leader).put("b", "rot");
            await().atMost(SOON).until(() -> nodes.all().stream().allMatch(node -> node.state() == NodeState.DEGRADED));
            for (NGridNode node : nodes.all()) {
                assertThat(node.reason())
                        .contains("no majority")
                        .contains("node-1")
                        .contains("node-2");
                DistributedMap<String, String> quick = map(node);
                assertThatThrownBy(() -> quick.get("a"))
                        .isInstanceOf(NoQuorumException.class)
                        .hasMessageContaining("no majority");
                assertThatThrownBy(() -> quick.put("a", "2"))
                        .isInstanceOf(NoQuorumException.class)
                        .hasMessageContaining("no majority");
                assertThatThrownBy(() -> quick.getLocal("a")).isInstanceOf(NotExecutedException.class);
            }
        }
    }
}
