package io.ngrid.spi.message;

import io.ngrid.spi.LogEntry;
import io.ngrid.spi.LogPosition;
import java.util.List;

/**
 * REPLICATION_REQUEST: the leader's entries behind a position [R3].
 *
 * @param epoch the leader's epoch
 * @param previous position of the entry before the first one sent
 * @param commitIndex the leader's commit index; obeyed only up to what this epoch's requests have verified
 * @param entries the entries, in order and without gaps; empty for a probe
 */
public record ReplicationRequest(long epoch, LogPosition previous, long commitIndex, List<LogEntry> entries)
        implements Message {}
