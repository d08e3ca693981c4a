package io.ngrid.transport.wire;

import io.ngrid.api.NodeId;
import io.ngrid.spi.ClusterId;
import io.ngrid.spi.transport.Refusal;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * REFUSED, the last frame to a stranger.
 *
 * @param kind why
 * @param node who refuses
 * @param cluster its cluster, or null
 * @param voters node IDs of the voters of its cluster
 * @param sentence one sentence for people
 */
public record Refused(
        Refusal.Kind kind, NodeId node, @Nullable ClusterId cluster, List<NodeId> voters, String sentence)
        implements Frame {}
