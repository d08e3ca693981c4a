package io.ngrid.transport.wire;

import io.ngrid.spi.message.ElectionRequest;

final class ElectionRequestLayout implements Layout<ElectionRequest> {
    @Override
    public void write(ElectionRequest value, BodyWriter out) {
        out.u8(1)
                .bool(value.preVote())
                .varint(value.epoch())
                .position(value.last())
                .varint(value.attempt())
                .bool(value.handOver());
    }

    @Override
    public ElectionRequest read(BodyReader in) {
        in.version();
        return new ElectionRequest(in.bool(), in.varint(), in.position(), in.varint(), in.bool());
    }
}
