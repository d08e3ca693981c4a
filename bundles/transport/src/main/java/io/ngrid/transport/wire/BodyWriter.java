package io.ngrid.transport.wire;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.ngrid.api.NodeId;
import io.ngrid.api.NodeInfo;
import io.ngrid.spi.ClusterId;
import io.ngrid.spi.LogPosition;
import io.ngrid.spi.StateHash;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Writes the fields of a body. */
final class BodyWriter {
    private final ByteBuf out;

    BodyWriter(ByteBuf out) {
        this.out = out;
    }

    BodyWriter u8(int value) {
        out.writeByte(value);
        return this;
    }

    BodyWriter u16(int value) {
        out.writeShort(value);
        return this;
    }

    BodyWriter u32(int value) {
        out.writeInt(value);
        return this;
    }

    BodyWriter bool(boolean value) {
        return u8(value ? 1 : 0);
    }

    /** Seven bits a byte, lowest first; 1 byte for 0 to 127, 10 for negative values. */
    BodyWriter varint(long value) {
        long rest = value;
        while ((rest & ~0x7fL) != 0) {
            out.writeByte((int) (rest & 0x7f) | 0x80);
            rest >>>= 7;
        }
        out.writeByte((int) rest);
        return this;
    }

    BodyWriter uuid(UUID value) {
        out.writeLong(value.getMostSignificantBits());
        out.writeLong(value.getLeastSignificantBits());
        return this;
    }

    BodyWriter bytes(byte[] value) {
        varint(value.length);
        out.writeBytes(value);
        return this;
    }

    BodyWriter string(String value) {
        varint(ByteBufUtil.utf8Bytes(value));
        ByteBufUtil.writeUtf8(out, value);
        return this;
    }

    BodyWriter position(LogPosition value) {
        return varint(value.epoch()).varint(value.index());
    }

    BodyWriter stateHash(StateHash value) {
        varint(value.index());
        out.writeLong(value.hash());
        return this;
    }

    BodyWriter node(NodeId value) {
        return string(value.value());
    }

    BodyWriter nodeOrNone(@Nullable NodeId value) {
        return value == null ? string("") : node(value);
    }

    BodyWriter nodes(List<NodeId> values) {
        varint(values.size());
        values.forEach(this::node);
        return this;
    }

    BodyWriter address(NodeInfo value) {
        return node(value.id()).string(value.host()).u16(value.port());
    }

    BodyWriter addresses(List<NodeInfo> values) {
        varint(values.size());
        values.forEach(this::address);
        return this;
    }

    BodyWriter clusterOrNone(@Nullable ClusterId value) {
        bool(value != null);
        return value == null ? this : uuid(value.value());
    }
}
