package io.ngrid.transport.wire;

final class PeerUpdateLayout implements Layout<PeerUpdate> {
    @Override
    public void write(PeerUpdate value, BodyWriter out) {
        out.u8(1).addresses(value.peers());
    }

    @Override
    public PeerUpdate read(BodyReader in) {
        in.version();
        return new PeerUpdate(in.addresses());
    }
}
