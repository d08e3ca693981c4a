package io.ngrid.replication.core;

import io.ngrid.spi.LogEntry;
import io.ngrid.spi.LogPosition;
import io.ngrid.spi.message.ReplicationRequest;
import java.util.List;

/** Entries from another node follow each other without gaps; neither epochs nor times fall. */
final class RequestShape {
    private RequestShape() {}

    static void check(ReplicationRequest request) {
        check(request.epoch(), request.previous(), request.entries());
    }

    static void check(long epoch, LogPosition previous, List<LogEntry> entries) {
        LogPosition before = previous;
        long time = 0;
        for (LogEntry entry : entries) {
            if (entry.index() != before.index() + 1 || entry.epoch() < before.epoch()) {
                throw new IllegalStateException("in a request entry " + entry.position() + " follows " + before);
            }
            if (entry.time() < time) {
                throw new IllegalStateException(
                        "entry " + entry.position() + " has time " + entry.time() + ", the one before it " + time);
            }
            before = entry.position();
            time = entry.time();
        }
        if (before.epoch() > epoch) {
            throw new IllegalStateException("a request of epoch " + epoch + " has position " + before);
        }
    }
}
