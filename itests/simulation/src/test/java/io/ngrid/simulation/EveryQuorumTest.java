package io.ngrid.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import io.ngrid.api.NoQuorumException;
import io.ngrid.api.QueueSettings;
import io.ngrid.node.client.GridClient;
import io.ngrid.node.state.Action;
import io.ngrid.node.state.Answer;
import io.ngrid.node.state.Query;
import io.ngrid.spi.Quorums;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Commit by C, answer by W [R2], for every W of clusters of one to five: what goes on when one node after the other dies. */
@Timeout(value = 120, unit = TimeUnit.SECONDS)
class EveryQuorumTest {
    private static final long SECOND = SimulatedCluster.SECOND;

    static Stream<Arguments> quorums() {
        return IntStream.rangeClosed(1, 5)
                .boxed()
                .flatMap(n -> IntStream.rangeClosed(1, n).mapToObj(w -> Arguments.of(n, w)));
    }

    @ParameterizedTest(name = "N={0} W={1}")
    @MethodSource("quorums")
    void writesNeedWNodesAndReadsNeedC(int n, int w) {
        Quorums quorums = Quorums.of(n, w);
        SimulatedCluster cluster = new SimulatedCluster(n, w, 100 * n + w);
        cluster.startAll();
        SimulatedNode leader = cluster.awaitLeader();
        GridClient client = leader.client();
        cluster.await(client.write(new Action.CreateQueue(QueueSettings.of("orders", "bytes")), 20 * SECOND));
        List<SimulatedNode> others = new ArrayList<>(cluster.nodes());
        others.remove(leader);
        long written = 0;
        for (int alive = n; alive >= 1; alive--) {
            if (alive < n) {
                others.remove(0).crash();
                cluster.time().runFor(2 * SECOND);
            }
            Throwable offered = outcome(cluster, client.write(offer(), 2 * SECOND));
            if (alive >= w) {
                assertThat(offered).as("a write with %s nodes", alive).isNull();
                written++;
            } else {
                assertThat(offered).as("a write with %s nodes", alive).isInstanceOf(NoQuorumException.class);
            }
            CompletableFuture<GridClient.Read> size = client.read(new Query.QueueSize("orders"), 2 * SECOND);
            Throwable read = outcome(cluster, size);
            if (alive >= quorums.commit()) {
                assertThat(read).as("a read with %s nodes", alive).isNull();
                assertThat(size.join().answer()).isEqualTo(new Answer.Count(written));
                assertThat(leader.leads()).isTrue();
            } else {
                assertThat(read).as("a read with %s nodes", alive).isInstanceOf(NoQuorumException.class);
                assertThat(leader.leads()).isFalse();
            }
        }
    }

    /** W is the caller's promise, C the cluster's progress: a no-op and a read do not wait for W. */
    @Test
    void withFewerThanWNodesANewLeaderIsElectedAndServesReads() {
        SimulatedCluster cluster = new SimulatedCluster(5, 5, 7);
        cluster.startAll();
        SimulatedNode first = cluster.awaitLeader();
        cluster.await(first.client().write(new Action.CreateQueue(QueueSettings.of("orders", "bytes")), 20 * SECOND));
        cluster.await(first.client().write(offer(), 20 * SECOND));
        first.crash();
        SimulatedNode second = cluster.awaitLeader();
        CompletableFuture<GridClient.Read> size = second.client().read(new Query.QueueSize("orders"), 20 * SECOND);
        assertThat(cluster.await(size).answer()).isEqualTo(new Answer.Count(1));
        assertThat(outcome(cluster, second.client().write(offer(), 3 * SECOND))).isInstanceOf(NoQuorumException.class);
        first.start();
        assertThat(outcome(cluster, second.client().write(offer(), 20 * SECOND)))
                .isNull();
    }

    private static Action offer() {
        return new Action.Offer("orders", List.of(new byte[1]));
    }

    private static @Nullable Throwable outcome(SimulatedCluster cluster, CompletableFuture<?> call) {
        try {
            cluster.await(call);
            return null;
        } catch (CompletionException e) {
            return e.getCause();
        }
    }
}
