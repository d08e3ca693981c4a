package io.ngrid.replication.core;

import io.ngrid.spi.Configuration;
import io.ngrid.spi.EntryKind;
import io.ngrid.spi.LogEntry;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The latest configuration in the log, committed or not [E7]; the one before it when its entry is cut. */
final class ConfigurationTrack {
    private static final int SCAN_BYTES = 1 << 20;

    private final LogTail log;
    private final Deque<At> appended = new ArrayDeque<>();
    private Configuration earlier;
    private long earlierEnd;

    /** Starts from the latest configuration of a log; at which index it stands need not be known. */
    ConfigurationTrack(Configuration configuration, LogTail log) {
        this.log = log;
        this.earlier = configuration;
        this.earlierEnd = log.last().index();
    }

    Configuration latest() {
        return appended.isEmpty() ? earlier : appended.getLast().configuration;
    }

    /** Returns whether the latest configuration changed. */
    boolean append(List<LogEntry> entries) {
        Configuration before = latest();
        for (LogEntry entry : entries) {
            if (entry.kind() == EntryKind.CONFIGURATION) {
                appended.add(new At(entry.index(), Configuration.decode(entry.payload())));
            }
        }
        return !latest().equals(before);
    }

    /** Called before the cut, while the log still shows what goes. Returns whether the latest configuration changed. */
    boolean truncate(long fromIndex) {
        Configuration before = latest();
        while (!appended.isEmpty() && appended.getLast().index >= fromIndex) {
            appended.removeLast();
        }
        if (fromIndex <= earlierEnd) {
            if (scan(fromIndex, earlierEnd) != null) {
                Configuration found = scan(log.firstIndex(), fromIndex - 1);
                if (found == null) {
                    throw new IllegalStateException("the cut from " + fromIndex
                            + " takes the only configuration of a log that begins at " + log.firstIndex());
                }
                earlier = found;
            }
            earlierEnd = fromIndex - 1;
        }
        return !latest().equals(before);
    }

    private @Nullable Configuration scan(long from, long to) {
        Configuration found = null;
        long index = from;
        while (index <= to) {
            for (LogEntry entry : log.entries(index, SCAN_BYTES)) {
                if (entry.index() <= to && entry.kind() == EntryKind.CONFIGURATION) {
                    found = Configuration.decode(entry.payload());
                }
                index = entry.index() + 1;
            }
        }
        return found;
    }

    private record At(long index, Configuration configuration) {}
}
