package io.ngrid.election.core;

import io.ngrid.api.NodeId;
import org.jspecify.annotations.Nullable;

/**
 * Who leads this epoch, and whether it is still there [E2].
 *
 * <p>A leader is gone when it was not heard for an election time-out, when its own heartbeat says that it does not lead,
 * or when the connection to it broke and did not come back within a heartbeat. The last is a hint that makes failover
 * quick, and hurts no rule: epochs, votes and quorums do not depend on time at all ([E1], [R2], [L1] count promises and
 * echoes), and stickiness holds where it matters, because it takes E voters who have lost the leader to raise an
 * epoch [E3]. A live leader that lost the connection to one follower keeps it from being elected through the others, who
 * go on refusing; one whose connections to E voters are all broken has fewer than C left and could not go on anyway.
 * (Reads by lease [L2] would rest on the full time-out: whoever adds them must ignore the hint while they are on.)
 */
final class LeaderWatch {
    private final long timeoutNanos;
    private final long graceNanos;

    /** The leader that is followed, this node itself while it leads, or null. */
    private @Nullable NodeId leader;

    /** Whoever was heard to lead this epoch, also after it was lost. */
    private @Nullable NodeId leaderOfEpoch;

    private long heardNanos;
    private boolean broken;
    private long brokeNanos;

    LeaderWatch(long timeoutNanos, long graceNanos) {
        this.timeoutNanos = timeoutNanos;
        this.graceNanos = graceNanos;
    }

    @Nullable
    NodeId leader() {
        return leader;
    }

    @Nullable
    NodeId leaderOfEpoch() {
        return leaderOfEpoch;
    }

    boolean isLeader(NodeId node) {
        return node.equals(leader);
    }

    /** A node leads this epoch, and is heard now. */
    void heard(NodeId node, long epoch, long nowNanos) {
        if (leaderOfEpoch != null && !leaderOfEpoch.equals(node)) {
            throw new IllegalStateException("two leaders in epoch " + epoch + ": " + leaderOfEpoch + " and " + node);
        }
        leaderOfEpoch = node;
        leader = node;
        heardNanos = nowNanos;
        broken = false;
    }

    void enterEpoch() {
        leader = null;
        leaderOfEpoch = null;
    }

    void lose() {
        leader = null;
    }

    void connected(NodeId node) {
        if (isLeader(node)) {
            broken = false;
        }
    }

    void disconnected(NodeId node, long nowNanos) {
        if (isLeader(node)) {
            broken = true;
            brokeNanos = nowNanos;
        }
    }

    /** When the leader followed is given up unless heard before. */
    long lostAtNanos() {
        long silent = heardNanos + timeoutNanos;
        return broken ? Times.earlier(silent, brokeNanos + graceNanos) : silent;
    }
}
