package io.ngrid.transport.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.ThreadMXBean;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.channel.embedded.EmbeddedChannel;
import io.ngrid.spi.message.ClientRequest;
import io.ngrid.spi.message.Message;
import io.ngrid.spi.transport.TransportOptions;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class FramesTest {
    private static final int MAX = 1 << 20;

    private static byte[] encode(Message message) {
        return bytes(Frames.encode(UnpooledByteBufAllocator.DEFAULT, message, MAX));
    }

    private static byte[] encode(Frame frame) {
        return frame instanceof Frame.Payload payload
                ? encode(payload.message())
                : bytes(Frames.encode(UnpooledByteBufAllocator.DEFAULT, frame));
    }

    private static byte[] bytes(ByteBuf buffer) {
        try {
            return ByteBufUtil.getBytes(buffer);
        } finally {
            buffer.release();
        }
    }

    private static List<Frame> allFrames(long seed) {
        Messages messages = new Messages(seed);
        List<Frame> frames = new ArrayList<>(messages.oneOfEachControl());
        messages.oneOfEach().forEach(message -> frames.add(new Frame.Payload(message)));
        return frames;
    }

    private static List<Frame> decode(byte[]... pieces) {
        FrameDecoder decoder = new FrameDecoder();
        decoder.allowMessages(MAX);
        EmbeddedChannel channel = new EmbeddedChannel(decoder);
        try {
            for (byte[] piece : pieces) {
                channel.writeInbound(Unpooled.wrappedBuffer(piece));
            }
            List<Frame> frames = new ArrayList<>();
            for (Frame.Received next = channel.readInbound(); next != null; next = channel.readInbound()) {
                frames.add(next.frame());
            }
            return frames;
        } finally {
            channel.close();
        }
    }

    private static void assertSame(Frame read, Frame written) {
        assertThat(read)
                .usingRecursiveComparison()
                .withEqualsForType(Arrays::equals, byte[].class)
                .isEqualTo(written);
    }

    private static byte[] frame(int type, byte[] body) {
        ByteBuf frame = Unpooled.buffer(Frames.HEADER_BYTES + body.length);
        frame.writeInt(body.length)
                .writeByte(type)
                .writeByte(0)
                .writeShort(0)
                .writeInt(0)
                .writeBytes(body);
        frame.setInt(8, Frames.crc(frame, Frames.HEADER_BYTES, body.length));
        return bytes(frame);
    }

    private static byte[] body(byte[] frame) {
        return Arrays.copyOfRange(frame, Frames.HEADER_BYTES, frame.length);
    }

    @Property(tries = 100)
    void everyFrameComesBackAsItWent(@ForAll long seed) {
        for (Frame frame : allFrames(seed)) {
            List<Frame> read = decode(encode(frame));
            assertThat(read).hasSize(1);
            assertSame(read.get(0), frame);
            assertThat(encode(read.get(0))).isEqualTo(encode(frame));
        }
    }

    @Test
    void everyMessageHasALayout() {
        List<Class<?>> known = new ArrayList<>();
        new Messages(1).oneOfEach().forEach(message -> known.add(message.getClass()));
        assertThat(known).containsExactlyInAnyOrder(Message.class.getPermittedSubclasses());
    }

    @Property(tries = 100)
    void theStreamMayBeCutAnywhere(@ForAll long seed, @ForAll int at) {
        byte[] two = encode(new Messages(seed).oneOfEach().get(0));
        byte[] both = Arrays.copyOf(two, two.length * 2);
        System.arraycopy(two, 0, both, two.length, two.length);
        int cut = Math.floorMod(at, both.length);
        assertThat(decode(Arrays.copyOf(both, cut), Arrays.copyOfRange(both, cut, both.length)))
                .hasSize(2);
    }

    @Property(tries = 50)
    void aBodyCutShortIsATypedError(@ForAll long seed, @ForAll int at) {
        for (Frame frame : allFrames(seed)) {
            byte[] whole = encode(frame);
            byte[] body = body(whole);
            byte[] shorter = Arrays.copyOf(body, Math.floorMod(at, body.length));
            assertThatThrownBy(() -> decode(frame(whole[4], shorter))).isInstanceOf(FrameException.class);
        }
    }

    @Property(tries = 50)
    void unknownTrailingFieldsOfALaterVersionAreSkipped(@ForAll long seed, @ForAll @Size(max = 40) byte[] more) {
        for (Frame frame : allFrames(seed)) {
            byte[] whole = encode(frame);
            byte[] body = body(whole);
            byte[] longer = Arrays.copyOf(body, body.length + more.length);
            System.arraycopy(more, 0, longer, body.length, more.length);
            longer[frame instanceof Handshake ? 8 : 0] = 2;
            assertSame(decode(frame(whole[4], longer)).get(0), frame);
        }
    }

    @Property(tries = 300)
    void anyFlippedBitOfABodyIsFound(@ForAll long seed, @ForAll int at) {
        List<Frame> frames = allFrames(seed);
        byte[] whole = encode(frames.get(Math.floorMod(seed, frames.size())));
        int bit = Math.floorMod(at, (whole.length - 8) * 8); // of the CRC or the body
        whole[8 + bit / 8] ^= (byte) (1 << bit % 8);
        assertThatThrownBy(() -> decode(whole))
                .isInstanceOf(FrameException.class)
                .hasMessageContaining("CRC");
    }

    @Property(tries = 1_000)
    void randomBytesGiveAFrameOrATypedErrorAndCostNoMoreThanTheyAre(@ForAll @Size(max = 300) byte[] body) {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        for (FrameType type : FrameType.values()) {
            byte[] bytes = body.clone();
            if (bytes.length > 0 && bytes[0] == 0) {
                bytes[0] = 1; // version 0 would end it too early
            }
            long before = threads.getThreadAllocatedBytes(Thread.currentThread().getId());
            try {
                Frames.decode(type, Unpooled.wrappedBuffer(bytes));
            } catch (FrameException expected) {
                assertThat(expected).hasMessageContaining("");
            }
            long allocated =
                    threads.getThreadAllocatedBytes(Thread.currentThread().getId()) - before;
            assertThat(allocated).as("%s", type).isLessThan(256 << 10);
        }
    }

    @Test
    void aCountOrLengthBeyondTheBodyIsRefusedBeforeAnythingIsAllocated() {
        byte[] hugeList = {1, 1, 0, 0, 0, (byte) 0xff, (byte) 0xff, (byte) 0xff, (byte) 0xff, 7};
        byte[] hugeBytes = {1, (byte) 0xff, (byte) 0xff, (byte) 0xff, (byte) 0xff, 7};
        byte[] negative = {1, -1, -1, -1, -1, -1, -1, -1, -1, -1, 1};
        assertThatThrownBy(() -> decode(frame(FrameType.REPLICATION_REQUEST.code(), hugeList)))
                .isInstanceOf(FrameException.class)
                .hasMessageContaining("a count says 2147483647, but at most 0");
        assertThatThrownBy(() -> decode(frame(FrameType.CLIENT_REQUEST.code(), hugeBytes)))
                .isInstanceOf(FrameException.class)
                .hasMessageContaining("a count says");
        assertThatThrownBy(() -> decode(frame(FrameType.CLIENT_REQUEST.code(), negative)))
                .isInstanceOf(FrameException.class)
                .hasMessageContaining("a count says 18446744073709551615");
    }

    @Test
    void aFrameThatIsTooLongIsRefusedByItsHeaderAlone() {
        byte[] header = {0, 0x10, 0, 1, (byte) FrameType.CLIENT_REQUEST.code(), 0, 0, 0, 0, 0, 0, 0};
        assertThatThrownBy(() -> decode(header))
                .isInstanceOf(FrameException.class)
                .hasMessageContaining("1048577");
        byte[] endless = {-1, -1, -1, -1, (byte) FrameType.HANDSHAKE.code(), 0, 0, 0, 0, 0, 0, 0};
        assertThatThrownBy(() -> decode(endless))
                .isInstanceOf(FrameException.class)
                .hasMessageContaining("4294967295");
    }

    @Test
    void aFrameOfTheGreatestLengthComesThroughAndNoLongerOne() {
        int max = TransportOptions.DEFAULT_MAX_FRAME_BYTES;
        ClientRequest longest = new ClientRequest(new byte[max - 5]); // behind version and length
        byte[] frame = bytes(Frames.encode(UnpooledByteBufAllocator.DEFAULT, longest, max));
        FrameDecoder decoder = new FrameDecoder();
        decoder.allowMessages(max);
        EmbeddedChannel channel = new EmbeddedChannel(decoder);
        channel.writeInbound(Unpooled.wrappedBuffer(frame));
        assertThat(channel.<Frame.Received>readInbound().bytes()).isEqualTo(Frames.HEADER_BYTES + (16 << 20));

        ClientRequest longer = new ClientRequest(new byte[max - 4]);
        assertThatThrownBy(() -> Frames.encode(UnpooledByteBufAllocator.DEFAULT, longer, max))
                .isInstanceOf(IllegalArgumentException.class);
        byte[] header = Arrays.copyOf(frame, Frames.HEADER_BYTES);
        header[3]++;
        assertThatThrownBy(() -> channel.writeInbound(Unpooled.wrappedBuffer(header)))
                .isInstanceOf(FrameException.class)
                .hasMessageContaining("16777217 bytes, allowed 16777216");
    }

    @Test
    void aMessageThatIsTooLongIsNotSent() {
        ClientRequest message = new ClientRequest(new byte[100]);
        assertThatThrownBy(() -> Frames.encode(UnpooledByteBufAllocator.DEFAULT, message, 99))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("CLIENT_REQUEST has 102 bytes, more than a frame may have: 99");
    }

    @Test
    void unknownTypesFlagsAndGroupsAreRefused() {
        byte[] good = encode(new Frame.Payload(new ClientRequest(new byte[3])));
        for (int offset : new int[] {4, 5, 6, 7}) {
            byte[] bad = good.clone();
            bad[offset] ^= (byte) 0x80;
            assertThatThrownBy(() -> decode(bad)).as("byte %d", offset).isInstanceOf(FrameException.class);
        }
    }

    @Test
    void messagesBeforeTheHandshakeIsOverAreRefused() {
        EmbeddedChannel channel = new EmbeddedChannel(new FrameDecoder());
        byte[] message = encode(new Frame.Payload(new ClientRequest(new byte[3])));
        assertThatThrownBy(() -> channel.writeInbound(Unpooled.wrappedBuffer(message)))
                .isInstanceOf(FrameException.class);
        assertThat(channel.<Object>readInbound()).isNull();
    }

    @Test
    void nothingIsReadBehindABrokenFrame() {
        EmbeddedChannel channel = new EmbeddedChannel(new FrameDecoder());
        byte[] good = encode(new Ready(1));
        byte[] bad = good.clone();
        bad[8] ^= 1;
        assertThatThrownBy(() -> channel.writeInbound(Unpooled.wrappedBuffer(bad)))
                .isInstanceOf(FrameException.class);
        channel.writeInbound(Unpooled.wrappedBuffer(good));
        assertThat(channel.<Object>readInbound()).isNull();
    }
}
