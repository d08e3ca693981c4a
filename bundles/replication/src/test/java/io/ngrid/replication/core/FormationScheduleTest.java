package io.ngrid.replication.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import io.ngrid.api.PeerAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.BooleanSupplier;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.ShrinkingMode;

/** Formation in every order of starts, connections, deliveries and crashes: one cluster, and always one. */
class FormationScheduleTest {
    private static final int STEPS = 200;

    @Property(tries = 500, shrinking = ShrinkingMode.OFF, edgeCases = EdgeCasesMode.NONE)
    void equalFreshNodesAlwaysFormOneCluster(@ForAll long seed) {
        assertTimeoutPreemptively(Duration.ofMinutes(1), () -> formOne(seed));
    }

    private static void formOne(long seed) {
        Random random = new Random(seed);
        int count = 1 + random.nextInt(5);
        FormationSim sim = FormationSim.of(count, random.nextInt(count + 1), random);
        if (random.nextBoolean()) {
            sim.makeNodesBusy();
        }
        run(sim, random, STEPS, () -> false);
        startTheRest(sim);
        sim.settle();
        for (FormationSim.Node node : sim.nodes) {
            assertThat(node.entry)
                    .as("entry of %s: %s", node, node.core.reason())
                    .isNotNull();
            assertThat(node.cluster()).isEqualTo(sim.node(1).cluster());
            assertThat(node.core.reason()).isEmpty();
            assertThat(node.core.nextTickNanos()).as("%s is idle", node).isEqualTo(Long.MAX_VALUE);
        }
    }

    @Property(tries = 2000, shrinking = ShrinkingMode.OFF, edgeCases = EdgeCasesMode.NONE)
    void H23_oneNodeThatLosesItsDiskAtAnyMomentNeverMakesASecondCluster(@ForAll long seed) {
        assertTimeoutPreemptively(Duration.ofMinutes(1), () -> loseOneDisk(seed));
    }

    private static void loseOneDisk(long seed) {
        Random random = new Random(seed);
        FormationSim sim = FormationSim.of(2 + random.nextInt(4), 0, random);
        sim.makeNodesBusy();
        FormationSim.Node wiped = sim.nodes.get(random.nextInt(sim.nodes.size()));
        for (int wipes = random.nextInt(4); wipes >= 0; wipes--) {
            boolean whenItHasFormed = random.nextBoolean(); // while the others may not have heard of it
            run(sim, random, random.nextInt(STEPS), () -> whenItHasFormed && wiped.entry != null);
            sim.crash(wiped);
            sim.wipe(wiped);
            if (random.nextBoolean()) {
                sim.start(wiped); // before anybody else notices
            }
        }
        run(sim, random, STEPS, () -> false);
        startTheRest(sim);
        sim.settle();
        for (FormationSim.Node node : sim.nodes) {
            if (node != wiped) {
                assertThat(node.entry)
                        .as("entry of %s: %s", node, node.core.reason())
                        .isNotNull();
            } else if (node.entry == null) {
                assertThat(node.excluded)
                        .as("%s is told", node)
                        .contains(node.id().value());
            }
        }
    }

    @Property(tries = 200, shrinking = ShrinkingMode.OFF, edgeCases = EdgeCasesMode.NONE)
    void unequalListsOrQuorumsNeverForm(@ForAll long seed) {
        assertTimeoutPreemptively(Duration.ofMinutes(1), () -> formNone(seed));
    }

    private static void formNone(long seed) {
        Random random = new Random(seed);
        int count = 2 + random.nextInt(4);
        boolean byQuorum = random.nextBoolean();
        int odd = 1 + random.nextInt(count);
        FormationSim sim = new FormationSim(random);
        for (int i = 1; i <= count; i++) {
            List<PeerAddress> peers = new ArrayList<>();
            for (int j = 1; j <= count; j++) {
                peers.add(FormationSim.address(j));
            }
            if (!byQuorum && i == odd) {
                peers.remove(i % count); // one of the others
            }
            sim.add(i, peers, byQuorum && i == odd ? 1 : 0);
        }
        run(sim, random, STEPS, () -> false);
        startTheRest(sim);
        sim.settle();
        if (byQuorum || count > 2) {
            for (FormationSim.Node node : sim.nodes) {
                assertThat(node.entry).as("entry of %s", node).isNull();
                assertThat(node.core.reason()).as("reason of %s", node).isNotEmpty();
            }
            assertThat(sim.node(odd).core.reason()).contains("must be equal");
        }
    }

    private static void run(FormationSim sim, Random random, int steps, BooleanSupplier end) {
        int crashes = random.nextInt(30);
        for (int i = 0; i < steps && !end.getAsBoolean(); i++) {
            FormationSim.Node a = sim.nodes.get(random.nextInt(sim.nodes.size()));
            FormationSim.Node b = sim.nodes.get(random.nextInt(sim.nodes.size()));
            int dice = random.nextInt(200);
            if (dice < crashes) {
                sim.crashAfterEffects(random.nextInt(6));
            } else if (dice < 35) {
                sim.disconnect(a, b);
            } else if (dice < 60) {
                if (!a.up) {
                    sim.start(a);
                }
            } else if (dice < 110) {
                sim.connect(a, b);
            } else if (dice < 145) {
                sim.deliver(a, b);
            } else if (dice < 185) {
                sim.work(a);
            } else {
                sim.tick(random.nextLong(FormationSim.RETRY));
            }
        }
    }

    private static void startTheRest(FormationSim sim) {
        sim.crashAfterEffects(-1);
        sim.nodes.stream().filter(node -> !node.up).forEach(sim::start);
    }
}
