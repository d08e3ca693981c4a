package io.ngrid.transport.wire;

final class ReadyLayout implements Layout<Ready> {
    @Override
    public void write(Ready value, BodyWriter out) {
        out.u8(1).varint(value.decision());
    }

    @Override
    public Ready read(BodyReader in) {
        in.version();
        return new Ready(in.varint());
    }
}
