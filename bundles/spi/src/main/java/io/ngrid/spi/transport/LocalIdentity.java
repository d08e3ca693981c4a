package io.ngrid.spi.transport;

import io.ngrid.api.NodeId;
import io.ngrid.spi.ClusterId;
import io.ngrid.spi.Member;
import io.ngrid.spi.StorageId;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a handshake says of this node; asked anew for every handshake.
 *
 * @param storage its storage ID
 * @param cluster its cluster, or null before it has one durably [M1]
 * @param voters voters of its cluster; empty without one
 * @param provisional whether its one-node cluster may still be dropped [M1]
 */
public record LocalIdentity(StorageId storage, @Nullable ClusterId cluster, List<Member> voters, boolean provisional) {
    /**
     * Node IDs of the voters.
     *
     * @return the IDs
     */
    public List<NodeId> voterIds() {
        return voters.stream().map(Member::node).toList();
    }
}
