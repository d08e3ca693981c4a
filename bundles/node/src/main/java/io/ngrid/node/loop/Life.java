package io.ngrid.node.loop;

import io.ngrid.api.NGridConfig;
import io.ngrid.api.NodeId;
import io.ngrid.api.NodeState;
import io.ngrid.spi.storage.CorruptionException;
import io.ngrid.spi.storage.StorageException;
import io.ngrid.spi.storage.StorageReport;
import org.jspecify.annotations.Nullable;

/**
 * Where a node is in its life, and why. Event loop only.
 *
 * <pre>
 *   STARTING -> FORMING   storage and port are open; a member's node shows its group's state from here on
 *   any      -> DEGRADED  a storage fault [D1], [D2], or a state that differs [R6]
 *   any      -> CLOSED
 * </pre>
 */
final class Life {
    private NodeState stage = NodeState.STARTING;
    private String why = "starting";
    private String refusal = "";
    private boolean refusedByCluster;

    /** Storage and port are open. */
    void opened() {
        if (stage == NodeState.STARTING) {
            stage = NodeState.FORMING;
            why = "";
        }
    }

    /** False if it had no more to lose. */
    boolean degrade(String reason) {
        if (stage == NodeState.DEGRADED || stage == NodeState.CLOSED) {
            return false;
        }
        stage = NodeState.DEGRADED;
        why = reason;
        return true;
    }

    void close(String reason) {
        if (stage != NodeState.CLOSED) {
            stage = NodeState.CLOSED;
            why = reason;
        }
    }

    boolean isOpen() {
        return stage == NodeState.FORMING;
    }

    boolean isDegraded() {
        return stage == NodeState.DEGRADED;
    }

    /** A peer, or its cluster, refused this node; cleared by the next connection. */
    void refused(String message, boolean byCluster) {
        refusal = message;
        refusedByCluster |= byCluster;
    }

    void connected() {
        refusal = "";
    }

    /** This node's cluster has formed. */
    void adopted() {
        refusedByCluster = false;
    }

    /** What others see. */
    NodeState state(NodeId self, Forming forming, @Nullable ReplicatedGroup group) {
        if (stage != NodeState.FORMING) {
            return stage;
        }
        if (group == null) {
            return refusedByCluster || !forming.excluded().isEmpty() ? NodeState.REFUSED : NodeState.FORMING;
        }
        if (!group.division().isEmpty()) {
            return NodeState.DEGRADED;
        }
        NodeId leader = group.leader();
        if (leader == null) {
            return NodeState.ELECTING;
        }
        return leader.equals(self) ? NodeState.LEADER : NodeState.FOLLOWER;
    }

    /** What failed, and what to do about it. */
    static String reason(Throwable failure, NGridConfig config) {
        if (failure instanceof CorruptionException) {
            return failure.getMessage() + ". Keep a copy of " + config.dataDirectory() + ". "
                    + (MemberStart.namesOthers(config)
                            ? StorageReport.WAY_OUT_OF_SEVERAL
                            : StorageReport.WAY_OUT_OF_ONE);
        }
        if (failure instanceof StorageException) {
            return failure.getMessage() + ". Nothing is tried again [D1]: see to the disk of " + config.dataDirectory()
                    + ", then restart the node";
        }
        return "internal error, see the log: " + failure;
    }

    /** The state as a sentence; empty where it speaks for itself. */
    String reason(NodeId self, Forming forming, @Nullable ReplicatedGroup group) {
        return switch (state(self, forming, group)) {
            case FORMING -> refusal.isEmpty() ? forming.reason() : forming.reason() + "; " + refusal;
            case REFUSED -> forming.excluded().isEmpty() ? refusal : forming.excluded();
            case ELECTING -> group == null ? "" : group.electionView().reason();
            case FOLLOWER, LEADER -> "";
            case DEGRADED -> stage == NodeState.DEGRADED || group == null ? why : group.division();
            case STARTING, CLOSED -> why;
        };
    }
}
