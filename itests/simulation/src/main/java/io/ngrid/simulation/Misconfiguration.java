package io.ngrid.simulation;

import io.ngrid.api.NGridConfig;
import java.util.List;

/**
 * A node that starts for the first time with another list of peers or another W than the rest: until that is corrected,
 * no cluster may form, and then it does [M1].
 */
final class Misconfiguration {
    private static final long SECOND = SimulatedCluster.SECOND;

    private final SimulatedCluster cluster;
    private final Plan plan;
    private final SimulatedNode node;

    Misconfiguration(SimulatedCluster cluster, Plan plan) {
        this.cluster = cluster;
        this.plan = plan;
        List<SimulatedNode> nodes = cluster.nodes();
        this.node = nodes.get(cluster.time().random().nextInt(nodes.size()));
    }

    /** Starts the node as it should not be, and a few seconds later as it should. */
    void begin() {
        NGridConfig wrong = wrong();
        cluster.trace().note(node + " is misconfigured: peers " + wrong.peers() + " W " + wrong.replicationQuorum());
        node.start(wrong);
        cluster.time().after(SECOND, 4 * SECOND, () -> {
            if (node.starts() > 1) {
                return; // a fault was faster
            }
            cluster.watch()
                    .require(
                            cluster.nodes().stream().noneMatch(SimulatedNode::isMember),
                            "[M1]",
                            () -> "a cluster formed although " + node + " was misconfigured: " + wrong);
            node.crash();
            node.start();
        });
    }

    private NGridConfig wrong() {
        NGridConfig.Builder other = cluster.template(node);
        int size = plan.nodes();
        int kind = size > 2 ? cluster.time().random().nextInt(3) : 0;
        if (kind > 0) { // its list lacks another one, and perhaps its W is too great for that
            List<SimulatedNode> others =
                    cluster.nodes().stream().filter(peer -> peer != node).toList();
            SimulatedNode lacking = others.get(cluster.time().random().nextInt(others.size()));
            other.peers(cluster.nodes().stream()
                    .filter(peer -> peer != lacking)
                    .map(SimulatedNode::address)
                    .toArray(String[]::new));
        }
        if (kind == 0) {
            other.replicationQuorum(size > 1 ? 1 + plan.quorum() % size : 2);
        } else if (kind == 1) {
            other.replicationQuorum(size);
        }
        return other.build();
    }
}
