package io.ngrid.spi.replication;

import io.ngrid.api.NodeId;
import io.ngrid.spi.LogEntry;
import io.ngrid.spi.message.FormationNotice;

/** What the formation core decides; carried out in order, each before the next. */
public sealed interface FormationEffect {
    /**
     * Send a notice; it may be lost.
     *
     * @param to the receiver
     * @param notice the notice
     */
    record Send(NodeId to, FormationNotice notice) implements FormationEffect {}

    /**
     * Become a voter of the cluster that an entry forms: make the vote (epoch 1, none), the entry, and the cluster ID
     * durable, in this order, before any later effect [M1].
     *
     * @param entry the formation entry, epoch 1, index 1, its payload a {@link io.ngrid.spi.Configuration}
     */
    record Adopt(LogEntry entry) implements FormationEffect {}

    /**
     * The cluster has formed without this member, or under another storage ID of it [M4]: it takes no part,
     * as long as {@link Formation#isExcluded}.
     *
     * @param reason one sentence for people
     */
    record Excluded(String reason) implements FormationEffect {}
}
