package io.ngrid.simulation;

import io.ngrid.api.NodeState;
import io.ngrid.testkit.Loss;
import java.util.SplittableRandom;

/**
 * A fresh node that names all others, and that nobody names: it never is a member, says why, and does not disturb the
 * rest [M1].
 */
final class Stranger {
    private static final long SECOND = SimulatedCluster.SECOND;

    private final SimulatedCluster cluster;
    private final SplittableRandom random;
    private final SimulatedNode node;
    private boolean settled;

    Stranger(SimulatedCluster cluster, Plan plan) {
        this.cluster = cluster;
        this.random = cluster.time().random().split();
        this.node = cluster.addStranger(
                random.nextBoolean() ? "a-stranger" : "z-stranger", plan.maxDelayNanos() / 20, plan.maxDelayNanos());
    }

    /** It comes when it likes, and goes, and comes again. */
    void begin() {
        cluster.time().after(0, 5 * SECOND, () -> {
            if (!settled) {
                comeOrGo();
                begin();
            }
        });
    }

    private void comeOrGo() {
        if (node.isUp()) {
            node.crash(random.nextBoolean() ? Loss.RANDOM : Loss.NONE);
        } else {
            node.start();
        }
    }

    /** It stays. */
    void settle() {
        settled = true;
        if (!node.isUp()) {
            node.start();
        }
    }

    /** Whether it has been told that it is not wanted. */
    boolean isRefused() {
        return node.is(NodeState.REFUSED);
    }
}
