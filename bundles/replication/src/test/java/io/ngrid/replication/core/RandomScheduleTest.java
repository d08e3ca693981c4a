package io.ngrid.replication.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.ShrinkingMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Random schedules: {@link Truth} checks every step, and everything converges when the faults stop. */
class RandomScheduleTest {
    private static final int STEPS = 1500;

    @Property(tries = 300, shrinking = ShrinkingMode.OFF, edgeCases = EdgeCasesMode.NONE)
    void everyScheduleIsSafeAndConverges(@ForAll long seed) {
        assertTimeoutPreemptively(Duration.ofMinutes(1), () -> run(seed));
    }

    /** Voters took over a log in the epoch in which they had acknowledged what they cut; its leader never learnt of it. */
    @ParameterizedTest
    @ValueSource(longs = {-4335454647637000696L, 7118052103437924775L, -6239625646103608704L, -7495346448140285272L})
    void foundBySeed(long seed) {
        run(seed);
    }

    private static void run(long seed) {
        Random random = new Random(seed);
        int voters = 1 + random.nextInt(5);
        int quorum = random.nextInt(voters + 1);
        boolean small = random.nextBoolean();
        SimCluster cluster = new SimCluster(voters, quorum, small ? 150 : 1 << 20, small ? 450 : 8 << 20);
        int faults = 1 + random.nextInt(10);
        int healing = 1 + random.nextInt(8);
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
        if (dice < 2 * faults) {
            fault(cluster, node, other, random);
        } else if (dice < 20) {
            return;
        } else if (dice < 20 + healing) {
            cluster.heal();
        } else if (dice < 33 && node != other) {
            cluster.heal(node, other);
        } else if (dice < 90 && !node.up) {
            cluster.restart(node);
        } else if (dice < 130) {
            electAny(cluster, node, random);
        } else if (dice < 145) {
            fetchAny(node, other);
        } else if (dice < 175) {
            cluster.elapse(random.nextLong(2 * SimCluster.RETRY_NANOS));
        } else if (dice < 400 && node.up) {
            node.flush(1 + random.nextInt(3));
        } else if (dice < 520 && node.up && node.leading) {
            node.propose(random.nextInt(8) == 0 ? "due" : "p" + number);
        } else if (dice < 600 && node.up && node.leading) {
            node.read();
        } else if (dice < 650 && node.up && node.leading) {
            node.heartbeat();
        } else {
            deliverAny(cluster, random);
        }
    }

    private static void fault(SimCluster cluster, SimNode node, SimNode other, Random random) {
        int dice = random.nextInt(10);
        if (dice < 3 && node != other) {
            cluster.cut(node, other);
        } else if (dice < 7) {
            cluster.isolate(cluster.nodes().stream()
                    .filter(leader -> leader.leading)
                    .findAny()
                    .orElse(node));
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

    /** Now and then, and then by any legal voters; mostly when nobody that leads hears a quorum, by those that hear it. */
    private static void electAny(SimCluster cluster, SimNode candidate, Random random) {
        boolean wild = random.nextInt(20) == 0;
        if (candidate.leading || !candidate.up || !wild && cluster.isLed()) {
            return;
        }
        List<SimNode> supporters = cluster.supporters(candidate);
        if (!wild) {
            supporters.removeIf(voter -> voter != candidate && !cluster.isConnected(candidate, voter));
        }
        if (supporters.size() >= cluster.quorums.election()) {
            Collections.shuffle(supporters.subList(1, supporters.size()), random);
            cluster.elect(candidate, supporters.subList(0, cluster.quorums.election()));
        }
    }

    private static void fetchAny(SimNode node, SimNode other) {
        if (node.up && !node.leading && other.log.last().compareTo(node.log.last()) > 0) {
            node.fetch(other);
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
        assertThat(leader.deadline).as("[R6] a tick when it was due").isEqualTo(Long.MAX_VALUE);
        long end = leader.log.last().index();
        cluster.elapse(100 * SimCluster.RETRY_NANOS);
        cluster.settle();
        assertThat(leader.log.last().index()).as("[C3] nothing more").isEqualTo(end);
        for (SimNode node : cluster.nodes()) {
            assertThat(node.log.all()).as("log of %s", node).isEqualTo(leader.log.all());
            assertThat(node.commitIndex).as("commit index of %s", node).isEqualTo(leader.commitIndex);
            assertThat(node.core.view().releaseIndex())
                    .isEqualTo(leader.log.last().index());
        }
    }
}
