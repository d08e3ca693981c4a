package io.ngrid.transport.wire;

import io.ngrid.spi.LogEntry;
import io.ngrid.spi.message.ReplicationRequest;
import java.util.ArrayList;
import java.util.List;

final class ReplicationRequestLayout implements Layout<ReplicationRequest> {
    @Override
    public void write(ReplicationRequest value, BodyWriter out) {
        out.u8(1)
                .varint(value.epoch())
                .position(value.previous())
                .varint(value.commitIndex())
                .varint(value.entries().size());
        for (LogEntry entry : value.entries()) {
            EntryLayout.write(entry, out);
        }
    }

    @Override
    public ReplicationRequest read(BodyReader in) {
        in.version();
        long epoch = in.varint();
        var previous = in.position();
        long commitIndex = in.varint();
        int count = in.count(EntryLayout.LEAST_BYTES);
        List<LogEntry> entries = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            entries.add(EntryLayout.read(in));
        }
        return new ReplicationRequest(epoch, previous, commitIndex, List.copyOf(entries));
    }

    @Override
    public int sizeHint(ReplicationRequest value) {
        long size = LogEntry.OVERHEAD;
        for (LogEntry entry : value.entries()) {
            size += entry.size();
        }
        return (int) Math.min(size, Integer.MAX_VALUE);
    }
}
