package io.ngrid.spi.transport;

import io.ngrid.api.NodeInfo;
import io.ngrid.spi.ClusterId;
import io.ngrid.spi.Member;
import io.ngrid.spi.StorageId;
import org.jspecify.annotations.Nullable;

/**
 * A node at the other end of a connection, as its handshake told.
 *
 * @param info its ID and address
 * @param storage its storage ID
 * @param cluster its cluster, or null while it has none
 */
public record Peer(
        NodeInfo info, StorageId storage, @Nullable ClusterId cluster) {
    /**
     * The pair that quorums count.
     *
     * @return the member
     */
    public Member member() {
        return new Member(info.id(), storage);
    }
}
