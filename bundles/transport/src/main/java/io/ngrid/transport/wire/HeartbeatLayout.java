package io.ngrid.transport.wire;

import io.ngrid.spi.message.Heartbeat;

final class HeartbeatLayout implements Layout<Heartbeat> {
    @Override
    public void write(Heartbeat value, BodyWriter out) {
        out.u8(1)
                .varint(value.epoch())
                .nodeOrNone(value.leader())
                .position(value.last())
                .varint(value.commitIndex())
                .varint(value.releaseIndex())
                .nodes(value.hears())
                .bool(value.lostLeader())
                .bool(value.forfeits())
                .bool(value.fit())
                .bool(value.full())
                .varint(value.round())
                .varint(value.echoRound())
                .varint(value.echoEpoch())
                .bool(value.replyWanted())
                .stateHash(value.state());
    }

    @Override
    public Heartbeat read(BodyReader in) {
        in.version();
        return new Heartbeat(
                in.varint(),
                in.nodeOrNone(),
                in.position(),
                in.varint(),
                in.varint(),
                in.nodes(),
                in.bool(),
                in.bool(),
                in.bool(),
                in.bool(),
                in.varint(),
                in.varint(),
                in.varint(),
                in.bool(),
                in.stateHash());
    }
}
