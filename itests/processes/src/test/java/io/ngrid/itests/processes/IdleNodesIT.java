package io.ngrid.itests.processes;

import static io.ngrid.itests.processes.PlainCluster.LONG;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.parallel.Isolated;

/**
 * What nodes cost that have nothing to do, in processes of their own. It is CPU time, not time on the wall, so that a busy
 * machine changes it little: only through colder caches.
 */
@Isolated
@Timeout(value = 300, unit = TimeUnit.SECONDS)
class IdleNodesIT {
    private static final double MOST_PERCENT = 1.0;
    private static final Duration SETTLE = Duration.ofSeconds(30);
    private static final Duration MEASURE = Duration.ofSeconds(20);

    /**
     * The least of so many counts. A node that burns does so all the time; what a JVM still compiles, and caches that others
     * on the machine have emptied, only add to one or the other.
     */
    private static final int MEASUREMENTS = 4;

    /**
     * A heartbeat comes seven times a second, and a JVM compiles well what has run thousands of times: with its usual
     * settings that takes ten minutes, in which the same node costs twice as much.
     */
    private static final String COMPILED_AS_AFTER_TEN_MINUTES = "-XX:CompileThresholdScaling=0.03";

    @RegisterExtension
    final PlainCluster cluster = new PlainCluster(List.of("-Xmx128m", COMPILED_AS_AFTER_TEN_MINUTES));

    private record Cpu(long node, long process, long wall) {
        static Cpu of(PlainProcess node) {
            long[] numbers = Arrays.stream(node.ask("cpu").split(" "))
                    .limit(3)
                    .mapToLong(Long::parseLong)
                    .toArray();
            return new Cpu(numbers[0], numbers[1], numbers[2]);
        }

        double nodePercent(Cpu since) {
            return 100.0 * (node - since.node) / (wall - since.wall);
        }

        double processPercent(Cpu since) {
            return 100.0 * (process - since.process) / (wall - since.wall);
        }
    }

    /**
     * The bound is for the threads of the node; what the JVM adds (compiler, periodic threads) is shown beside it. First
     * the nodes work for a moment, so that what idles is what users have: compiled code, and a log that is not empty.
     */
    @Test
    void H41_anIdleNodeUsesLessThanAHundredthOfACore() {
        cluster.startAll();
        PlainProcess leader = cluster.awaitLeader(LONG);
        List<PlainProcess> followers = cluster.others(leader);
        followers.get(0).tell("consume " + cluster.path("taken"));
        followers.get(1).tell("produce " + cluster.path("offered") + " 4 2500 0 0");
        await().atMost(LONG)
                .until(() -> cluster.ledger("offered").elements("end").size() == 4);
        cluster.awaitDrained(followers.get(0));
        cluster.nodes().forEach(node -> node.tell("stop"));
        await().during(SETTLE).atMost(SETTLE.plusSeconds(5)).until(() -> true);

        Map<PlainProcess, Double> least = new LinkedHashMap<>();
        for (int i = 0; i < MEASUREMENTS && !isIdle(least); i++) {
            measure(leader).forEach((node, percent) -> least.merge(node, percent, Math::min));
        }

        assertThat(least.values()).allSatisfy(used -> assertThat(used).isLessThan(MOST_PERCENT));
    }

    private boolean isIdle(Map<PlainProcess, Double> percent) {
        return percent.size() == cluster.nodes().size()
                && percent.values().stream().allMatch(used -> used < MOST_PERCENT);
    }

    private Map<PlainProcess, Double> measure(PlainProcess leader) {
        Map<PlainProcess, Cpu> before = new LinkedHashMap<>();
        cluster.nodes().forEach(node -> before.put(node, Cpu.of(node)));
        await().during(MEASURE).atMost(MEASURE.plusSeconds(10)).until(() -> cluster.agreed() == leader);
        Map<PlainProcess, Double> percent = new LinkedHashMap<>();
        before.forEach((node, since) -> {
            Cpu now = Cpu.of(node);
            percent.put(node, now.nodePercent(since));
            System.out.printf(
                    Locale.ROOT,
                    "idle: %s %s node=%.2f%% process=%.2f%% of a core%n",
                    node.id(),
                    node.state().name(),
                    now.nodePercent(since),
                    now.processPercent(since));
        });
        return percent;
    }
}
