package io.ngrid.transport.wire;

import io.netty.buffer.ByteBuf;
import io.ngrid.api.ConfigurationException;
import io.ngrid.api.NodeId;
import io.ngrid.api.NodeInfo;
import io.ngrid.spi.ClusterId;
import io.ngrid.spi.LogPosition;
import io.ngrid.spi.StateHash;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Reads the fields of a body. Every length and count is compared with the bytes that are left before anything is
 * allocated for it, and whatever is wrong is a {@link FrameException}.
 */
final class BodyReader {
    private static final int MAX_HOST_BYTES = 255;

    private final ByteBuf in;

    BodyReader(ByteBuf in) {
        this.in = in;
    }

    int u8() {
        need(1, "byte");
        return in.readUnsignedByte();
    }

    int u16() {
        need(2, "u16");
        return in.readUnsignedShort();
    }

    int u32() {
        need(4, "u32");
        return in.readInt();
    }

    boolean bool() {
        int value = u8();
        if (value > 1) {
            throw new FrameException("a flag is " + value + ", expected 0 or 1");
        }
        return value == 1;
    }

    long varint() {
        long value = 0;
        for (int shift = 0; shift < 64; shift += 7) {
            int next = u8();
            if (shift == 63 && next > 1) {
                break;
            }
            value |= (long) (next & 0x7f) << shift;
            if (next < 0x80) {
                return value;
            }
        }
        throw new FrameException("a number has more than 64 bits");
    }

    /** A number of things of which each takes some bytes, so that no more of them can follow than there are bytes. */
    int count(int leastBytesEach) {
        long count = varint();
        int most = in.readableBytes() / leastBytesEach;
        if (count < 0 || count > most) {
            throw new FrameException("a count says " + Long.toUnsignedString(count) + ", but at most " + most
                    + " can be in the " + in.readableBytes() + " bytes left");
        }
        return (int) count;
    }

    UUID uuid() {
        need(16, "UUID");
        return new UUID(in.readLong(), in.readLong());
    }

    byte[] bytes() {
        byte[] value = new byte[count(1)];
        in.readBytes(value);
        return value;
    }

    String string(int maxBytes) {
        int length = count(1);
        if (length > maxBytes) {
            throw new FrameException("a text has " + length + " bytes, allowed " + maxBytes);
        }
        return in.readCharSequence(length, StandardCharsets.UTF_8).toString();
    }

    LogPosition position() {
        return new LogPosition(varint(), varint());
    }

    StateHash stateHash() {
        long index = varint();
        need(8, "state hash");
        return new StateHash(index, in.readLong());
    }

    NodeId node() {
        String name = string(64);
        return checked(() -> new NodeId(name));
    }

    @Nullable
    NodeId nodeOrNone() {
        String name = string(64);
        return name.isEmpty() ? null : checked(() -> new NodeId(name));
    }

    List<NodeId> nodes() {
        int count = count(2);
        List<NodeId> nodes = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            nodes.add(node());
        }
        return List.copyOf(nodes);
    }

    NodeInfo address() {
        NodeId id = node();
        String host = string(MAX_HOST_BYTES);
        int port = u16();
        return checked(() -> new NodeInfo(id, host, port));
    }

    List<NodeInfo> addresses() {
        int count = count(6);
        List<NodeInfo> addresses = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            addresses.add(address());
        }
        return List.copyOf(addresses);
    }

    @Nullable
    ClusterId clusterOrNone() {
        return bool() ? new ClusterId(uuid()) : null;
    }

    /**
     * The version that every body begins with. Later versions only append fields; a reader reads those it knows and skips
     * the rest, so a higher version than its own is no error.
     */
    int version() {
        int version = u8();
        if (version == 0) {
            throw new FrameException("a body has version 0");
        }
        return version;
    }

    static <T> T checked(Supplier<T> value) {
        try {
            return value.get();
        } catch (ConfigurationException | IllegalArgumentException e) {
            throw new FrameException(String.valueOf(e.getMessage()), e);
        }
    }

    private void need(int bytes, String what) {
        if (in.readableBytes() < bytes) {
            throw new FrameException("the body ends within a " + what + ": " + in.readableBytes() + " bytes left");
        }
    }
}
