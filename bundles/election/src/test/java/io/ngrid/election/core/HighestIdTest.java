package io.ngrid.election.core;

import static io.ngrid.election.core.TestCluster.HEARTBEAT;
import static io.ngrid.election.core.TestCluster.MS;
import static io.ngrid.election.core.TestCluster.TIMEOUT;
import static org.assertj.core.api.Assertions.assertThat;

import io.ngrid.spi.message.ElectionRequest;
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

    @Test
    void theOthersWaitAnElectionTimeoutForOneThatIsMissing() {
        TestCluster cluster = TestCluster.of(3);
        cluster.start(1, 2);

        assertThat(cluster.awaitLeader(TIMEOUT + 2 * HEARTBEAT)).isEqualTo(2);
        assertThat(cluster.millis()).isGreaterThanOrEqualTo(1_000);
    }

    @Test
    void oneThatIsBehindForfeits() {
        TestCluster cluster =
                TestCluster.of(3).log(1, 4, 9).log(2, 4, 9).log(3, 4, 8).startAll();

        assertThat(cluster.awaitLeader(50 * MS)).isEqualTo(2);
    }

    @Test
    void aLongerLogOfAnOlderEpochIsBehind() {
        TestCluster cluster =
                TestCluster.of(3).log(1, 5, 3).log(2, 4, 100).log(3, 4, 101).startAll();

        assertThat(cluster.awaitLeader(50 * MS)).isEqualTo(1);
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
    void whoIsBehindOneOfTheQuorumStandsOnlyWhenItsTimeoutsHavePassed() {
        TestCluster cluster = starAroundNode1().log(5, 4, 9).startAll();

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

        cluster.node(3).handle(new io.ngrid.spi.election.ElectionEvent.Degraded(), cluster.now());
        assertThat(cluster.awaitLeader(HEARTBEAT)).isEqualTo(2);

        cluster.crash(2);
        cluster.run(10 * TIMEOUT);
        assertThat(cluster.leaders()).isEmpty();
        assertThat(cluster.node(3).view().reason()).contains("storage failed");
        assertThat(cluster.node(3).persisted).isEqualTo(1); // its vote for itself in epoch 2
    }
}
