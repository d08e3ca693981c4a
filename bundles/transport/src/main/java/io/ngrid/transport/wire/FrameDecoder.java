package io.ngrid.transport.wire;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.ByteToMessageDecoder;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Cuts the stream into frames. What a frame's length claims costs nothing: the buffer grows with the bytes that came.
 * After the first broken frame it reads nothing more, since nobody knows where the next one would begin.
 */
public final class FrameDecoder extends ByteToMessageDecoder {
    private int maxMessageBytes;
    private boolean broken;
    private long lastReadNanos = System.nanoTime();

    /** From now on messages may come, their bodies at most this long. Until then a frame of one is broken. */
    public void allowMessages(int maxBodyBytes) {
        maxMessageBytes = maxBodyBytes;
    }

    /** When the last bytes came, be they a whole frame or not. */
    public long lastReadNanos() {
        return lastReadNanos;
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object bytes) throws Exception {
        lastReadNanos = System.nanoTime();
        super.channelRead(context, bytes);
    }

    @Override
    protected void decode(ChannelHandlerContext context, ByteBuf in, List<Object> out) {
        if (broken) {
            in.skipBytes(in.readableBytes());
            return;
        }
        try {
            Frame.Received frame = next(in);
            if (frame != null) {
                out.add(frame);
            }
        } catch (FrameException e) {
            broken = true;
            throw e;
        }
    }

    private Frame.@Nullable Received next(ByteBuf in) {
        if (in.readableBytes() < Frames.HEADER_BYTES) {
            return null;
        }
        int start = in.readerIndex();
        long length = in.getUnsignedInt(start);
        FrameType type = FrameType.of(in.getUnsignedByte(start + 4));
        int allowed = type.isControl() ? Handshake.MAX_BODY : maxMessageBytes;
        if (length > allowed) {
            throw new FrameException("a " + type + " frame says that it has " + length + " bytes, allowed " + allowed);
        }
        int flags = in.getUnsignedByte(start + 5);
        int group = in.getUnsignedShort(start + 6);
        if (flags != 0 || group != 0) {
            throw new FrameException("a frame has flags " + flags + " and group " + group + ", known are only 0 and 0");
        }
        int bytes = Frames.HEADER_BYTES + (int) length;
        if (in.readableBytes() < bytes) {
            return null;
        }
        int crc = Frames.crc(in, start + Frames.HEADER_BYTES, (int) length);
        if (crc != in.getInt(start + 8)) {
            throw new FrameException("CRC of a " + type + " frame is " + Integer.toHexString(crc) + ", expected "
                    + Integer.toHexString(in.getInt(start + 8)));
        }
        in.skipBytes(bytes);
        return new Frame.Received(Frames.decode(type, in.slice(start + Frames.HEADER_BYTES, (int) length)), bytes);
    }
}
