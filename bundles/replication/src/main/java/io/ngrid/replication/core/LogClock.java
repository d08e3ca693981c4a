package io.ngrid.replication.core;

import io.ngrid.spi.LogEntry;
import java.util.List;

/** Log time [R6]: the last entry's time plus the monotonic time since it came in, or since the restart. */
final class LogClock {
    private long time;
    private long sinceNanos;

    LogClock(long lastTime, long nowNanos) {
        time = lastTime;
        sinceNanos = nowNanos;
    }

    long stamp(long nowNanos) {
        return time + Math.max(0, nowNanos - sinceNanos);
    }

    /** When the stamp reaches a log time, if nothing is appended before; {@link Long#MAX_VALUE} for never. */
    long reachesNanos(long logTime) {
        long left = Math.max(0, logTime - time);
        return left > Long.MAX_VALUE - Math.max(0, sinceNanos) ? Long.MAX_VALUE : sinceNanos + left;
    }

    /** Log time of the last entry. */
    long last() {
        return time;
    }

    /** A tail that is cut is always replaced in the same step, so only appending counts. */
    void appended(List<LogEntry> entries, long nowNanos) {
        time = entries.get(entries.size() - 1).time();
        sinceNanos = nowNanos;
    }
}
