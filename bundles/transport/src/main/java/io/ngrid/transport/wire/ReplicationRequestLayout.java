package io.ngrid.transport.wire;

import io.ngrid.spi.message.ReplicationRequest;

final class ReplicationRequestLayout implements Layout<ReplicationRequest> {
    @Override
    public void write(ReplicationRequest value, BodyWriter out) {
        out.u8(1).varint(value.epoch()).position(value.previous()).varint(value.commitIndex());
        EntryLayout.writeAll(value.entries(), out);
    }

    @Override
    public ReplicationRequest read(BodyReader in) {
        in.version();
        return new ReplicationRequest(in.varint(), in.position(), in.varint(), EntryLayout.readAll(in));
    }

    @Override
    public int sizeHint(ReplicationRequest value) {
        return EntryLayout.sizeHint(value.entries());
    }
}
