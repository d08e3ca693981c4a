package io.ngrid.itests.processes;

import static io.ngrid.itests.processes.PlainCluster.LONG;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How a cluster comes about, in processes of their own. */
@Timeout(value = 300, unit = TimeUnit.SECONDS)
class FormationIT {
    private static final Duration SOON = Duration.ofSeconds(20);

    @RegisterExtension
    final PlainCluster cluster = new PlainCluster();

    /** [M1] A majority is not enough to form; it is enough from then on. */
    @Test
    void formsWithAllThreeVotersAndNotBefore() {
        cluster.start(2);
        cluster.start(3).tell("produce " + cluster.path("offered") + " 1 100 0 0");
        await().atMost(LONG)
                .until(() -> cluster.nodes().stream()
                        .allMatch(node -> node.last("state ").contains("FORMING")
                                && node.last("state ").contains("127.0.0.1")));
        await().during(Duration.ofSeconds(3))
                .atMost(Duration.ofSeconds(10))
                .until(() -> cluster.nodes().stream()
                        .allMatch(node -> node.state().name().equals("FORMING")));
        assertThat(cluster.ledger("offered").lines()).isEmpty();

        cluster.start(1);
        assertThat(cluster.awaitLeader(LONG)).isSameAs(cluster.node(3));
        await().atMost(SOON)
                .until(() -> cluster.ledger("offered").elements("end").size() == 1);

        cluster.node(1).kill();
        cluster.node(2).tell("produce " + cluster.path("more") + " 1 100 0 0");
        await().atMost(SOON).until(() -> cluster.ledger("more").elements("ok").size() == 100);
    }

    /** Killed with -9 as soon as it says that it is a member; nobody offers or asks anything until it is back. */
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3})
    void H22_aVoterKilledRightAfterFormationComesBackIntoTheIdleCluster(int number) {
        cluster.startAll();
        PlainProcess killed = cluster.node(number);
        await().atMost(LONG)
                .pollInterval(Duration.ofMillis(5))
                .until(() -> !killed.state().equals(PlainProcess.State.NONE)
                        && !killed.state().name().equals("FORMING"));
        killed.kill();

        PlainProcess back = cluster.start(number);
        PlainProcess leader = cluster.awaitLeader(SOON);
        await().atMost(SOON).until(() -> back.ask("applied").equals(leader.ask("applied")));

        back.tell("produce " + cluster.path("offered") + " 1 100 0 0");
        await().atMost(SOON)
                .until(() -> cluster.ledger("offered").elements("ok").size() == 100);
    }
}
