package io.ngrid.transport.wire;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.ngrid.spi.message.Message;
import java.util.zip.CRC32C;

/** Whole frames: u32 length of the body, u8 type, u8 flags, u16 group, u32 CRC32C of the body, body. */
public final class Frames {
    /** Bytes before the body. */
    public static final int HEADER_BYTES = 12;

    private Frames() {}

    /**
     * Makes a frame that is no message.
     *
     * @return the frame, owned by the caller
     */
    public static ByteBuf encode(ByteBufAllocator allocator, Frame frame) {
        return encodeValue(allocator, frame, Handshake.MAX_BODY);
    }

    /**
     * Makes a frame of a message.
     *
     * @return the frame, owned by the caller
     * @throws IllegalArgumentException if its body would be longer than allowed
     */
    public static ByteBuf encode(ByteBufAllocator allocator, Message message, int maxBodyBytes) {
        return encodeValue(allocator, message, maxBodyBytes);
    }

    private static <F> ByteBuf encodeValue(ByteBufAllocator allocator, F value, int maxBodyBytes) {
        Layouts.Entry<F> entry = Layouts.of(value);
        ByteBuf frame =
                allocator.ioBuffer(HEADER_BYTES + Math.min(entry.layout().sizeHint(value), maxBodyBytes));
        try {
            frame.writeZero(HEADER_BYTES);
            entry.layout().write(value, new BodyWriter(frame));
            int length = frame.readableBytes() - HEADER_BYTES;
            if (length > maxBodyBytes) {
                throw new IllegalArgumentException(
                        entry.type() + " has " + length + " bytes, more than a frame may have: " + maxBodyBytes);
            }
            frame.setInt(0, length);
            frame.setByte(4, entry.type().code());
            frame.setInt(8, crc(frame, HEADER_BYTES, length)); // flags and group stay 0
            return frame;
        } catch (RuntimeException e) {
            frame.release();
            throw e;
        }
    }

    /**
     * Reads a body.
     *
     * @throws FrameException if it is not of the type's layout
     */
    static Frame decode(FrameType type, ByteBuf body) {
        Object value = Layouts.of(type).read(new BodyReader(body));
        return value instanceof Message message ? new Frame.Payload(message) : (Frame) value;
    }

    static int crc(ByteBuf buffer, int offset, int length) {
        CRC32C crc = new CRC32C();
        crc.update(buffer.nioBuffer(offset, length));
        return (int) crc.getValue();
    }
}
