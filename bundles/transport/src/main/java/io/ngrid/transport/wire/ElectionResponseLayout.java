package io.ngrid.transport.wire;

import io.ngrid.spi.message.ElectionResponse;

final class ElectionResponseLayout implements Layout<ElectionResponse> {
    @Override
    public void write(ElectionResponse value, BodyWriter out) {
        out.u8(1)
                .bool(value.preVote())
                .varint(value.requestEpoch())
                .varint(value.attempt())
                .bool(value.granted())
                .varint(value.epoch());
    }

    @Override
    public ElectionResponse read(BodyReader in) {
        in.version();
        return new ElectionResponse(in.bool(), in.varint(), in.varint(), in.bool(), in.varint());
    }
}
