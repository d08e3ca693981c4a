package io.ngrid.replication.core;

import io.ngrid.spi.Configuration;
import io.ngrid.spi.EntryKind;
import io.ngrid.spi.LogEntry;

/** The first entry of every log [M1]. */
final class FormationEntry {
    private FormationEntry() {}

    static LogEntry write(Configuration configuration) {
        return new LogEntry(1, 1, 0, EntryKind.CONFIGURATION, configuration.encode());
    }

    static Configuration read(LogEntry entry) {
        if (entry.index() != 1 || entry.epoch() != 1 || entry.kind() != EntryKind.CONFIGURATION) {
            throw new IllegalStateException(
                    "a formation entry has position 1:1 and kind CONFIGURATION, this one is " + entry);
        }
        return Configuration.decode(entry.payload());
    }
}
