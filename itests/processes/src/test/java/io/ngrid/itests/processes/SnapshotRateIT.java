package io.ngrid.itests.processes;

import static io.ngrid.itests.processes.PlainCluster.LONG;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.parallel.Isolated;

/**
 * What sending a snapshot costs a leader that has as much to do as it can: writes a second while a voter is away, while it
 * gets a snapshot, and when it follows. The leader and the voter that is present share one processor, which they use up; the
 * one that comes has another, and its files where {@code -Dngrid.snapshot.receiver} says. So what differs is the leader's own
 * work, not what a third process takes from it, which in use has a machine and a disk of its own.
 *
 * <p>Only by hand, with nothing else running: {@code -Dngrid.snapshot.rate=true}.
 */
@Isolated
@EnabledOnOs(OS.LINUX)
@EnabledIfSystemProperty(named = "ngrid.snapshot.rate", matches = "true")
@Timeout(value = 1_800, unit = TimeUnit.SECONDS)
class SnapshotRateIT {
    private static final double LEAST = 0.8;

    private static final int ELEMENT_BYTES = 100_000;
    private static final int THREADS = 8;
    private static final int ELEMENTS = 671; // each thread's; half a gibibyte in all
    private static final int MORE = ELEMENTS / 2; // the log goes on without whoever is away meanwhile
    private static final int ENTRIES = 200_000;
    private static final int CALLERS = 16;
    private static final int SNAPSHOTS = 4;
    private static final Duration WARM = Duration.ofSeconds(40);
    private static final Duration MEASURE = Duration.ofSeconds(20);
    private static final Duration LONGER = LONG.multipliedBy(3);

    private static final int AWAY = 1;
    private static final int PRESENT = 2;
    private static final int LEADER = 3; // the highest ID

    @RegisterExtension
    final PlainCluster cluster = new PlainCluster(List.of("-Xmx512m", "-XX:+UseSerialGC"))
            .pinned(LEADER, 0)
            .pinned(PRESENT, 0)
            .pinned(AWAY, 1)
            .placed(AWAY, Path.of(System.getProperty("ngrid.snapshot.receiver", System.getProperty("java.io.tmpdir"))));

    @Test
    void H16_theLeaderKeepsFourFifthsOfItsThroughputWhileItSendsASnapshot() throws IOException {
        cluster.startAll();
        PlainProcess leader = cluster.awaitLeader(LONG);
        assertThat(leader).isSameAs(cluster.node(LEADER));
        cluster.node(PRESENT).tell("fill " + ENTRIES);
        await().atMost(LONGER).until(() -> cluster.node(PRESENT).count("FILLED") == 1);
        leader.tell("produce " + cluster.path("later") + " " + CALLERS + " 100000000 0 100");
        leader.tell("put " + cluster.path("puts"));
        pass(WARM);
        cluster.node(AWAY).kill();
        backlog("first", ELEMENTS);
        pass(MEASURE);

        List<Double> kept = new ArrayList<>();
        System.out.println("snapshot rate: writes answered a second, by " + (CALLERS + 1) + " callers");
        double before = rate(leader);
        for (int snapshot = 1; snapshot <= SNAPSHOTS; snapshot++) {
            long begun = installs();
            cluster.start(AWAY);
            await("a snapshot begun")
                    .atMost(LONG)
                    .until(() -> cluster.node(AWAY).isReceiving() || installs() > begun);
            Count from = Count.of(leader);
            await("a snapshot").atMost(LONGER).until(() -> installs() > begun);
            Count to = Count.of(leader);
            long committed = index(leader, 2);
            await("caught up").atMost(LONGER).until(() -> index(cluster.node(AWAY), 0) >= committed);
            double following = rate(leader);
            cluster.node(AWAY).kill();
            backlog("more-" + snapshot, MORE);
            pass(MEASURE); // for what it had to do meanwhile
            double after = rate(leader);
            double share = 2 * to.rate(from) / (before + after);
            System.out.printf(
                    Locale.ROOT,
                    "snapshot rate: %d: %.0f/s while the voter was away, %.0f/s for %.1f s while it got a snapshot,"
                            + " %.0f/s when it followed, %.0f/s when it was away again: %.0f %%%n",
                    snapshot,
                    before,
                    to.rate(from),
                    to.seconds(from),
                    following,
                    after,
                    100 * share);
            kept.add(share);
            before = after;
        }

        assertThat(kept.stream().mapToDouble(share -> share).average().orElseThrow())
                .as("the mean of %s", kept)
                .isGreaterThanOrEqualTo(LEAST);
    }

    private record Count(long nanos, long answered) {
        static Count of(PlainProcess node) {
            return new Count(System.nanoTime(), Long.parseLong(node.ask("answered")));
        }

        double seconds(Count since) {
            return (nanos - since.nanos) / 1e9;
        }

        double rate(Count since) {
            return (answered - since.answered) / seconds(since);
        }
    }

    private static double rate(PlainProcess leader) {
        Count from = Count.of(leader);
        pass(MEASURE);
        return Count.of(leader).rate(from);
    }

    private static void pass(Duration time) {
        await().pollDelay(time).atMost(time.plus(LONG)).until(() -> true);
    }

    private void backlog(String file, int each) {
        cluster.node(PRESENT)
                .tell("produce " + cluster.path(file) + " " + THREADS + " " + each + " 0 " + ELEMENT_BYTES);
        await().atMost(LONGER).until(() -> cluster.ledger(file).elements("end").size() == THREADS);
    }

    /** Of "APPLIED commit COMMITTED". */
    private static long index(PlainProcess node, int word) {
        return Long.parseLong(node.ask("applied").split(" ")[word]);
    }

    private long installs() throws IOException {
        return cluster.logged(AWAY, "state=installing_snapshot");
    }
}
