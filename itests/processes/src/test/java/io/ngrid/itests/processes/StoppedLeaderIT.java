package io.ngrid.itests.processes;

import static io.ngrid.itests.processes.PlainCluster.LONG;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.ngrid.demo.Comparison;
import io.ngrid.demo.Ledger;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A leader that stands still as if its machine were frozen, and goes on as if nothing had been. */
@Timeout(value = 300, unit = TimeUnit.SECONDS)
class StoppedLeaderIT {
    private static final long ELECTION_TIMEOUT_MILLIS = 1_000;
    private static final double[] TIMEOUTS = {0.5, 1, 2, 5};
    private static final Duration REJOINS = Duration.ofSeconds(10);

    @RegisterExtension
    final PlainCluster cluster = new PlainCluster();

    /**
     * Every node offers and reads all the time, the stopped leader too as soon as it goes on: it does not know yet that it
     * leads no more. One node puts rising numbers into a map, so that a read is stale if it is lower than what had been
     * acknowledged before the read began; all processes share one monotonic clock.
     */
    @Test
    void H30_leaderStoppedAndContinuedUnderLoad() {
        cluster.startAll();
        cluster.awaitLeader(LONG);
        for (int number = 1; number <= PlainCluster.NODES; number++) {
            PlainProcess node = cluster.node(number);
            node.tell("produce " + cluster.path("offered-" + number) + " 2 1000000 2 0");
            node.tell("get " + cluster.path("read-" + number));
        }
        cluster.node(1).tell("put " + cluster.path("put"));
        cluster.node(2).tell("consume " + cluster.path("taken"));
        for (double timeouts : TIMEOUTS) {
            awaitProgress(Work.millis());
            stopLeaderFor(timeouts);
        }
        cluster.nodes().forEach(node -> node.tell("stop"));
        String[] ledgers = {"offered-1", "offered-2", "offered-3"};
        await().atMost(LONG)
                .until(() -> cluster.ledger(ledgers).elements("end").size() == 2 * PlainCluster.NODES
                        && !cluster.ledger("taken").elements("end").isEmpty());
        PlainProcess consumer = restarted(2);
        consumer.tell("consume " + cluster.path("rest"));
        cluster.awaitDrained(consumer);

        Comparison comparison = Comparison.of(cluster.ledger(ledgers), cluster.ledger("taken", "rest"));
        List<String> stale = staleReads();
        System.out.println("leader stopped: " + comparison + " unknown offers=" + comparison.unknownOffers()
                + " unknown polls=" + comparison.unknownPolls() + " stale reads=" + stale.size());
        assertThat(stale).isEmpty();
        assertThat(comparison.duplicated()).isZero();
        assertThat(comparison.reordered()).isZero();
        assertThat(comparison.lost()).isLessThanOrEqualTo(comparison.unknownPolls());
        assertThat(comparison.delivered()).isPositive();
    }

    private void stopLeaderFor(double timeouts) {
        PlainProcess leader = cluster.awaitLeader(REJOINS);
        long millis = Math.round(timeouts * ELECTION_TIMEOUT_MILLIS);
        Signal.STOP.send(leader.pid());
        long stopped = Work.millis();
        await().pollDelay(Duration.ofMillis(millis)).atMost(LONG).until(() -> true);
        Signal.CONT.send(leader.pid());
        long continued = Work.millis();
        if (timeouts >= 2) { // long enough for another one to be elected meanwhile, who served
            assertThat(cluster.ledger("offered-1", "offered-2", "offered-3").lines())
                    .anyMatch(
                            line -> line.event().equals("ok") && line.millis() > stopped && line.millis() < continued);
        }
        awaitProgress(continued);
        cluster.awaitLeader(REJOINS);
        System.out.println("leader " + leader.id() + " stopped for " + millis + " ms, all are back "
                + (Work.millis() - continued) + " ms after it went on");
    }

    /** Every node has a write acknowledged and a read answered that it began after a time. */
    private void awaitProgress(long sinceMillis) {
        await().atMost(REJOINS).pollInterval(Duration.ofMillis(50)).until(() -> {
            for (int number = 1; number <= PlainCluster.NODES; number++) {
                List<Ledger.Line> offered = cluster.ledger("offered-" + number).lines();
                List<Ledger.Line> read = cluster.ledger("read-" + number).lines();
                if (read.isEmpty()
                        || Read.of(read.get(read.size() - 1)).began() < sinceMillis
                        || offered.stream()
                                .noneMatch(line -> line.event().equals("ok") && line.millis() > sinceMillis)) {
                    return false;
                }
            }
            return true;
        });
    }

    private record Read(long began, long number) {
        static Read of(Ledger.Line line) {
            String[] parts = line.element().split("-", 2);
            return line.event().equals("ok")
                    ? new Read(Long.parseLong(parts[0]), Long.parseLong(parts[1]))
                    : new Read(0, Long.MAX_VALUE);
        }
    }

    private List<String> staleReads() {
        List<Ledger.Line> puts = cluster.ledger("put").lines().stream()
                .filter(line -> line.event().equals("ok"))
                .toList();
        assertThat(puts).hasSizeGreaterThan(100);
        List<String> stale = new ArrayList<>();
        long reads = 0;
        for (int number = 1; number <= PlainCluster.NODES; number++) {
            int next = 0;
            long acknowledged = 0;
            for (Ledger.Line line : cluster.ledger("read-" + number).lines()) { // in the order in which they began
                Read read = Read.of(line);
                while (next < puts.size() && puts.get(next).millis() < read.began()) {
                    acknowledged = Long.parseLong(puts.get(next++).element());
                }
                if (read.number() < acknowledged) {
                    stale.add("node-" + number + " read " + read + ", acknowledged " + acknowledged);
                }
                reads++;
            }
        }
        assertThat(reads).isGreaterThan(100);
        return stale;
    }

    /** Its work has been stopped for good; a new process takes the rest. */
    private PlainProcess restarted(int number) {
        cluster.node(number).kill();
        return cluster.start(number);
    }
}
