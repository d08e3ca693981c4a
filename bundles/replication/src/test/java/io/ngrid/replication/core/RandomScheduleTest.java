package io.ngrid.replication.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.ShrinkingMode;
import net.jqwik.api.constraints.IntRange;

/** Random schedules: {@link Truth} checks every step, and everything converges when the faults stop. */
class RandomScheduleTest {
    private static final int STEPS = 500;

    @Property(tries = 400, shrinking = ShrinkingMode.OFF)
    void everyScheduleIsSafeAndConverges(
            @ForAll @IntRange(min = 1, max = 5) int voters,
            @ForAll @IntRange(min = 0, max = 5) int quorum,
            @ForAll long seed) {
        run(voters, Math.min(quorum, voters), new Random(seed));
    }

    private static void run(int voters, int quorum, Random random) {
        int batch = random.nextBoolean() ? 1 << 20 : 150;
        SimCluster cluster = new SimCluster(voters, quorum, batch, random.nextBoolean() ? 8 << 20 : 3L * batch);
        for (int i = 0; i < STEPS; i++) {
            step(cluster, random, i);
        }
        converge(cluster);
    }

    private static void step(SimCluster cluster, Random random, int number) {
        List<SimNode> all = new ArrayList<>(cluster.nodes());
        SimNode node = all.get(random.nextInt(all.size()));
        SimNode other = all.get(random.nextInt(all.size()));
        int dice = random.nextInt(1000);
        if (dice < 520) {
            deliverAny(cluster, random);
        } else if (dice < 640 && node.up) {
            node.flush(1 + random.nextInt(3));
        } else if (dice < 760 && node.up && node.leading) {
            node.propose("p" + number);
        } else if (dice < 800 && node.up && node.leading) {
            node.read();
        } else if (dice < 850 && node.up && node.leading) {
            node.heartbeat();
        } else if (dice < 890) {
            cluster.elapse(random.nextLong(2 * SimCluster.RETRY_NANOS));
        } else if (dice < 920) {
            electAny(cluster, node, random);
        } else if (dice < 935 && node != other) {
            cluster.cut(node, other);
        } else if (dice < 965 && node != other) {
            cluster.heal(node, other);
        } else if (dice < 980 && node.up) {
            cluster.crash(node, random);
        } else if (!node.up) {
            cluster.restart(node);
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
            java.util.Collections.shuffle(supporters.subList(1, supporters.size()), random);
            cluster.elect(candidate, supporters.subList(0, cluster.quorums.election()));
        }
    }

    private static void converge(SimCluster cluster) {
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
