package io.ngrid.transport.wire;

import io.ngrid.spi.message.ClientRequest;

final class ClientRequestLayout implements Layout<ClientRequest> {
    @Override
    public void write(ClientRequest value, BodyWriter out) {
        out.u8(1).bytes(value.body());
    }

    @Override
    public ClientRequest read(BodyReader in) {
        in.version();
        return new ClientRequest(in.bytes());
    }

    @Override
    public int sizeHint(ClientRequest value) {
        return value.body().length + 16;
    }
}
