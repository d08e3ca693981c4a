package io.ngrid.election.core;

import static io.ngrid.election.core.TestCluster.HEARTBEAT;
import static io.ngrid.election.core.TestCluster.TIMEOUT;
import static org.assertj.core.api.Assertions.assertThat;

import io.ngrid.spi.election.Vote;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** [E2], [E3] */
@Timeout(30)
class StickyLeaderTest {
    @Test
    void H26_aReturningHigherIdNeverDisturbsALiveLeader() {
        TestCluster cluster = TestCluster.of(3).startAll();
        cluster.awaitLeader();
        cluster.run(2 * TIMEOUT);
        cluster.crash(3);
        assertThat(cluster.awaitLeader()).isEqualTo(2);

        for (int i = 0; i < 5; i++) {
            cluster.start(3);
            cluster.run(3 * TIMEOUT);
            assertThat(cluster.node(3).view().leader())
                    .isEqualTo(TestCluster.member(2).node());
            cluster.crash(3);
            cluster.run(TIMEOUT);
        }

        assertThat(cluster.settledLeader()).isEqualTo(2);
        assertThat(cluster.highestEpoch()).isEqualTo(3);
    }

    @Test
    void H26_aReturningHigherIdThatReachesNobodyButFollowersDoesNotDisturbEither() {
        TestCluster cluster = TestCluster.of(5).startAll();
        cluster.awaitLeader();
        cluster.run(2 * TIMEOUT);
        cluster.crash(5);
        assertThat(cluster.awaitLeader()).isEqualTo(4);

        cluster.sever(5).from(4);
        cluster.start(5);
        cluster.run(20 * TIMEOUT);

        assertThat(cluster.settledLeader()).isEqualTo(4);
        assertThat(cluster.highestEpoch()).isEqualTo(3);
        assertThat(cluster.node(5).view().reason())
                .isEqualTo("3 of 5 voters needed to elect, heard: node-1, node-2, node-3, node-5; missing: node-4;"
                        + " an election is due");
    }

    @Test
    void aNodeWithAHigherEpochComesBackAtThePriceOfOneElection() {
        TestCluster cluster = TestCluster.of(3);
        cluster.node(1).durable = new Vote(7, TestCluster.member(1).node()); // stood once, and nobody heard of it
        cluster.start(2, 3);
        cluster.awaitLeader();
        cluster.run(2 * TIMEOUT);
        long before = cluster.highestEpoch();

        cluster.start(1);
        cluster.runUntil(() -> cluster.isSettled() && cluster.highestEpoch() > before, TIMEOUT);
        cluster.run(10 * TIMEOUT);

        assertThat(cluster.isSettled()).isTrue();
        assertThat(cluster.highestEpoch()).isEqualTo(8);
        assertThat(cluster.node(2).view().leaderChanges()).isEqualTo(1); // node-3 again
    }

    @Test
    void aFollowerWhoseConnectionBreaksDoesNotDisturbAndComesBack() {
        TestCluster cluster = TestCluster.of(3).startAll();
        cluster.awaitLeader();
        cluster.run(2 * TIMEOUT);

        cluster.sever(1).from(3);
        cluster.run(3 * TIMEOUT);
        assertThat(cluster.node(1).view().leader()).isNull();
        cluster.heal();
        cluster.run(HEARTBEAT);

        assertThat(cluster.isSettled()).isTrue();
        assertThat(cluster.highestEpoch()).isEqualTo(2);
    }

    @Test
    void aConnectionThatIsBackWithinAHeartbeatIsNoLossOfTheLeader() {
        TestCluster cluster = TestCluster.of(3).startAll();
        cluster.awaitLeader();
        cluster.run(2 * TIMEOUT);
        int before = cluster.node(1)
                .effects(io.ngrid.spi.election.ElectionEffect.Follow.class)
                .size();

        cluster.sever(3).from(1, 2);
        cluster.run(HEARTBEAT / 2);
        cluster.heal();
        cluster.run(3 * TIMEOUT);

        assertThat(cluster.highestEpoch()).isEqualTo(2);
        assertThat(cluster.node(1).effects(io.ngrid.spi.election.ElectionEffect.Follow.class))
                .hasSize(before);
    }

    @Test
    void aLeaderPausedForLessThanTheTimeoutStaysOne() {
        TestCluster cluster = TestCluster.of(3).startAll();
        cluster.awaitLeader();
        cluster.run(2 * TIMEOUT);

        cluster.pause(3);
        cluster.run(TIMEOUT / 2);
        cluster.resume(3);
        cluster.run(3 * TIMEOUT);

        assertThat(cluster.settledLeader()).isEqualTo(3);
        assertThat(cluster.highestEpoch()).isEqualTo(2);
    }

    @Test
    void aLeaderPausedForLongerFollowsItsSuccessor() {
        TestCluster cluster = TestCluster.of(3).startAll();
        cluster.awaitLeader();
        cluster.run(2 * TIMEOUT);

        cluster.pause(3);
        cluster.run(5 * TIMEOUT);
        assertThat(cluster.settledLeader()).isEqualTo(2);
        cluster.resume(3);
        cluster.run(HEARTBEAT);

        assertThat(cluster.isSettled()).isTrue();
        assertThat(cluster.settledLeader()).isEqualTo(2);
        assertThat(cluster.highestEpoch()).isEqualTo(3);
    }
}
