package io.ngrid.replication.core;

import io.ngrid.spi.Configuration;
import io.ngrid.spi.LogEntry;
import io.ngrid.spi.LogReader;
import io.ngrid.spi.Member;
import io.ngrid.spi.replication.ReplicationEffect;
import io.ngrid.spi.replication.ReplicationOptions;
import java.util.List;

/** What a node keeps whatever its role: the log's tail, its configuration, its clock, what is committed. */
final class LocalLog {
    final Member self;
    final ReplicationOptions options;
    final LogTail tail;
    final Commitment commitment;
    private final ConfigurationTrack configurations;
    private final LogClock clock;
    private long deadline = Long.MAX_VALUE;

    LocalLog(ReplicationOptions options, LogReader log, long nowNanos) {
        this.self = options.self();
        this.options = options;
        this.tail = new LogTail(log, options.flushedIndex());
        if (options.appliedIndex() > tail.last().index()) {
            throw new IllegalStateException(
                    "state is applied up to " + options.appliedIndex() + " but the log ends at " + tail.last());
        }
        this.commitment = new Commitment(options.appliedIndex());
        this.configurations = new ConfigurationTrack(options.configuration(), options.configurations());
        this.clock = new LogClock(options.lastTime(), nowNanos);
    }

    Configuration configuration() {
        return configurations.latest();
    }

    long stamp(long nowNanos) {
        return clock.stamp(nowNanos);
    }

    /** The earliest deadline in the applied state, in log time [R6]. */
    void deadline(long logTime) {
        deadline = logTime;
    }

    /**
     * When a tick is due: nothing in the log, applied or not, has a time that reaches the deadline, so nothing that is being
     * written will do. {@link Long#MAX_VALUE} for never.
     */
    long tickDueNanos() {
        return deadline == Long.MAX_VALUE || clock.last() >= deadline ? Long.MAX_VALUE : clock.reachesNanos(deadline);
    }

    /** Returns whether the configuration changed. */
    boolean append(List<LogEntry> entries, Effects out, long nowNanos) {
        tail.append(entries, out);
        clock.appended(entries, nowNanos);
        return configured(configurations.append(entries), out);
    }

    /** Cuts a tail that conflicts with the leader's log; what replaces it is appended in the same step [R3]. */
    void truncate(long fromIndex, Effects out) {
        if (fromIndex <= commitment.index()) {
            throw new IllegalStateException(
                    "asked to cut the log from " + fromIndex + ", at or below the commit index " + commitment.index());
        }
        boolean changed = configurations.truncate(fromIndex);
        tail.truncate(fromIndex, out);
        configured(changed, out);
    }

    private boolean configured(boolean changed, Effects out) {
        if (changed) {
            out.tell(new ReplicationEffect.Configured(configurations.latest()));
        }
        return changed;
    }
}
