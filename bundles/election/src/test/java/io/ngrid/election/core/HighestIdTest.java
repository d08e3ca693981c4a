package io.ngrid.election.core;

import static io.ngrid.election.core.TestCluster.HEARTBEAT;
import static io.ngrid.election.core.TestCluster.MS;
import static io.ngrid.election.core.TestCluster.TIMEOUT;
import static org.assertj.core.api.Assertions.assertThat;

import io.ngrid.spi.LogPosition;
import io.ngrid.spi.election.ElectionEffect;
import io.ngrid.spi.election.ElectionEvent;
import io.ngrid.spi.election.Role;
import io.ngrid.spi.message.ElectionRequest;
import io.ngrid.spi.message.LogEntries;
import io.ngrid.spi.message.LogFetch;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** [E4] */
@Timeout(30)
class HighestIdTest {
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7})
    void theHighestLeadsAtOnceWhenAllAreThere(int size) {
        TestCluster cluster = TestCluster.of(size).startAll();

        assertThat(cluster.awaitLeader(50 * MS)).isEqualTo(size);
        assertThat(cluster.highestEpoch()).isEqualTo(2);
    }

    /** It has lost its leader long ago, but does not know yet that the two are there. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10})
    void theHighestLeadsAlsoWhenItWasThereLongBeforeTheOthers(long seed) {
        TestCluster cluster = new TestCluster(3, 0, seed);
        cluster.start(3);
        cluster.run(2 * TIMEOUT);
        cluster.start(1, 2);

        assertThat(cluster.awaitLeader(2 * HEARTBEAT)).isEqualTo(3);
        assertThat(cluster.highestEpoch()).isEqualTo(2);
    }

    @Test
    void theOthersWaitAnElectionTimeoutForOneThatIsMissing() {
        TestCluster cluster = TestCluster.of(3);
        cluster.start(1, 2);

        assertThat(cluster.awaitLeader(TIMEOUT + 2 * HEARTBEAT)).isEqualTo(2);
        assertThat(cluster.millis()).isGreaterThanOrEqualTo(1_000);
    }

    @Test
    void oneThatIsBehindFetchesWhatItLacksAndThenLeads() {
        TestCluster cluster =
                TestCluster.of(3).log(1, 4, 9).log(2, 4, 8).log(3, 4, 7).startAll();

        assertThat(cluster.awaitLeader(50 * MS)).isEqualTo(3);
        assertThat(cluster.node(3).fetches).isEqualTo(1);
        assertThat(cluster.node(3).log).isEqualTo(new LogPosition(5, 10));
    }

    @Test
    void aLongerLogOfAnOlderEpochIsBehind() {
        TestCluster cluster =
                TestCluster.of(3).log(1, 5, 3).log(2, 4, 100).log(3, 4, 101).startAll();

        assertThat(cluster.awaitLeader(50 * MS)).isEqualTo(3);
        assertThat(cluster.node(3).log)
                .as("one epoch to cut its tail in, one to lead")
                .isEqualTo(new LogPosition(7, 4));
    }

    @Test
    void oneThatLacksTooMuchForfeitsAndTheNextIdStandsAtOnce() {
        TestCluster cluster =
                TestCluster.of(3).log(1, 4, 5_000).log(2, 4, 4_990).log(3, 4, 8).startAll();

        assertThat(cluster.awaitLeader(50 * MS)).isEqualTo(2);
        assertThat(cluster.node(3).fetches).isZero();
        assertThat(cluster.node(2).fetches).isEqualTo(1);
    }

    @Test
    void oneWhoseFetchFailsTwiceForfeitsAndTheNextIdStands() {
        TestCluster cluster = TestCluster.of(3).log(1, 4, 9).log(2, 4, 9).log(3, 4, 8);
        List<LogFetch> asked = new ArrayList<>();
        cluster.passes = (from, to, message) -> {
            if (message instanceof LogFetch fetch) {
                asked.add(fetch);
            }
            return !(message instanceof LogEntries);
        };
        cluster.startAll();

        assertThat(cluster.awaitLeader(TIMEOUT + 50 * MS)).isEqualTo(2);
        assertThat(asked).extracting(LogFetch::number).containsExactly(1L, 2L);
        assertThat(cluster.millis()).isGreaterThan(1_000);
    }

    @Test
    void oneThatForfeitedTriesAgainWhenItsTimerHasRunOut() {
        TestCluster cluster = TestCluster.of(3).log(1, 4, 9).log(2, 4, 9).log(3, 4, 8);
        cluster.passes = (from, to, message) -> !(message instanceof LogEntries && cluster.millis() < 1_500)
                && !(message instanceof ElectionRequest && from != 3);
        cluster.startAll();

        assertThat(cluster.awaitLeader(4 * TIMEOUT)).isEqualTo(3);
        assertThat(cluster.millis()).isGreaterThan(1_500);
    }

    @Test
    void aFetchFromANodeThatBreaksAwayIsNotWaitedFor() {
        TestCluster cluster = TestCluster.of(5).startAll();
        cluster.awaitLeader();
        cluster.run(2 * TIMEOUT);
        cluster.node(1).grow(1); // what the leader sent to node-1 only
        cluster.passes = (from, to, message) -> !(message instanceof LogEntries);
        cluster.crash(5);
        cluster.runUntil(
                () -> !cluster.node(4).effects(ElectionEffect.Fetch.class).isEmpty(), 2 * HEARTBEAT);
        assertThat(cluster.settledLeader()).isZero();

        cluster.crash(1);

        assertThat(cluster.awaitLeader(50 * MS)).isEqualTo(4);
    }

    @Test
    void aHigherOneThatLosesTheLeaderALittleLaterIsWaitedFor() {
        TestCluster cluster = TestCluster.of(5).startAll();
        assertThat(cluster.awaitLeader()).isEqualTo(5);
        cluster.run(2 * TIMEOUT);

        cluster.cutOneWay(5).to(1, 2, 3); // they do not hear it from now on, node-4 still does, for half a heartbeat
        cluster.run(HEARTBEAT / 2);
        cluster.vanish(5);

        assertThat(cluster.awaitLeader(2 * TIMEOUT)).isEqualTo(4);
    }

    @Test
    void oneThatHearsTooFewIsNotWaitedFor() {
        TestCluster cluster = starAroundNode1().startAll();

        assertThat(cluster.awaitLeader(TIMEOUT + 2 * HEARTBEAT)).isEqualTo(1);
    }

    @Test
    void whoForfeitsMayStandWhenItsTimerHasRunOutIfEAreNotAhead() {
        TestCluster cluster = starAroundNode1().log(5, 4, 9);
        cluster.greatestFetch = 0;
        cluster.startAll();

        cluster.run(2 * TIMEOUT - HEARTBEAT);
        assertThat(cluster.leaders()).isEmpty();

        assertThat(cluster.awaitLeader(TIMEOUT + 3 * HEARTBEAT)).isEqualTo(1);
    }

    private static TestCluster starAroundNode1() {
        TestCluster cluster = TestCluster.of(5);
        cluster.sever(2).from(3, 4, 5);
        cluster.sever(3).from(4, 5);
        cluster.sever(4).from(5);
        return cluster;
    }

    @Test
    void ifTheHighestDoesNotComeForwardAnotherDoesAfterOneToTwoTimeouts() {
        TestCluster cluster = TestCluster.of(3);
        cluster.passes = (from, to, message) -> !(from == 3 && message instanceof ElectionRequest);
        cluster.startAll();

        assertThat(cluster.awaitLeader(2 * TIMEOUT + HEARTBEAT)).isNotEqualTo(3);
        assertThat(cluster.millis()).isGreaterThan(1_000);
    }

    /** A timer that began when nobody could stand, and runs out just when E are there again, says nothing of the highest. */
    @Test
    void whoWasAloneForLongWaitsATimeoutForAHigherIdFromWhenItHearsE() {
        for (int silent = 0; silent < 40; silent++) {
            Solo node = new Solo().forgetsItsLeader();
            node.now += silent * HEARTBEAT / 2;
            node.handle(new ElectionEvent.Tick());
            for (long waited = 0; waited < TIMEOUT; waited += HEARTBEAT) {
                node.receives(Solo.lost(3, 5, Solo.LOG), TestCluster.member(3));
                node.now += HEARTBEAT;
                node.handle(new ElectionEvent.Tick());

                assertThat(node.core.view().role()).as("alone for %s", silent).isEqualTo(Role.FOLLOWER);
            }
        }
    }

    @Test
    void afterACrashTheHighestOfTheRestLeadsWithinTwoHeartbeats() {
        TestCluster cluster = TestCluster.of(5).startAll();
        cluster.awaitLeader();
        cluster.run(2 * TIMEOUT);

        cluster.crash(5);

        assertThat(cluster.awaitLeader(2 * HEARTBEAT)).isEqualTo(4);
        assertThat(cluster.highestEpoch()).isEqualTo(3);
    }

    @Test
    void aLeaderThatVanishesSilentlyIsReplacedAfterAnElectionTimeout() {
        TestCluster cluster = TestCluster.of(5).startAll();
        cluster.awaitLeader();
        cluster.run(2 * TIMEOUT);

        cluster.vanish(5);
        cluster.run(TIMEOUT - HEARTBEAT - 5 * MS);
        assertThat(cluster.settledLeader()).isZero();
        assertThat(cluster.highestEpoch()).isEqualTo(2);

        assertThat(cluster.awaitLeader(3 * HEARTBEAT)).isEqualTo(4);
    }

    @Test
    void aDegradedLeaderGivesWayAtOnceAndNeverLeadsAgain() {
        TestCluster cluster = TestCluster.of(3).startAll();
        cluster.awaitLeader();
        cluster.run(2 * TIMEOUT);

        cluster.node(3).degrade();
        assertThat(cluster.awaitLeader(HEARTBEAT)).isEqualTo(2);

        cluster.crash(2);
        cluster.run(10 * TIMEOUT);
        assertThat(cluster.leaders()).isEmpty();
        assertThat(cluster.node(3).view().reason()).contains("storage failed");
        assertThat(cluster.node(3).persisted).isEqualTo(1); // its vote for itself in epoch 2
    }
}
