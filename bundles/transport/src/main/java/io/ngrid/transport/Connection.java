package io.ngrid.transport;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.util.concurrent.Future;
import io.ngrid.api.NodeId;
import io.ngrid.spi.Member;
import io.ngrid.spi.message.Message;
import io.ngrid.spi.message.SnapshotAck;
import io.ngrid.spi.message.SnapshotChunk;
import io.ngrid.spi.transport.Refusal;
import io.ngrid.transport.wire.Frame;
import io.ngrid.transport.wire.FrameDecoder;
import io.ngrid.transport.wire.FrameException;
import io.ngrid.transport.wire.Frames;
import io.ngrid.transport.wire.Handshake;
import io.ngrid.transport.wire.PeerUpdate;
import io.ngrid.transport.wire.Ready;
import io.ngrid.transport.wire.Refused;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One TCP connection and its handshake. Belongs to the I/O thread, but for {@link #send}.
 *
 * <pre>
 *   GREETING  -> AGREED  their HANDSHAKE came and was accepted; the end that was called answers with its own
 *   AGREED    -> OPEN    the higher ID sends READY, the lower one receives it ({@link Pairing})
 *   GREETING  -> OPEN    one for snapshots ({@link Bulk}): the other end of the open connection to that node agrees
 *   any       -> CLOSED  refused, superfluous, silent, broken
 * </pre>
 */
final class Connection extends SimpleChannelInboundHandler<Frame.Received> {
    private static final Logger LOG = LoggerFactory.getLogger(Connection.class);

    private enum Stage {
        GREETING,
        AGREED,
        OPEN,
        CLOSED
    }

    private final Mesh mesh;
    private final Channel channel;
    private final FrameDecoder decoder;
    private final @Nullable Dialer dialer;
    private final @Nullable Neighbour bulkTo;

    private Stage stage = Stage.GREETING;
    private @Nullable Handshake theirs;
    private @Nullable Future<?> deadline;
    private long decision;
    private volatile @Nullable Outbound outbound;
    private @Nullable Traffic traffic;

    /**
     * A connection about to be opened.
     *
     * @param dialer who called, or null if the other end did, or it is for snapshots
     * @param bulkTo to whom it is for snapshots, or null
     */
    Connection(Mesh mesh, Channel channel, FrameDecoder decoder, @Nullable Dialer dialer, @Nullable Neighbour bulkTo) {
        this.mesh = mesh;
        this.channel = channel;
        this.decoder = decoder;
        this.dialer = dialer;
        this.bulkTo = bulkTo;
    }

    @Nullable
    Dialer dialer() {
        return dialer;
    }

    /** To whom this node has opened it for snapshots, or null. */
    @Nullable
    Neighbour bulkTo() {
        return bulkTo;
    }

    /** Whether the other end called. */
    boolean isAccepted() {
        return dialer == null && bulkTo == null;
    }

    /** Whether it is open for messages, or was. */
    boolean wasOpened() {
        return outbound != null;
    }

    boolean isGreeting() {
        return stage == Stage.GREETING;
    }

    boolean isAgreed() {
        return stage == Stage.AGREED;
    }

    /** What the other end said; only after the handshake. */
    Handshake theirs() {
        if (theirs == null) {
            throw new IllegalStateException("no handshake yet: stage " + stage);
        }
        return theirs;
    }

    NodeId node() {
        return theirs().node().id();
    }

    Member member() {
        return theirs().member();
    }

    /** Whether the other end is the same start of the same node, with the same storage. */
    boolean sameStart(Connection other) {
        return theirs().instance().equals(other.theirs().instance()) && member().equals(other.member());
    }

    /** Number of the decision that opened it. */
    long decision() {
        return decision;
    }

    long outboundBytes() {
        Outbound out = outbound;
        return out == null ? 0 : out.bytes();
    }

    long lastReadNanos() {
        return decoder.lastReadNanos();
    }

    long lastSentNanos() {
        Outbound out = outbound;
        return out == null ? 0 : out.lastSentNanos();
    }

    @Override
    public void channelActive(ChannelHandlerContext context) {
        if (!mesh.began(this)) {
            close("too many connections whose handshake is not over");
            return;
        }
        deadline = channel.eventLoop()
                .schedule(() -> close("no handshake in time"), mesh.timing().handshakeNanos(), TimeUnit.NANOSECONDS);
        if (bulkTo != null) {
            write(mesh.handshake().forBulk());
        } else if (dialer != null) {
            write(mesh.handshake());
        }
    }

    @Override
    protected void channelRead0(ChannelHandlerContext context, Frame.Received received) {
        if (stage == Stage.CLOSED) {
            return;
        }
        if (traffic != null) {
            traffic.received(received.bytes(), System.nanoTime());
        }
        Frame frame = received.frame();
        if (stage == Stage.OPEN && frame instanceof Frame.Payload payload && isAllowed(payload.message())) {
            mesh.received(this, payload.message());
        } else if (stage == Stage.OPEN && !isBulk() && frame instanceof PeerUpdate update) {
            mesh.updated(update);
        } else if (stage == Stage.GREETING && frame instanceof Handshake handshake) {
            greeted(handshake);
        } else if (stage == Stage.AGREED && frame instanceof Ready ready) {
            mesh.ready(this, ready.decision());
        } else if (stage != Stage.OPEN && frame instanceof Refused && bulkTo != null) {
            close("refused by the other end");
        } else if (stage != Stage.OPEN && frame instanceof Refused refused) {
            mesh.refused(
                    source() + " there",
                    new Refusal(
                            refused.kind(),
                            address(),
                            refused.node(),
                            refused.cluster(),
                            refused.voters(),
                            refused.sentence()));
            close("refused by the other end");
        } else {
            throw new FrameException(
                    "a " + frame.getClass().getSimpleName() + " frame is not allowed at stage " + stage);
        }
    }

    /** Whether it is one for snapshots; only after the handshake. */
    private boolean isBulk() {
        return theirs().bulk();
    }

    private boolean isAllowed(Message message) {
        return !isBulk() || isOfSnapshots(message);
    }

    static boolean isOfSnapshots(Message message) {
        return message instanceof SnapshotChunk || message instanceof SnapshotAck;
    }

    private void greeted(Handshake handshake) {
        Handshake ours = mesh.handshake();
        boolean self = handshake.instance().equals(ours.instance());
        HandshakeCheck.Verdict verdict = self
                ? HandshakeCheck.checkSelf(ours, dialer == null ? null : dialer.expected())
                : HandshakeCheck.check(
                        ours,
                        handshake,
                        dialer == null ? null : dialer.expected(),
                        mesh.connectedAs(handshake.node().id()));
        theirs = handshake;
        if (bulkTo != null) {
            if (verdict == null && handshake.bulk()) {
                mesh.agreedOnBulk(this);
            } else {
                mesh.hasNoBulk(bulkTo);
                close("not for snapshots");
            }
            return;
        }
        if (verdict != null) {
            refuse(ours, verdict);
            return;
        }
        if (isAccepted() && handshake.bulk()) {
            mesh.agreedOnBulk(this);
            return;
        }
        if (!self && !mesh.hasPlaceFor(node())) {
            refuse(ours, HandshakeCheck.tooMany(ours, handshake));
            return;
        }
        if (isAccepted()) {
            write(ours);
        }
        stage = Stage.AGREED;
        if (!self) {
            mesh.agreed(this);
        } else if (dialer != null) {
            mesh.metSelf(dialer, handshake.member());
            close("this node itself");
        }
    }

    private void refuse(Handshake ours, HandshakeCheck.Verdict verdict) {
        Handshake other = theirs;
        write(new Refused(
                verdict.kind(), ours.node().id(), ours.identity().cluster(), ours.voterIds(), verdict.sentence()));
        stage = Stage.CLOSED; // the other end closes on REFUSED; the deadline does if it never reads that
        mesh.refused(
                source() + " here",
                new Refusal(
                        verdict.kind(),
                        address(),
                        other == null ? null : other.node().id(),
                        other == null ? null : other.identity().cluster(),
                        other == null ? List.of() : other.voterIds(),
                        verdict.sentence()));
    }

    /**
     * Opens it for messages.
     *
     * @param number the decision to open it
     * @param confirm whether this end decided, and tells the other one
     */
    void open(Neighbour neighbour, long number, boolean confirm) {
        if (stage != Stage.AGREED) {
            throw new IllegalStateException("a connection at stage " + stage + " cannot become OPEN");
        }
        if (confirm) {
            write(new Ready(number));
        }
        stage = Stage.OPEN;
        decision = number;
        traffic = neighbour.traffic();
        traffic.connections.increment();
        outbound = new Outbound(channel, traffic, mesh.options().maxOutboundBytes());
        decoder.allowMessages(mesh.options().maxFrameBytes());
        cancelDeadline();
    }

    /** Opens it for snapshots. */
    void openBulk(Neighbour neighbour) {
        if (stage != Stage.GREETING) {
            throw new IllegalStateException("a connection at stage " + stage + " cannot become one for snapshots");
        }
        if (bulkTo == null) {
            write(mesh.handshake().forBulk());
        }
        stage = Stage.OPEN;
        traffic = neighbour.traffic();
        outbound = new Outbound(channel, traffic, mesh.options().maxOutboundBytes());
        decoder.allowMessages(mesh.options().maxFrameBytes());
        cancelDeadline();
    }

    /** Asks the higher ID for this connection. */
    void ask(long decisionSeen) {
        write(new Ready(decisionSeen));
    }

    /** Sends a message; for any thread. */
    boolean send(Message message) {
        Outbound out = outbound;
        if (out == null || out.full()) {
            return false;
        }
        return out.offer(Frames.encode(channel.alloc(), message, mesh.options().maxFrameBytes()));
    }

    void update(PeerUpdate update) {
        Outbound out = outbound;
        if (out != null) {
            out.offer(Frames.encode(channel.alloc(), update)); // without room the next one tells
        }
    }

    void close(String why) {
        LOG.debug("closing connection to {}: {}", theirs == null ? channel.remoteAddress() : theirs.node(), why);
        stage = Stage.CLOSED;
        channel.close();
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        stage = Stage.CLOSED;
        cancelDeadline();
        mesh.closed(this);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        if (stage == Stage.CLOSED) {
            return;
        }
        if (cause instanceof FrameException && stage == Stage.GREETING) {
            Handshake ours = mesh.handshake();
            refuse(
                    ours,
                    new HandshakeCheck.Verdict(
                            Refusal.Kind.MAGIC,
                            "%s got something that is no handshake: %s".formatted(ours.node(), cause.getMessage())));
        } else if (cause instanceof java.io.IOException) {
            close(String.valueOf(cause.getMessage()));
        } else {
            LOG.error("closing connection to {}", theirs == null ? channel.remoteAddress() : theirs.node(), cause);
            close("broken frame");
        }
    }

    private void write(Frame frame) {
        ByteBuf bytes = Frames.encode(channel.alloc(), frame);
        channel.writeAndFlush(bytes);
    }

    private void cancelDeadline() {
        if (deadline != null) {
            deadline.cancel(false);
            deadline = null;
        }
    }

    /** IP address of the other end. */
    String remoteHost() {
        return channel.remoteAddress() instanceof InetSocketAddress remote
                ? remote.getAddress().getHostAddress()
                : "unknown";
    }

    private String source() {
        if (dialer != null) {
            return "to " + dialer.address();
        }
        return "from " + (theirs == null ? remoteHost() : theirs.node().id().value());
    }

    private String address() {
        if (dialer != null) {
            return dialer.address();
        }
        if (theirs != null) {
            return Dialer.address(theirs.node().host(), theirs.node().port());
        }
        return channel.remoteAddress() instanceof InetSocketAddress remote
                ? Dialer.address(remoteHost(), remote.getPort())
                : "unknown:0";
    }
}
