package io.ngrid.spi.message;

import io.ngrid.api.NodeId;
import io.ngrid.spi.LogEntry;
import io.ngrid.spi.StorageId;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * FORMATION: nodes without a cluster tell each other what they would form, and nodes of a cluster pass on the entry that
 * formed it [M1].
 *
 * @param to the storage ID that the sender knows of the receiver; one with another storage ID drops the notice, since what the
 *     sender says to the memory that was lost it must not say to the new one
 * @param list node IDs of the sender's list, itself among them, sorted; empty while an address is not yet resolved
 * @param replicationQuorum W as the sender's configuration has it, 0 for a majority
 * @param entry the formation entry, if the sender has one
 */
public record FormationNotice(
        StorageId to,
        List<NodeId> list,
        int replicationQuorum,
        @Nullable LogEntry entry) implements Message {}
