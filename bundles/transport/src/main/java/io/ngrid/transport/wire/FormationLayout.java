package io.ngrid.transport.wire;

import io.ngrid.spi.StorageId;
import io.ngrid.spi.message.FormationNotice;

final class FormationLayout implements Layout<FormationNotice> {
    @Override
    public void write(FormationNotice value, BodyWriter out) {
        out.u8(1)
                .uuid(value.to().value())
                .nodes(value.list())
                .varint(value.replicationQuorum())
                .bool(value.entry() != null);
        if (value.entry() != null) {
            EntryLayout.write(value.entry(), out);
        }
    }

    @Override
    public FormationNotice read(BodyReader in) {
        in.version();
        return new FormationNotice(
                new StorageId(in.uuid()), in.nodes(), quorum(in.varint()), in.bool() ? EntryLayout.read(in) : null);
    }

    private static int quorum(long value) {
        if (value < 0 || value > Integer.MAX_VALUE) {
            throw new FrameException("a replication quorum is " + value);
        }
        return (int) value;
    }
}
