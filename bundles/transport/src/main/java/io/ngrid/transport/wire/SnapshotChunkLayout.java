package io.ngrid.transport.wire;

import io.ngrid.spi.message.SnapshotChunk;

final class SnapshotChunkLayout implements Layout<SnapshotChunk> {
    private static final int FIXED = 64;

    @Override
    public void write(SnapshotChunk value, BodyWriter out) {
        out.u8(1)
                .varint(value.epoch())
                .position(value.snapshot())
                .varint(value.checkpointLength())
                .varint(value.position())
                .bytes(value.bytes());
    }

    @Override
    public SnapshotChunk read(BodyReader in) {
        in.version();
        return new SnapshotChunk(in.varint(), in.position(), in.varint(), in.varint(), in.bytes());
    }

    @Override
    public int sizeHint(SnapshotChunk value) {
        return FIXED + value.bytes().length;
    }
}
