package io.ngrid.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.ngrid.api.Codecs;
import io.ngrid.api.DistributedQueue;
import io.ngrid.api.NGridNode;
import io.ngrid.api.NodeState;
import io.ngrid.api.NotExecutedException;
import io.ngrid.api.OutcomeUnknownException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** H20: an Error within a lane ends the node's service, and nobody waits for it. */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class ApplyErrorTest {
    private static final Duration SOON = Duration.ofSeconds(30);

    @TempDir
    Path directory;

    private static DistributedQueue<String> queue(NGridNode node) {
        return node.queue("orders", Codecs.string());
    }

    private static NGridNode leaderOf(Nodes nodes) {
        await().atMost(SOON).until(() -> nodes.all().stream().anyMatch(node -> node.state() == NodeState.LEADER));
        return nodes.all().stream()
                .filter(node -> node.state() == NodeState.LEADER)
                .findFirst()
                .orElseThrow();
    }

    @Test
    void H20_aLeaderThatThrowsAnErrorInApplySaysSoAndTheOthersGoOnWithWhatItHadCommitted() throws Exception {
        Nodes nodes = new Nodes(directory, 3, Duration.ofSeconds(5)).start();
        NGridNode leader = leaderOf(nodes);
        List<NGridNode> others =
                nodes.all().stream().filter(node -> node != leader).toList();
        queue(leader).put("a");

        nodes.memory(leader).usedUp = true;
        CompletableFuture<Boolean> atTheLeader = queue(leader).offerAsync("b");
        CompletableFuture<Boolean> elsewhere = queue(others.get(0)).offerAsync("c");

        await().atMost(SOON).until(() -> leader.state() == NodeState.DEGRADED);
        assertThat(leader.reason()).contains("OutOfMemoryError");
        assertThat(elsewhere.get(30, TimeUnit.SECONDS)).isTrue();
        assertThatThrownBy(() -> atTheLeader.get(30, TimeUnit.SECONDS))
                .as("it was in the log")
                .hasCauseInstanceOf(OutcomeUnknownException.class)
                .hasMessageContaining("OutOfMemoryError");
        assertThat(queue(others.get(1)).pollBatch(10)).contains("a", "c").doesNotHaveDuplicates();
        assertThatThrownBy(() -> queue(leader).offer("d"))
                .isInstanceOf(NotExecutedException.class)
                .hasMessageContaining("OutOfMemoryError");
        assertThat(CompletableFuture.runAsync(nodes::close)).succeedsWithin(SOON);
    }

    /** Its replication core has the entry, its log does not: that core can be asked nothing more. */
    @Test
    void H20_aLeaderThatThrowsAnErrorOnTheEventLoopBeforeAnEntryIsInItsLogGivesWayToAnother() throws Exception {
        Nodes nodes = new Nodes(directory, 3, Duration.ofSeconds(5)).start();
        NGridNode leader = leaderOf(nodes);
        NGridNode other = nodes.all().stream()
                .filter(node -> node != leader)
                .findFirst()
                .orElseThrow();
        queue(leader).put("a");

        nodes.memory(leader).logUsedUp = true;
        CompletableFuture<Boolean> atTheLeader = queue(leader).offerAsync("b");

        await().atMost(SOON).until(() -> leader.state() == NodeState.DEGRADED);
        assertThat(leader.reason()).contains("OutOfMemoryError");
        assertThatThrownBy(() -> atTheLeader.get(30, TimeUnit.SECONDS))
                .hasCauseInstanceOf(OutcomeUnknownException.class)
                .hasMessageContaining("OutOfMemoryError");
        assertThat(queue(other).offerAsync("c").get(30, TimeUnit.SECONDS)).isTrue();
        assertThat(queue(other).pollBatch(10)).containsExactly("a", "c");
        assertThat(CompletableFuture.runAsync(nodes::close)).succeedsWithin(SOON);
    }
}
