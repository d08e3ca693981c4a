package io.ngrid.itests.processes;

import static io.ngrid.itests.processes.PlainCluster.LONG;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.ngrid.demo.Comparison;
import io.ngrid.demo.Ledger;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/**
 * A voter that was away, since formation or after it had taken part, while more was written than the log keeps, and a map of
 * 200,000 entries beside it; on its way to them the first is killed five times. With {@code -Dngrid.away.mib=1024} the backlog is a
 * gibibyte, with {@code -Dngrid.away.kills=5} both are killed. The others' writes go on meanwhile; how fast, {@link SnapshotRateIT}
 * measures, which has the machine to itself.
 */
@Execution(ExecutionMode.CONCURRENT)
@Timeout(value = 3_600, unit = TimeUnit.SECONDS)
class AwayNodeIT {
    private static final long MIB = 1 << 20;
    private static final int ELEMENT_BYTES = 100_000;
    private static final long BACKLOG = Long.getLong("ngrid.away.mib", 128) * MIB;
    private static final long EARLY = 16 * MIB;
    private static final int THREADS = 8;
    private static final int ENTRIES = 200_000;
    private static final int KILLS = 5;
    private static final Duration LONGER = LONG.multipliedBy(3);

    /** The snapshot alone takes longer at its default rate: writes that wait for it are seen. */
    private static final Duration PAUSE = Duration.ofSeconds(3);

    /** One consumer takes it all, element by element, in order; a disk that others use makes that slow. */
    private static final Duration DRAINED = LONG.multipliedBy(3 + BACKLOG / (64 * MIB));

    @RegisterExtension
    final PlainCluster cluster = new PlainCluster(List.of("-Xmx256m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"));

    private final Random random = new Random();

    @Test
    @Execution(ExecutionMode.SAME_THREAD) // one after the other, beside other classes
    void H16_H17_aVoterThatWasAwayGetsTheBacklogUnderLoadAlsoIfItIsKilledOnTheWay() throws IOException {
        cluster.startAll();
        PlainProcess leader = cluster.awaitLeader(LONG);
        PlainProcess away = cluster.node(1);
        assertThat(away).isNotSameAs(leader);
        away.kill();
        getsTheBacklog("since formation", leader, kills(KILLS));
    }

    @Test
    @Execution(ExecutionMode.SAME_THREAD) // one after the other, beside other classes
    void H17_aVoterThatHadTakenPartGetsTheBacklogThoughTheLogHasGoneOnWithoutIt() throws IOException {
        cluster.startAll();
        PlainProcess leader = cluster.awaitLeader(LONG);
        PlainProcess away = cluster.node(1);
        assertThat(away).isNotSameAs(leader);
        away.tell("produce " + cluster.path("early") + " " + THREADS + " " + EARLY / ELEMENT_BYTES / THREADS + " 0 "
                + ELEMENT_BYTES);
        await().atMost(LONG).until(() -> cluster.ledger("early").elements("end").size() == THREADS && areEqual());
        away.kill();
        getsTheBacklog("after " + EARLY / MIB + " MiB", leader, kills(0));
    }

    /** As many as usual, or {@code -Dngrid.away.kills}. */
    private static int kills(int usually) {
        return Integer.getInteger("ngrid.away.kills", usually);
    }

    private void getsTheBacklog(String absence, PlainProcess leader, int kills) throws IOException {
        WatchedLanes.Report.of(leader);
        PlainProcess producer = cluster.node(2);
        long each = BACKLOG / ELEMENT_BYTES / THREADS;
        producer.tell("produce " + cluster.path("offered") + " " + THREADS + " " + each + " 0 " + ELEMENT_BYTES);
        producer.tell("fill " + ENTRIES);
        await().atMost(LONGER).until(() -> offered() == THREADS * each && producer.count("FILLED") == 1);
        leader.tell("produce " + cluster.path("later") + " 2 1000000 25 1000");
        leader.tell("put " + cluster.path("puts"));
        await().atMost(LONG).until(() -> writes() > 0);
        WatchedLanes.Report stopsAtFirst = WatchedLanes.Report.of(leader);

        int received = 0;
        WatchedLanes.Report.of(leader);
        long returns = Work.millis();
        for (int kill = 0; kill < kills; kill++) {
            PlainProcess present = cluster.start(1);
            boolean underWay = kill % 2 == 0; // the others at any time, also before it has asked for something
            await().atMost(LONG)
                    .until(() -> underWay
                            ? present.isReceiving() || installs() > 0
                            : present.state().follows());
            long pause = random.nextLong(2_000);
            await().pollDelay(Duration.ofMillis(pause)).atMost(LONG).until(() -> true);
            received += present.isReceiving() ? 1 : 0;
            present.kill();
        }
        PlainProcess away = cluster.start(1);
        await("a snapshot").atMost(LONGER).until(() -> installs() > 0 && hasAppliedSomething(away));
        long installed = Work.millis();
        WatchedLanes.Stops stopsMeanwhile = WatchedLanes.Report.of(leader).all();
        long pause = longestPause(returns, installed);
        System.out.printf(
                Locale.ROOT,
                "away node: %s, backlog %d MiB, %d map entries, killed %d times, %d times while it received, resumed %d times;"
                        + " snapshots installed %d in %.1f s; longest pause of the leader's answers %d ms;"
                        + " its apply lane stopped while the backlog came"
                        + " %s; meanwhile %s%n",
                absence,
                BACKLOG / MIB,
                ENTRIES,
                kills,
                received,
                cluster.logged(1, "state=snapshot_resumed"),
                installs(),
                (installed - returns) / 1_000.0,
                pause,
                stopsAtFirst,
                stopsMeanwhile);
        assertThat(received).as("kills while it received").isGreaterThanOrEqualTo(Math.min(1, kills));
        if (kills == 0) { // otherwise each piece may be shorter
            assertThat(pause).as("writes go on").isLessThan(PAUSE.toMillis());
        }
        stopsMeanwhile.assertShort();

        cluster.others(away).forEach(node -> node.tell("stop"));
        await().atMost(LONGER).until(this::areEqual);
        away.tell("consume " + cluster.path("taken"));
        await().atMost(DRAINED).until(() -> away.count("EMPTY") >= 2);
        Comparison comparison = Comparison.of(cluster.ledger("early", "offered", "later"), cluster.ledger("taken"));
        assertThat(comparison.lost()).isZero();
        assertThat(comparison.duplicated()).isZero();
        assertThat(comparison.reordered()).isZero();
    }

    private static boolean hasAppliedSomething(PlainProcess node) {
        return Long.parseLong(node.ask("hash").split(" ")[0]) > 1;
    }

    private long offered() {
        return cluster.ledger("offered").elements("ok").size();
    }

    private long writes() {
        return cluster.ledger("later", "puts").elements("ok").size();
    }

    /** The longest time in milliseconds between two instants in which the leader answered no write. */
    private long longestPause(long from, long to) {
        long longest = 0;
        long last = from;
        long[] answered = cluster.ledger("later", "puts").lines().stream()
                .filter(line -> line.event().equals("ok") && line.millis() >= from && line.millis() < to)
                .mapToLong(Ledger.Line::millis)
                .sorted()
                .toArray();
        for (long millis : answered) {
            longest = Math.max(longest, millis - last);
            last = millis;
        }
        return Math.max(longest, to - last);
    }

    private long installs() throws IOException {
        return cluster.logged(1, "state=installing_snapshot");
    }

    private boolean areEqual() {
        return cluster.nodes().stream().map(node -> node.ask("hash")).distinct().count() == 1;
    }
}
