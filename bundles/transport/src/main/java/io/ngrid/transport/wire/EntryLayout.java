package io.ngrid.transport.wire;

import io.ngrid.spi.EntryKind;
import io.ngrid.spi.LogEntry;
import java.util.ArrayList;
import java.util.List;

/** An entry of the log within a body. It has no version of its own: the body's counts. */
final class EntryLayout {
    /** Index, epoch, time, kind and the payload's length, a byte each. */
    private static final int LEAST_BYTES = 5;

    private EntryLayout() {}

    static void write(LogEntry entry, BodyWriter out) {
        out.varint(entry.index())
                .varint(entry.epoch())
                .varint(entry.time())
                .u8(entry.kind().code())
                .bytes(entry.payload());
    }

    static LogEntry read(BodyReader in) {
        return new LogEntry(in.varint(), in.varint(), in.varint(), kind(in.u8()), in.bytes());
    }

    static void writeAll(List<LogEntry> entries, BodyWriter out) {
        out.varint(entries.size());
        for (LogEntry entry : entries) {
            write(entry, out);
        }
    }

    static List<LogEntry> readAll(BodyReader in) {
        int count = in.count(LEAST_BYTES);
        List<LogEntry> entries = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            entries.add(read(in));
        }
        return List.copyOf(entries);
    }

    /** About how many bytes a body with these entries has. */
    static int sizeHint(List<LogEntry> entries) {
        long size = LogEntry.OVERHEAD;
        for (LogEntry entry : entries) {
            size += entry.size();
        }
        return (int) Math.min(size, Integer.MAX_VALUE);
    }

    private static EntryKind kind(int code) {
        return BodyReader.checked(() -> EntryKind.of(code));
    }
}
