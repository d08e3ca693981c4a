package io.ngrid.replication.core;

import io.ngrid.spi.Configuration;
import io.ngrid.spi.EntryKind;
import io.ngrid.spi.LogEntry;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/** The latest configuration in the log, committed or not [E7]; the one before it when its entry is cut. */
final class ConfigurationTrack {
    private final Configuration applied;
    private final Deque<At> appended = new ArrayDeque<>();

    /** Starts from the configuration of the state, and the entries in the log behind it. */
    ConfigurationTrack(Configuration applied, List<LogEntry> later) {
        this.applied = applied;
        append(later);
    }

    Configuration latest() {
        return appended.isEmpty() ? applied : appended.getLast().configuration;
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

    /** Returns whether the latest configuration changed. */
    boolean truncate(long fromIndex) {
        Configuration before = latest();
        while (!appended.isEmpty() && appended.getLast().index >= fromIndex) {
            appended.removeLast();
        }
        return !latest().equals(before);
    }

    private record At(long index, Configuration configuration) {}
}
