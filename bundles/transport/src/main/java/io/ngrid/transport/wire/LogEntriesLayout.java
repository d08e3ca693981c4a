package io.ngrid.transport.wire;

import io.ngrid.spi.message.LogEntries;

final class LogEntriesLayout implements Layout<LogEntries> {
    @Override
    public void write(LogEntries value, BodyWriter out) {
        out.u8(1)
                .varint(value.number())
                .varint(value.epoch())
                .position(value.last())
                .position(value.previous());
        EntryLayout.writeAll(value.entries(), out);
    }

    @Override
    public LogEntries read(BodyReader in) {
        in.version();
        return new LogEntries(in.varint(), in.varint(), in.position(), in.position(), EntryLayout.readAll(in));
    }

    @Override
    public int sizeHint(LogEntries value) {
        return EntryLayout.sizeHint(value.entries());
    }
}
