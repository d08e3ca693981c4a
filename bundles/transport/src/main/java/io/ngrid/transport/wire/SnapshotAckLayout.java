package io.ngrid.transport.wire;

import io.ngrid.spi.message.SnapshotAck;
import io.ngrid.spi.message.SnapshotAck.Outcome;

final class SnapshotAckLayout implements Layout<SnapshotAck> {
    @Override
    public void write(SnapshotAck value, BodyWriter out) {
        out.u8(1)
                .varint(value.epoch())
                .position(value.snapshot())
                .varint(value.position())
                .u8(value.outcome().code());
    }

    @Override
    public SnapshotAck read(BodyReader in) {
        in.version();
        return new SnapshotAck(in.varint(), in.position(), in.varint(), outcome(in.u8()));
    }

    private static Outcome outcome(int code) {
        return BodyReader.checked(() -> Outcome.of(code));
    }
}
