package io.ngrid.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import io.ngrid.api.QueueSettings;
import io.ngrid.node.client.GridClient;
import io.ngrid.node.state.Action;
import io.ngrid.spi.view.NodeStatus;
import io.ngrid.testkit.MemoryDisk;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A cluster without traffic writes nothing [C3]. */
@Timeout(value = 120, unit = TimeUnit.SECONDS)
class IdleClusterTest {
    private static final long SECOND = SimulatedCluster.SECOND;

    /**
     * After the last change: one seal, and one checkpoint half a minute later. Open sessions, waiting calls, heartbeats and
     * the eyes of people on it add nothing, whatever the time.
     */
    @Test
    void H39_sessionsHeartbeatsWaitingCallsAndViewsWriteNothing() {
        SimulatedCluster cluster = new SimulatedCluster(3, 0, 5);
        cluster.startAll();
        cluster.awaitLeader();
        GridClient first = cluster.node(1).client();
        cluster.await(first.write(new Action.CreateQueue(QueueSettings.of("orders", "bytes")), 20 * SECOND));
        cluster.await(first.write(new Action.Offer("orders", List.of(new byte[9])), 20 * SECOND));
        cluster.await(cluster.node(2).client().write(new Action.Poll("orders", 1), 20 * SECOND));
        List<CompletableFuture<GridClient.Done>> waiting = new ArrayList<>();
        cluster.nodes()
                .forEach(node -> waiting.add(
                        node.client().pollWaiting(new Action.Poll("orders", 1), 6_000 * SECOND, 20 * SECOND)));
        cluster.time().runFor(40 * SECOND);
        List<MemoryDisk.Counters> before = counters(cluster);
        List<Long> ends = lastIndexes(cluster);
        for (int minute = 0; minute < 10; minute++) {
            cluster.time().runFor(60 * SECOND);
            assertThat(cluster.nodes())
                    .allSatisfy(node -> assertThat(status(node).reason()).isEmpty());
        }
        assertThat(waiting).noneMatch(CompletableFuture::isDone);
        assertThat(lastIndexes(cluster)).isEqualTo(ends);
        assertThat(counters(cluster)).isEqualTo(before);
    }

    private static List<MemoryDisk.Counters> counters(SimulatedCluster cluster) {
        return cluster.nodes().stream().map(node -> node.disk().counters()).toList();
    }

    private static List<Long> lastIndexes(SimulatedCluster cluster) {
        return cluster.nodes().stream().map(node -> status(node).lastIndex()).toList();
    }

    private static NodeStatus status(SimulatedNode node) {
        return Objects.requireNonNull(node.status());
    }
}
