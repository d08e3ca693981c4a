package io.ngrid.spi;

import io.ngrid.api.NodeId;

/**
 * A node ID together with the storage that answers for it: what quorums count [M4].
 *
 * @param node the node
 * @param storage its storage
 */
public record Member(NodeId node, StorageId storage) {
    @Override
    public String toString() {
        return node + "/" + storage.value().toString().substring(0, 8);
    }
}
