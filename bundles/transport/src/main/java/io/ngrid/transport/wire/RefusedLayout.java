package io.ngrid.transport.wire;

import io.ngrid.spi.transport.Refusal;

final class RefusedLayout implements Layout<Refused> {
    private static final int MAX_SENTENCE_BYTES = 4096;

    @Override
    public void write(Refused value, BodyWriter out) {
        out.u8(1)
                .u8(value.kind().code())
                .node(value.node())
                .clusterOrNone(value.cluster())
                .nodes(value.voters())
                .string(value.sentence());
    }

    @Override
    public Refused read(BodyReader in) {
        in.version();
        int code = in.u8();
        return new Refused(
                BodyReader.checked(() -> Refusal.Kind.of(code)),
                in.node(),
                in.clusterOrNone(),
                in.nodes(),
                in.string(MAX_SENTENCE_BYTES));
    }
}
