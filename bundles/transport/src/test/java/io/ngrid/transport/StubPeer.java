package io.ngrid.transport;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.channel.embedded.EmbeddedChannel;
import io.ngrid.api.NodeId;
import io.ngrid.api.NodeInfo;
import io.ngrid.spi.StorageId;
import io.ngrid.spi.message.Message;
import io.ngrid.spi.transport.LocalIdentity;
import io.ngrid.transport.wire.Frame;
import io.ngrid.transport.wire.FrameDecoder;
import io.ngrid.transport.wire.Frames;
import io.ngrid.transport.wire.Handshake;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.util.List;
import java.util.UUID;

/** A peer made by hand: one socket, frames one by one. */
final class StubPeer implements AutoCloseable {
    static final UUID INSTANCE = UUID.randomUUID();
    static final StorageId STORAGE = new StorageId(UUID.randomUUID());

    private final Socket socket;
    private final EmbeddedChannel decoder;

    StubPeer(Socket socket) throws IOException {
        this.socket = socket;
        socket.setSoTimeout(20_000);
        FrameDecoder frames = new FrameDecoder();
        frames.allowMessages(1 << 20);
        decoder = new EmbeddedChannel(frames);
    }

    static StubPeer connect(int port) throws IOException {
        return new StubPeer(new Socket(InetAddress.getLoopbackAddress(), port));
    }

    static Handshake handshake(String node, int port) {
        return new Handshake(
                1,
                1,
                "test",
                new NodeInfo(new NodeId(node), "127.0.0.1", port),
                INSTANCE,
                new LocalIdentity(STORAGE, null, List.of(), false),
                List.of(),
                List.of(),
                false);
    }

    void send(Frame frame) throws IOException {
        ByteBuf bytes = Frames.encode(UnpooledByteBufAllocator.DEFAULT, frame);
        sendBytes(ByteBufUtil.getBytes(bytes));
        bytes.release();
    }

    void send(Message message) throws IOException {
        ByteBuf bytes = Frames.encode(UnpooledByteBufAllocator.DEFAULT, message, 1 << 20);
        sendBytes(ByteBufUtil.getBytes(bytes));
        bytes.release();
    }

    void sendBytes(byte[] bytes) throws IOException {
        socket.getOutputStream().write(bytes);
    }

    /** The next frame but PEER_UPDATE, or null at the end. */
    Frame read() throws IOException {
        byte[] buffer = new byte[4096];
        while (true) {
            Frame.Received received = decoder.readInbound();
            if (received != null && !(received.frame() instanceof io.ngrid.transport.wire.PeerUpdate)) {
                return received.frame();
            }
            if (received == null) {
                int length = readOrEnd(buffer);
                if (length < 0) {
                    return null;
                }
                decoder.writeInbound(Unpooled.copiedBuffer(buffer, 0, length));
            }
        }
    }

    private int readOrEnd(byte[] buffer) throws IOException {
        try {
            return socket.getInputStream().read(buffer);
        } catch (java.net.SocketException reset) {
            return -1;
        }
    }

    <F extends Frame> F read(Class<F> type) throws IOException {
        return type.cast(read());
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
