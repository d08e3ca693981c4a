package io.ngrid.spi.election;

import io.ngrid.api.NodeId;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An instant of the election core.
 *
 * @param role the node's role
 * @param epoch its epoch
 * @param leader the leader, or null
 * @param hears voters heard within an election time-out, itself not among them
 * @param elections elections begun since start
 * @param leaderChanges changes of leader seen since start
 * @param reason why it neither leads nor follows, in one sentence; empty otherwise
 */
public record ElectionView(
        Role role,
        long epoch,
        @Nullable NodeId leader,
        List<NodeId> hears,
        long elections,
        long leaderChanges,
        String reason) {}
