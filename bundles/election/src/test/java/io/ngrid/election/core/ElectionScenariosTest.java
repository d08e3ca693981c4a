package io.ngrid.election.core;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class ElectionScenariosTest {
    @Test
    void threeNodesStartedTogetherFollowTheHighest() {
        TestCluster cluster = TestCluster.of(3).startAll();
        assertThat(cluster.awaitLeader()).isEqualTo(3);
        cluster.crash(3);
        assertThat(cluster.awaitLeader()).isEqualTo(2);
        cluster.start(3);
        cluster.run(5 * TestCluster.TIMEOUT);
        assertThat(cluster.settledLeader()).isEqualTo(2);
    }
}
