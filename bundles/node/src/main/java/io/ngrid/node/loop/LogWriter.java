package io.ngrid.node.loop;

import io.ngrid.spi.storage.ChangeLog;
import java.util.function.LongConsumer;

/** Flushes the log on its lane: whatever has been staged meanwhile is the next batch, with one force for all of it. */
final class LogWriter {
    private final ChangeLog log;
    private final LongConsumer flushed;
    private long lastTicket;

    LogWriter(ChangeLog log, LongConsumer flushed) {
        this.log = log;
        this.flushed = flushed;
    }

    long run(long nowNanos) {
        long ticket = log.flush(nowNanos);
        if (ticket > lastTicket) {
            lastTicket = ticket;
            flushed.accept(ticket);
        }
        return log.hasStaged() ? nowNanos : log.nextFlushNanos();
    }
}
