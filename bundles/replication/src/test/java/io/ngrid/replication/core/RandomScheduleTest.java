package io.ngrid.replication.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.ShrinkingMode;

/** Random schedules: {@link Truth} checks every step, and everything converges when the faults stop. */
class RandomScheduleTest {
    private static final int STEPS = 1500;

    @Property(tries = 300, shrinking = ShrinkingMode.OFF, edgeCases = EdgeCasesMode.NONE)
    void everyScheduleIsSafeAndConverges(@ForAll long seed) {
        Random random = new Random(seed);
        int voters = 1 + random.nextInt(5);
        int quorum = random.nextInt(voters + 1);
        boolean small = random.nextBoolean();
        SimCluster cluster = new SimCluster(voters, quorum, small ? 150 : 1 << 20, small ? 450 : 8 << 20);
        int faults = 1 + random.nextInt(10);
        int healing = 1 + random.nextInt(40);
        cluster.elect(1 + random.nextInt(voters));
        for (int i = 0; i < STEPS; i++) {
            step(cluster, random, i, faults, healing);
        }
        converge(cluster, random);
    }

    private static void step(SimCluster cluster, Random random, int number, int faults, int healing) {
        List<SimNode> all = new ArrayList<>(cluster.nodes());
        SimNode node = all.get(random.nextInt(all.size()));
        SimNode other = all.get(random.nextInt(all.size()));
        int dice = random.nextInt(1000);
        if (dice < 10 * faults) {
            fault(cluster, node, other, random);
        } else if (dice < 120 && !node.up) {
            cluster.restart(node);
        } else if (dice < 120 + healing && node != other) {
            cluster.heal(node, other);
        } else if (dice < 190) {
            cluster.elapse(random.nextLong(2 * SimCluster.RETRY_NANOS));
        } else if (dice < 420 && node.up) {
            node.flush(1 + random.nextInt(3));
        } else if (dice < 540 && node.up && node.leading) {
            node.propose("p" + number);
        } else if (dice < 580 && node.up && node.leading) {
            node.read();
        } else if (dice < 640 && node.up && node.leading) {
            node.heartbeat();
        } else {
            deliverAny(cluster, random);
        }
    }

    private static void fault(SimCluster cluster, SimNode node, SimNode other, Random random) {
        int dice = random.nextInt(10);
        if (dice < 4) {
            electAny(cluster, node, random);
        } else if (dice < 6 && node != other) {
            cluster.cut(node, other);
        } else if (dice < 8) {
            cluster.isolate(node);
        } else if (node.up) {
            cluster.crash(node, random);
        }
    }

    /** Any message on the way, mostly an old one; lost, delivered, or delivered and kept for another time. */
    private static void deliverAny(SimCluster cluster, Random random) {
        if (!cluster.wires.isEmpty()) {
            int index = random.nextInt(random.nextBoolean() ? 1 : cluster.wires.size());
            int fate = random.nextInt(20);
            SimCluster.Wire wire = fate == 0 ? cluster.wires.get(index) : cluster.wires.remove(index);
            if (fate != 1) {
                cluster.deliver(wire);
            }
        }
    }

    private static void electAny(SimCluster cluster, SimNode candidate, Random random) {
        if (!candidate.leading && cluster.mayLead(candidate)) {
            List<SimNode> supporters = cluster.supporters(candidate);
            Collections.shuffle(supporters.subList(1, supporters.size()), random);
            cluster.elect(candidate, supporters.subList(0, cluster.quorums.election()));
        }
    }

    private static void converge(SimCluster cluster, Random random) {
        cluster.wires.clear();
        cluster.nodes().stream().filter(node -> !node.up).forEach(cluster::restart);
        cluster.heal();
        SimNode leader = cluster.nodes().stream()
                .filter(cluster::mayLead)
                .reduce((a, b) -> b)
                .orElseThrow(() -> new AssertionError("nobody can be elected"));
        cluster.elect(leader, cluster.supporters(leader).subList(0, cluster.quorums.election()));
        leader.propose("last");
        long read = leader.read();
        cluster.wires.removeIf(wire -> random.nextBoolean());
        for (int i = 0; i < 10; i++) {
            leader.heartbeat();
            cluster.settle();
            cluster.elapse(SimCluster.RETRY_NANOS);
        }
        assertThat(leader.confirmed).contains(read);
        assertThat(cluster.truth.committedIndex()).isEqualTo(leader.log.last().index());
        assertThat(leader.answerableIndex).isEqualTo(leader.log.last().index());
        for (SimNode node : cluster.nodes()) {
            assertThat(node.log.all()).as("log of %s", node).isEqualTo(leader.log.all());
            assertThat(node.commitIndex).as("commit index of %s", node).isEqualTo(leader.commitIndex);
            assertThat(node.core.view().releaseIndex())
                    .isEqualTo(leader.log.last().index());
        }
    }
}
