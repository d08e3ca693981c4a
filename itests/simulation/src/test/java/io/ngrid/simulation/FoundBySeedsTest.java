package io.ngrid.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import io.ngrid.api.MapSettings;
import io.ngrid.api.NodeState;
import io.ngrid.node.state.Action;
import io.ngrid.testkit.Loss;
import java.util.EnumSet;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What the simulator has found, as scenarios of its own; the rules are checked after every event. */
@Timeout(value = 120, unit = TimeUnit.SECONDS)
class FoundBySeedsTest {
    /** [E1] The write of a promise fails; asked again in the same turn, the node gave the vote that it had not written. */
    @Test
    void aPromiseThatCouldNotBeWrittenIsNotActedUpon() {
        for (long seed = 1; seed <= 40; seed++) {
            SimulatedCluster cluster = new SimulatedCluster(3, 0, seed);
            SimulatedNode voter = cluster.node(1);
            voter.machine().maxWakeNanos = 300_000_000; // a candidate asks again before the voter's next turn
            cluster.startAll();
            SimulatedNode leader = cluster.awaitLeader();
            if (leader != voter) {
                voter.diskFault(true);
                voter.disk().failWrite(path -> path.contains("vote"), 1);
                leader.crash(Loss.NONE);
                cluster.time().runFor(5 * SimulatedCluster.SECOND);
            }
        }
    }

    /** A slow disk fails shortly before the faults end; the node hears of it behind that, and was left degraded. */
    @Test
    void aFailureThatANodeHasNotHeardOfYetEndsWithTheFaultsToo() {
        SimulatedCluster cluster = new SimulatedCluster(3, 0, 5);
        cluster.startAll();
        SimulatedNode leader = cluster.awaitLeader();
        SimulatedNode broken = leader == cluster.node(1) ? cluster.node(2) : cluster.node(1);
        cluster.time().runFor(SimulatedCluster.SECOND);
        broken.machine().maxForceNanos = SimulatedCluster.SECOND / 2;
        broken.diskFault(true);
        broken.disk().failForce(path -> true, 1);
        leader.client()
                .write(new Action.CreateMap(MapSettings.of("prices", "bytes", "bytes")), SimulatedCluster.SECOND);
        cluster.time().runUntil(broken::hasFailed, SimulatedCluster.SECOND);
        assertThat(broken.is(NodeState.DEGRADED)).isFalse();
        new Faults(cluster, Plan.of(1, Options.any())).end();
        cluster.time().runFor(3 * SimulatedCluster.SECOND);
        assertThat(broken.is(NodeState.FOLLOWER)).isTrue();
    }

    /** [M1] A voter that missed the formation was told the present configuration as the entry that formed the cluster. */
    @Test
    void whoAsksForTheFormationIsToldTheEntryThatFormedTheClusterWhateverCameSince() {
        SimulatedCluster cluster = new SimulatedCluster(3, 0, 930873);
        cluster.vary(EnumSet.of(Variation.CONFIGURATIONS), new SplittableRandom(1));
        SimulatedNode late = cluster.node(1);
        late.diskFault(true);
        late.disk().failWrite(path -> path.contains("vote"), 1);
        cluster.startAll();
        SimulatedNode leader = cluster.awaitLeader();
        Action write = new Action.CreateMap(MapSettings.of("prices", "bytes", "bytes"));
        while (Objects.equals(leader.state().configuration(), leader.state().formation())) {
            cluster.await(leader.client().write(write, SimulatedCluster.SECOND));
        }
        cluster.nodes().stream().filter(node -> node != late).forEach(node -> {
            node.crash(Loss.NONE);
            node.start(); // what it tells is not in its memory any more
        });
        late.crash(Loss.NONE);
        late.start();
        cluster.time().runUntil(() -> late.is(NodeState.FOLLOWER), 20 * SimulatedCluster.SECOND);
        cluster.time().runFor(SimulatedCluster.SECOND);
        assertThat(late.state()).isEqualTo(cluster.watch().states.latest());
    }
}
