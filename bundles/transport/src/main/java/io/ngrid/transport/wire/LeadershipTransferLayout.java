package io.ngrid.transport.wire;

import io.ngrid.spi.message.LeadershipTransfer;

final class LeadershipTransferLayout implements Layout<LeadershipTransfer> {
    @Override
    public void write(LeadershipTransfer value, BodyWriter out) {
        out.u8(1).varint(value.epoch()).varint(value.attempt()).bool(value.declined());
    }

    @Override
    public LeadershipTransfer read(BodyReader in) {
        in.version();
        return new LeadershipTransfer(in.varint(), in.varint(), in.bool());
    }
}
