package io.ngrid.transport.wire;

import io.ngrid.api.Names;
import io.ngrid.api.NodeId;
import io.ngrid.api.NodeInfo;
import io.ngrid.spi.ClusterId;
import io.ngrid.spi.StorageId;
import io.ngrid.spi.transport.LocalIdentity;
import java.util.List;
import java.util.UUID;

/** Magic and the versions stand first in every version of the protocol, for ever; so do the fields that follow. */
final class HandshakeLayout implements Layout<Handshake> {
    private static final int VERSION = 2;
    private static final int WITH_BULK = 2;

    @Override
    public void write(Handshake value, BodyWriter out) {
        out.u32(Handshake.MAGIC)
                .u16(value.minVersion())
                .u16(value.maxVersion())
                .u8(VERSION)
                .string(value.cluster())
                .address(value.node())
                .uuid(value.instance())
                .uuid(value.identity().storage().value())
                .clusterOrNone(value.identity().cluster())
                .bool(value.identity().provisional())
                .nodes(value.voterIds())
                .addresses(value.peers())
                .bool(value.bulk());
    }

    @Override
    public Handshake read(BodyReader in) {
        int magic = in.u32();
        if (magic != Handshake.MAGIC) {
            throw new FrameException("the magic number is " + Integer.toHexString(magic) + ", expected "
                    + Integer.toHexString(Handshake.MAGIC));
        }
        int minVersion = in.u16();
        int maxVersion = in.u16();
        int version = in.version();
        String cluster = in.string(Names.MAX_NAME);
        NodeInfo node = in.address();
        UUID instance = in.uuid();
        StorageId storage = new StorageId(in.uuid());
        ClusterId clusterId = in.clusterOrNone();
        boolean provisional = in.bool();
        List<NodeId> voterIds = in.nodes();
        return new Handshake(
                minVersion,
                maxVersion,
                cluster,
                node,
                instance,
                new LocalIdentity(storage, clusterId, List.of(), provisional),
                voterIds,
                in.addresses(),
                version >= WITH_BULK && in.bool());
    }
}
