package io.ngrid.transport.wire;

import io.ngrid.spi.EntryKind;
import io.ngrid.spi.LogEntry;

/** An entry of the log within a body. It has no version of its own: the body's counts. */
final class EntryLayout {
    /** Index, epoch, time, kind and the payload's length, a byte each. */
    static final int LEAST_BYTES = 5;

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

    private static EntryKind kind(int code) {
        return BodyReader.checked(() -> EntryKind.of(code));
    }
}
