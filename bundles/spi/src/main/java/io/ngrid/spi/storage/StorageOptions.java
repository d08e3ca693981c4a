package io.ngrid.spi.storage;

import io.ngrid.api.Durability;
import io.ngrid.api.NodeId;

/**
 * Settings of a node's storage.
 *
 * @param node the node that owns the directory
 * @param durability whether a flush forces the file, or only writes to the operating system
 * @param logSegmentBytes size of a log segment
 * @param queueSegmentBytes size of a queue segment
 * @param tailCacheBytes how much of the log's tail is kept in memory for readers
 */
public record StorageOptions(
        NodeId node, Durability durability, long logSegmentBytes, long queueSegmentBytes, long tailCacheBytes) {
    /**
     * The defaults: log segments of 64 MiB, queue segments of 16 MiB, a tail cache of 16 MiB.
     *
     * @param node the node
     * @param durability the durability
     * @return the settings
     */
    public static StorageOptions of(NodeId node, Durability durability) {
        return new StorageOptions(node, durability, 64L << 20, 16L << 20, 16L << 20);
    }
}
