package io.ngrid.transport.wire;

import io.ngrid.spi.StorageId;
import io.ngrid.spi.message.ReplicationAck;

final class ReplicationAckLayout implements Layout<ReplicationAck> {
    @Override
    public void write(ReplicationAck value, BodyWriter out) {
        out.u8(1)
                .varint(value.epoch())
                .uuid(value.storage().value())
                .bool(value.accepted())
                .varint(value.index())
                .varint(value.requestIndex());
    }

    @Override
    public ReplicationAck read(BodyReader in) {
        in.version();
        return new ReplicationAck(in.varint(), new StorageId(in.uuid()), in.bool(), in.varint(), in.varint());
    }
}
