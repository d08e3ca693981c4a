package io.ngrid.election.core;

import static io.ngrid.election.core.TestCluster.HEARTBEAT;
import static io.ngrid.election.core.TestCluster.TIMEOUT;
import static io.ngrid.election.core.TestCluster.member;
import static org.assertj.core.api.Assertions.assertThat;

import io.ngrid.spi.election.ElectionEffect.WritesAllowed;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** [E5] */
@Timeout(30)
class CheckQuorumTest {
    @Test
    void H03_aLeaderLeftAloneStepsDownAndANodeAloneNeverLeads() {
        TestCluster cluster = started(3, 2);

        cluster.crash(1, 2);
        cluster.run(TIMEOUT + HEARTBEAT);
        assertThat(cluster.leaders()).isEmpty();

        cluster.run(20 * TIMEOUT);
        assertThat(cluster.leaders()).isEmpty();
        assertThat(cluster.highestEpoch()).isEqualTo(2);
        assertThat(cluster.node(3).view().reason())
                .isEqualTo("2 of 3 voters needed to elect, heard: node-3; missing: node-1, node-2");
    }

    @Test
    void aLeaderWhoseHeartbeatsReachNobodyStepsDownAlthoughItHearsAll() {
        TestCluster cluster = started(3, 2);

        cluster.cutOneWay(3).to(1, 2);
        cluster.run(TIMEOUT + 3 * HEARTBEAT);

        assertThat(cluster.settledLeader()).isEqualTo(2);
        assertThat(cluster.node(3).view().leader()).isEqualTo(member(2).node());
        assertThat(cluster.highestEpoch()).isEqualTo(3);
    }

    @Test
    void H13_aFreshLeaderIsStableAfterAnyUptime() {
        for (long uptime : new long[] {0, TIMEOUT, 3 * TIMEOUT + 1, 600 * TIMEOUT}) {
            TestCluster cluster = started(3, 2);
            cluster.run(uptime);
            cluster.vanish(3);
            assertThat(cluster.awaitLeader()).isEqualTo(2);

            cluster.run(10 * TIMEOUT);

            assertThat(cluster.settledLeader()).isEqualTo(2);
            assertThat(cluster.highestEpoch()).isEqualTo(3);
        }
    }

    @Test
    void fiveWithWOfTwoGoOnWithOneFollower() {
        TestCluster cluster = started(5, 2);

        cluster.crash(1, 2, 3);
        cluster.run(10 * TIMEOUT);

        assertThat(cluster.leaders()).containsExactly(5);
        assertThat(writes(cluster, 5).enough()).isTrue();

        cluster.crash(4);
        cluster.run(TIMEOUT + HEARTBEAT);
        assertThat(cluster.leaders()).isEmpty();
    }

    @Test
    void fiveWithWOfFiveRefuseWritesWhenOneIsGoneAndAllowThemWhenItIsBack() {
        TestCluster cluster = started(5, 5);
        assertThat(writes(cluster, 5).enough()).isTrue();

        cluster.crash(2);
        cluster.run(TIMEOUT + HEARTBEAT);
        assertThat(cluster.leaders()).containsExactly(5);
        assertThat(writes(cluster, 5).enough()).isFalse();
        assertThat(writes(cluster, 5).heard())
                .containsExactly(
                        member(1).node(),
                        member(3).node(),
                        member(4).node(),
                        member(5).node());

        cluster.start(2);
        cluster.run(3 * HEARTBEAT);
        assertThat(writes(cluster, 5).enough()).isTrue();
    }

    @Test
    void aLeaderElectedWithoutAllOfWRefusesWritesFromTheStart() {
        TestCluster cluster = new TestCluster(5, 5, 1);
        cluster.start(1, 2, 3, 4);

        assertThat(cluster.awaitLeader()).isEqualTo(4);

        assertThat(cluster.node(4).effects(WritesAllowed.class)).isNotEmpty().noneMatch(WritesAllowed::enough);
    }

    @Test
    void aVoterThatIsDegradedIsNotCountedOnForWrites() {
        TestCluster cluster = started(3, 3);

        cluster.node(1).degrade();
        cluster.run(HEARTBEAT);

        assertThat(cluster.leaders()).containsExactly(3);
        assertThat(writes(cluster, 3).enough()).isFalse();
        cluster.run(10 * TIMEOUT);
        assertThat(cluster.leaders()).as("nobody else would hear W either").containsExactly(3);
    }

    @Test
    void aLeaderOfTwoGoesOnAloneAndRefusesWrites() {
        TestCluster cluster = started(2, 2);

        cluster.crash(1);
        cluster.run(5 * TIMEOUT);

        assertThat(cluster.leaders()).containsExactly(2);
        assertThat(writes(cluster, 2))
                .isEqualTo(new WritesAllowed(List.of(member(2).node()), false));
    }

    static TestCluster started(int size, int replicationQuorum) {
        TestCluster cluster = new TestCluster(size, replicationQuorum, 7).startAll();
        assertThat(cluster.awaitLeader()).isEqualTo(size);
        cluster.run(2 * TIMEOUT);
        assertThat(cluster.isSettled()).isTrue();
        return cluster;
    }

    private static WritesAllowed writes(TestCluster cluster, int node) {
        List<WritesAllowed> all = cluster.node(node).effects(WritesAllowed.class);
        return all.get(all.size() - 1);
    }
}
