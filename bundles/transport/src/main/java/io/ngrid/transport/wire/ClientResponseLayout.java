package io.ngrid.transport.wire;

import io.ngrid.spi.message.ClientResponse;

final class ClientResponseLayout implements Layout<ClientResponse> {
    @Override
    public void write(ClientResponse value, BodyWriter out) {
        out.u8(1).bytes(value.body());
    }

    @Override
    public ClientResponse read(BodyReader in) {
        in.version();
        return new ClientResponse(in.bytes());
    }

    @Override
    public int sizeHint(ClientResponse value) {
        return value.body().length + 16;
    }
}
