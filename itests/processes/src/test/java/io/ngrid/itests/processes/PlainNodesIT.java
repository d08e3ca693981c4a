package io.ngrid.itests.processes;

import static io.ngrid.itests.processes.PlainCluster.LONG;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.ngrid.demo.Comparison;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Three plain-Java nodes in processes of their own, killed with -9 while they work. */
@Timeout(value = 300, unit = TimeUnit.SECONDS)
class PlainNodesIT {
    private static final int THREADS = 4;

    @RegisterExtension
    final PlainCluster cluster = new PlainCluster();

    /** H31, and the main job: offers on a follower, the leader killed under load and restarted. */
    @Test
    void H31_leaderKilledUnderLoadAndRestarted() {
        int each = 1_500;
        cluster.startAll();
        PlainProcess leader = cluster.awaitLeader(LONG);
        PlainProcess consumer = cluster.others(leader).get(0);
        PlainProcess producer = cluster.others(leader).get(1);
        consumer.tell("consume " + cluster.path("taken"));
        producer.tell("produce " + cluster.path("offered") + " " + THREADS + " " + each + " 0 0");
        await().atMost(LONG).until(() -> cluster.ledger("offered").lines().size() > THREADS * each / 3);
        leader.kill();
        cluster.start(cluster.number(leader));
        await().atMost(LONG)
                .until(() -> cluster.ledger("offered").elements("end").size() == THREADS);
        cluster.awaitDrained(consumer);

        Comparison comparison = Comparison.of(cluster.ledger("offered"), cluster.ledger("taken"));
        System.out.println("leader killed: " + comparison + " unknown offers=" + comparison.unknownOffers()
                + " unknown polls=" + comparison.unknownPolls());
        assertThat(comparison.duplicated()).isZero();
        assertThat(comparison.reordered()).isZero();
        assertThat(comparison.lost()).isLessThanOrEqualTo(comparison.unknownPolls());
        assertThat(comparison.delivered()).isPositive();
    }

    /** H29: all nodes killed at once under load; nothing acknowledged is missing, and a leader is back soon. */
    @Test
    void H29_allNodesKilledAtOnceUnderLoadAndRestarted() {
        cluster.startAll();
        PlainProcess producer = cluster.node(1);
        producer.tell("produce " + cluster.path("offered") + " " + THREADS + " 1000000 0 0");
        await().atMost(LONG).until(() -> cluster.ledger("offered").lines().size() > 3_000);
        Signal.KILL.send(cluster.nodes().stream().mapToLong(PlainProcess::pid).toArray());
        cluster.nodes().forEach(PlainProcess::kill);

        List<String> acknowledged = cluster.ledger("offered").elements("ok");
        cluster.startAll();
        PlainProcess consumer = cluster.node(2);
        consumer.tell("consume " + cluster.path("taken"));
        await().atMost(LONG).until(() -> !cluster.ledger("taken").lines().isEmpty());
        cluster.awaitDrained(consumer);

        List<String> taken = cluster.ledger("taken").elements("ok");
        System.out.println(
                "all killed: acknowledged=" + acknowledged.size() + " delivered=" + taken.size() + " unknown polls="
                        + cluster.ledger("taken").elements("unknown").size());
        assertThat(taken).doesNotHaveDuplicates().containsAll(acknowledged);
        assertThat(taken).hasSizeLessThanOrEqualTo(acknowledged.size() + THREADS); // one in flight a thread
        for (int thread = 1; thread <= THREADS; thread++) {
            String prefix = "node-1-p" + thread + "-";
            List<Integer> numbers = taken.stream()
                    .filter(element -> element.startsWith(prefix))
                    .map(element -> Integer.parseInt(element.substring(prefix.length())))
                    .toList();
            assertThat(numbers).isSorted();
        }
    }
}
