package io.ngrid.spi.election;

import io.ngrid.api.NodeId;
import org.jspecify.annotations.Nullable;

/**
 * A node's durable promise [E1].
 *
 * @param epoch highest epoch it has seen
 * @param votedFor to whom its vote in that epoch went, or null
 */
public record Vote(long epoch, @Nullable NodeId votedFor) {}
