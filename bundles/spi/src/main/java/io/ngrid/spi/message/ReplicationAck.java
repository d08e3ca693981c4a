package io.ngrid.spi.message;

import io.ngrid.spi.StorageId;

/**
 * REPLICATION_ACK: answers a REPLICATION_REQUEST.
 *
 * @param epoch the epoch of the requests that it answers; a rejection of an old epoch carries the sender's newer one
 * @param storage the storage that answers for it
 * @param accepted false for a rejection: the request's previous entry is not in the sender's log
 * @param index accepted: the highest index durable here that requests of this epoch have verified. Rejected: the next
 *     index to try, the first of the conflicting epoch or one behind the sender's end
 * @param requestIndex index of the previous entry of the request that is rejected; 0 in an acceptance
 */
public record ReplicationAck(long epoch, StorageId storage, boolean accepted, long index, long requestIndex)
        implements Message {}
