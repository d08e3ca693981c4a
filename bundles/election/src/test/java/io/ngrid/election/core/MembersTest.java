package io.ngrid.election.core;

import static io.ngrid.election.core.TestCluster.HEARTBEAT;
import static io.ngrid.election.core.TestCluster.TIMEOUT;
import static org.assertj.core.api.Assertions.assertThat;

import io.ngrid.election.CoreElectionFactory;
import io.ngrid.spi.LogPosition;
import io.ngrid.spi.election.ElectionFactory;
import io.ngrid.spi.election.Role;
import java.util.ServiceLoader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Who counts: the voters of the log [E7], with the storage that it names [M4], and nobody else. */
@Timeout(30)
class MembersTest {
    @Test
    void H15_membersThatTheLogDoesNotNameAreNotCounted() {
        TestCluster cluster = TestCluster.of(3);
        cluster.join(4);
        cluster.join(5);
        cluster.start(3, 4, 5);

        cluster.run(10 * TIMEOUT);

        assertThat(cluster.leaders()).isEmpty();
        assertThat(cluster.highestEpoch()).isEqualTo(1);
        assertThat(cluster.node(3).view().hears()).isEmpty();
        assertThat(cluster.node(4).view().reason()).contains("no voter");
    }

    @Test
    void H15_deadVotersCountInTheQuorum() {
        TestCluster cluster = TestCluster.of(5);
        cluster.start(1, 2);

        cluster.run(20 * TIMEOUT);

        assertThat(cluster.leaders()).isEmpty();
        assertThat(cluster.node(1).view().reason())
                .isEqualTo("3 of 5 voters needed to elect, heard: node-1, node-2; missing: node-3, node-4, node-5");
    }

    @Test
    void aMemberThatIsNoVoterFollows() {
        TestCluster cluster = TestCluster.of(3);
        cluster.join(4);
        cluster.startAll();

        assertThat(cluster.awaitLeader()).isEqualTo(3);
        cluster.run(3 * TIMEOUT);

        assertThat(cluster.isSettled()).isTrue();
        assertThat(cluster.node(4).view().leader())
                .isEqualTo(TestCluster.member(3).node());
    }

    @Test
    void H23_anEmptyNodeNeverLeadsOverData() {
        TestCluster cluster = TestCluster.of(3).log(1, 8, 5000).log(2, 8, 5000);
        cluster.node(3).log = LogPosition.ZERO;
        cluster.startAll();
        assertThat(cluster.awaitLeader()).isEqualTo(2);

        TestCluster pair = TestCluster.of(3).log(1, 8, 5000);
        pair.node(3).log = LogPosition.ZERO;
        pair.start(1, 3);
        assertThat(pair.awaitLeader()).isEqualTo(1);
    }

    @Test
    void H23_H24_aWipedNodeNeitherLeadsNorHelpsAnotherToLead() {
        TestCluster cluster = CheckQuorumTest.started(3, 2);
        cluster.crash(1, 2, 3);
        cluster.lose(3);

        cluster.start(1, 3);
        cluster.run(20 * TIMEOUT);
        assertThat(cluster.leaders()).isEmpty();
        assertThat(cluster.node(1).view().epoch()).isEqualTo(2);

        cluster.start(2);
        assertThat(cluster.awaitLeader()).isEqualTo(2);
        cluster.run(3 * TIMEOUT);
        assertThat(cluster.node(3).view().leader())
                .isEqualTo(TestCluster.member(2).node());
    }

    /** H41: the leader's clock is the only one in an idle cluster, and everybody still beats once an interval. */
    @Test
    void H41_anIdleClusterBeatsWithItsLeader() {
        TestCluster cluster = CheckQuorumTest.started(5, 3);
        cluster.run(20 * HEARTBEAT); // until they keep time
        int[] ticks = cluster.nodes.values().stream().mapToInt(n -> n.ticks).toArray();
        long[] rounds = cluster.nodes.values().stream()
                .mapToLong(n -> n.core().nextRound())
                .toArray();

        cluster.run(100 * HEARTBEAT);

        cluster.nodes.values().forEach(node -> {
            boolean leads = node.view().role() == Role.LEADER;
            assertThat(node.ticks - ticks[node.number - 1]).isBetween(leads ? 99 : 0, leads ? 101 : 0);
            assertThat(node.core().nextRound() - rounds[node.number - 1]).isBetween(99L, 101L);
        });
    }

    /** A leader that falls silent is followed by everybody's own clock, a tenth of an interval later. */
    @Test
    void aFollowerBeatsByItselfWhileItsLeaderIsSilent() {
        TestCluster cluster = CheckQuorumTest.started(5, 3);
        cluster.run(20 * HEARTBEAT);
        TestNode follower = cluster.node(1);
        long rounds = follower.core().nextRound();

        cluster.pause(5);
        cluster.run(8 * HEARTBEAT);

        assertThat(follower.core().nextRound() - rounds).isBetween(7L, 9L);
    }

    @Test
    void theFactoryIsFoundWithoutOsgi() {
        assertThat(ServiceLoader.load(ElectionFactory.class))
                .hasSize(1)
                .allMatch(CoreElectionFactory.class::isInstance);
    }
}
