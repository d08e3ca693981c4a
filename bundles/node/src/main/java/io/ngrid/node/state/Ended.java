package io.ngrid.node.state;

import io.ngrid.spi.StorageId;

/**
 * A session that has ended, remembered until a later start of the same storage opens one: were it opened again, its
 * operations could be executed again.
 *
 * @param storage the owner's storage
 * @param start the node's start number
 */
record Ended(StorageId storage, long start) {}
