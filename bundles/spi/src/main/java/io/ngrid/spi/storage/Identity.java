package io.ngrid.spi.storage;

import io.ngrid.api.NodeId;
import io.ngrid.spi.ClusterId;
import io.ngrid.spi.StorageId;
import org.jspecify.annotations.Nullable;

/**
 * Who a data directory belongs to.
 *
 * @param node the node
 * @param storage its storage ID
 * @param cluster its cluster, or null before it has one
 * @param start how often the directory was opened, this time included; rises durably before the node does anything
 */
public record Identity(
        NodeId node, StorageId storage, @Nullable ClusterId cluster, long start) {}
