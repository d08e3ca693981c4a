package io.ngrid.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import io.ngrid.api.NGridException;
import io.ngrid.api.QueueSettings;
import io.ngrid.node.client.GridClient;
import io.ngrid.node.state.Action;
import io.ngrid.node.state.Result;
import io.ngrid.testkit.Loss;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Three whole nodes, storage included, in one thread on virtual time. */
@Timeout(value = 120, unit = TimeUnit.SECONDS)
class WholeNodesTest {
    private static final long TIMEOUT = 20 * SimulatedCluster.SECOND;

    @Test
    void thousandOffersAcrossALeaderCrashGiveTheSameTraceTwice() {
        assertThat(thousandOffersAcrossALeaderCrash(1)).isEqualTo(thousandOffersAcrossALeaderCrash(1));
    }

    @Test
    void severalSeedsLoseAndDoubleNothing() {
        for (long seed = 2; seed < 8; seed++) {
            thousandOffersAcrossALeaderCrash(seed);
        }
    }

    private static String thousandOffersAcrossALeaderCrash(long seed) {
        SimulatedCluster cluster = new SimulatedCluster(3, 0, seed);
        cluster.startAll();
        SimulatedNode leader = cluster.awaitLeader();
        cluster.note("leader " + leader);
        SimulatedNode caller = cluster.node(1);
        assertThat(leader).isNotSameAs(caller);
        GridClient client = caller.client();
        cluster.await(client.write(new Action.CreateQueue(QueueSettings.of("orders", "bytes")), TIMEOUT));

        List<CompletableFuture<GridClient.Done>> offers = new ArrayList<>();
        List<Integer> acknowledged = new ArrayList<>();
        for (int i = 0; i < 1_000; i++) {
            int number = i;
            byte[] body = Integer.toString(i).getBytes(StandardCharsets.US_ASCII);
            CompletableFuture<GridClient.Done> offer = client.write(new Action.Offer("orders", List.of(body)), TIMEOUT);
            offer.whenComplete((done, error) -> {
                cluster.note("offer " + number + " " + (error == null ? "done" : error));
                if (error == null) {
                    acknowledged.add(number);
                }
            });
            offers.add(offer);
            cluster.time().runFor(200_000);
            if (i == 500) {
                leader.crash();
                cluster.note("crashed " + leader);
            }
            if (i == 800) {
                leader.start();
            }
        }
        cluster.time()
                .runUntil(() -> offers.stream().allMatch(CompletableFuture::isDone), 60 * SimulatedCluster.SECOND);
        assertThat(acknowledged)
                .as("every offer is acknowledged, in order, seed " + seed)
                .hasSize(1_000)
                .isSorted();

        List<Integer> polled = pollAll(cluster, cluster.node(2).client());
        cluster.note("polled " + polled.size());
        assertThat(polled).as("delivered once and in order, seed " + seed).isEqualTo(acknowledged);
        return cluster.notes();
    }

    /** H31, H42: all nodes lose their power at once, right after an acknowledgement, and with it all that was not forced. */
    @Test
    void H42_nothingAcknowledgedIsMissingAfterAPowerCutOfAllNodes() {
        for (long seed = 20; seed < 26; seed++) {
            SimulatedCluster cluster = new SimulatedCluster(3, 0, seed);
            cluster.startAll();
            GridClient client = cluster.awaitLeader().client();
            cluster.await(client.write(new Action.CreateQueue(QueueSettings.of("orders", "bytes")), TIMEOUT));
            List<Integer> acknowledged = new ArrayList<>();
            for (int i = 0; i < 300; i++) {
                int number = i;
                byte[] body = Integer.toString(i).getBytes(StandardCharsets.US_ASCII);
                client.write(new Action.Offer("orders", List.of(body)), TIMEOUT)
                        .thenRun(() -> acknowledged.add(number));
                cluster.time().runFor(100_000);
            }
            assertThat(acknowledged).as("seed " + seed).isNotEmpty().hasSizeLessThan(300);
            cluster.nodes().forEach(node -> node.crash(Loss.ALL));
            List<Integer> promised = List.copyOf(acknowledged);
            cluster.startAll();
            cluster.awaitLeader();
            assertThat(pollAll(cluster, cluster.node(1).client()))
                    .as("seed " + seed)
                    .containsAll(promised)
                    .isSorted()
                    .doesNotHaveDuplicates();
        }
    }

    private static List<Integer> pollAll(SimulatedCluster cluster, GridClient client) {
        List<Integer> polled = new ArrayList<>();
        while (true) {
            GridClient.Done done = cluster.await(client.write(new Action.Poll("orders", 64), TIMEOUT));
            if (((Result.Polled) done.result()).sequences().isEmpty()) {
                return polled;
            }
            done.bodies().forEach(body -> polled.add(Integer.parseInt(new String(body, StandardCharsets.US_ASCII))));
        }
    }

    @Test
    void H03_aLoneNodeOfThreeAcknowledgesNothing() {
        SimulatedCluster cluster = new SimulatedCluster(3, 0, 77);
        cluster.startAll();
        SimulatedNode leader = cluster.awaitLeader();
        GridClient client = leader.client();
        cluster.await(client.write(new Action.CreateQueue(QueueSettings.of("orders", "bytes")), TIMEOUT));
        cluster.nodes().stream().filter(node -> node != leader).forEach(SimulatedNode::crash);
        CompletableFuture<GridClient.Done> offer =
                client.write(new Action.Offer("orders", List.of(new byte[1])), 5 * SimulatedCluster.SECOND);
        cluster.time().runUntil(offer::isDone, 6 * SimulatedCluster.SECOND);
        assertThat(offer).isCompletedExceptionally();
        assertThat(offer.handle((done, error) -> error).join()).isInstanceOf(NGridException.class);
    }
}
