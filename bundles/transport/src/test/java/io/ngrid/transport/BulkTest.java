package io.ngrid.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.ngrid.api.NodeId;
import io.ngrid.spi.LogPosition;
import io.ngrid.spi.message.ClientRequest;
import io.ngrid.spi.message.Message;
import io.ngrid.spi.message.SnapshotAck;
import io.ngrid.spi.message.SnapshotChunk;
import io.ngrid.testkit.FaultProxy;
import io.ngrid.transport.wire.Frame;
import io.ngrid.transport.wire.Handshake;
import io.ngrid.transport.wire.Ready;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Snapshots go over a connection of their own, opened by who sends one. */
@Timeout(value = 120, unit = TimeUnit.SECONDS)
class BulkTest {
    private static final Duration SOON = Duration.ofSeconds(20);
    private static final LogPosition SNAPSHOT = new LogPosition(3, 1_000);
    private static final NodeId NODE_1 = new NodeId("node-1");
    private static final int PIECE = 256 << 10;

    private final List<AutoCloseable> open = new ArrayList<>();

    private <T extends AutoCloseable> T closeLater(T resource) {
        open.add(0, resource);
        return resource;
    }

    @AfterEach
    void closeAll() throws Exception {
        for (AutoCloseable resource : open) {
            resource.close();
        }
    }

    private static void awaitConnected(Mate a, Mate b) {
        await().atMost(SOON).until(() -> a.isConnectedTo(b) && b.isConnectedTo(a));
    }

    private static SnapshotChunk piece(int number) {
        return new SnapshotChunk(3, SNAPSHOT, 1 << 20, (long) number * PIECE, new byte[PIECE]);
    }

    private static List<Long> positions(List<Message> received) {
        return received.stream()
                .filter(SnapshotChunk.class::isInstance)
                .map(message -> ((SnapshotChunk) message).position())
                .toList();
    }

    @Test
    void piecesComeInOrderOverAConnectionOfTheirOwnAndAnswersGoBackOverIt() throws Exception {
        Mate a = closeLater(Mate.named("node-1").start());
        Mate b = closeLater(Mate.named("node-2").peer(a.port()).start());
        awaitConnected(a, b);
        b.onMessage = message -> {
            if (message instanceof SnapshotChunk chunk) {
                b.send(a, new SnapshotAck(3, SNAPSHOT, chunk.position(), SnapshotAck.Outcome.WANTED));
            }
        };
        for (int i = 0; i < 20; i++) {
            assertThat(a.send(b, piece(i))).isTrue();
        }
        await().atMost(SOON).until(() -> a.received.size() == 20);
        assertThat(positions(b.received)).hasSize(20).isSorted();
        assertThat(a.transport.connections()).isEqualTo(2);
        assertThat(b.transport.connections()).isEqualTo(2);
        assertThat(a.transport.peers().get(0).reconnects())
                .as("it is no connection of its own right, and the first one is none made again")
                .isZero();
        assertThat(a.transport.peers().get(0).bytesOut()).isGreaterThan(20L * PIECE);
        assertThat(b.transport.peers().get(0).bytesIn()).isGreaterThan(20L * PIECE);
        assertThat(b.transport.peers().get(0).framesOut()).isGreaterThanOrEqualTo(20);
        assertThat(a.connected).hasSize(1);
        assertThat(b.connected).hasSize(1);

        a.transport.reconnect();
        await().atMost(SOON).until(() -> a.connected.size() == 2 && b.connected.size() == 2);
        await().atMost(SOON).until(() -> a.transport.connections() == 1 && b.transport.connections() == 1);
        assertThat(a.transport.peers().get(0).reconnects()).isEqualTo(1);
        assertThat(a.send(b, piece(20))).isTrue();
        await().atMost(SOON).until(() -> positions(b.received).size() == 21);
    }

    /** The line takes 1 MiB a second on each connection, and always 2 MiB of the snapshot are on the way. */
    @Test
    void H14_H16_heartbeatsDoNotWaitBehindASnapshotOnASlowLine() throws Exception {
        Mate b = closeLater(Mate.named("node-1").start());
        FaultProxy proxy = closeLater(FaultProxy.to(b.port()));
        Mate a = closeLater(Mate.named("node-2").peer(proxy.port()).start());
        awaitConnected(a, b);
        proxy.pace(1 << 20);
        for (int i = 0; i < 8; i++) {
            assertThat(a.send(b, piece(i))).isTrue();
        }
        List<Long> took = new CopyOnWriteArrayList<>();
        long[] sent = {0};
        b.onMessage = message -> {
            if (message instanceof ClientRequest) {
                took.add((System.nanoTime() - sent[0]) / 1_000_000);
            }
        };
        for (int i = 0; i < 10; i++) {
            int count = i + 1;
            sent[0] = System.nanoTime();
            assertThat(a.send(b, new ClientRequest(new byte[8]))).isTrue();
            await().pollInterval(Duration.ofMillis(5)).atMost(SOON).until(() -> took.size() == count);
        }
        assertThat(took).as("ms").allMatch(millis -> millis < 500);
        assertThat(positions(b.received)).as("pieces that have come meanwhile").hasSizeLessThan(8);
        await().atMost(SOON).until(() -> positions(b.received).size() == 8);
    }

    /** A peer of an earlier version skips what it does not know of a handshake, and takes the connection for another one. */
    @Test
    void toAPeerThatKnowsNoSuchConnectionPiecesGoOverTheOne() throws Exception {
        try (ServerSocket server = new ServerSocket(0, 8, InetAddress.getLoopbackAddress())) {
            Mate a = closeLater(Mate.named("node-2").peer(server.getLocalPort()).start());
            StubPeer first = closeLater(new StubPeer(server.accept()));
            first.read(Handshake.class);
            first.send(StubPeer.handshake("node-1", server.getLocalPort()));
            first.read(Ready.class);
            await().atMost(SOON).until(() -> !a.connected.isEmpty());
            assertThat(a.transport.send(NODE_1, piece(0))).isTrue();
            StubPeer second = closeLater(new StubPeer(server.accept()));
            assertThat(second.read(Handshake.class).bulk()).isTrue();
            second.send(StubPeer.handshake("node-1", server.getLocalPort()));
            assertThat(second.read()).as("it is given up").isNull();
            assertThat(first.read(Frame.Payload.class).message()).isInstanceOf(SnapshotChunk.class);
            assertThat(a.transport.send(NODE_1, piece(1))).isTrue();
            assertThat(first.read(Frame.Payload.class).message()).isInstanceOf(SnapshotChunk.class);
            assertThat(a.disconnected).isEmpty();
        }
    }

    /** As many as are let in before their handshake: a scan, or a flood. This node's own calls are none of theirs. */
    @Test
    void itOpensWhileStrangersTakeAllPlacesOfTheHandshake() throws Exception {
        Duration longer = Duration.ofSeconds(60);
        Mate a = closeLater(Mate.named("node-2").electionTimeout(longer).start());
        Mate b = closeLater(
                Mate.named("node-1").electionTimeout(longer).peer(a.port()).start());
        awaitConnected(a, b);
        for (int i = 0; i < 256; i++) {
            closeLater(StubPeer.connect(a.port()));
        }
        await().atMost(SOON).until(() -> a.transport.connections() == 257);
        assertThat(a.send(b, piece(0))).isTrue();
        await().atMost(SOON).until(() -> positions(b.received).size() == 1);
        assertThat(a.transport.connections()).isEqualTo(258);
    }

    @Test
    void nothingElseIsTakenFromIt() throws Exception {
        Mate a = closeLater(Mate.named("node-2").start());
        try (StubPeer first = StubPeer.connect(a.port());
                StubPeer second = StubPeer.connect(a.port())) {
            first.send(StubPeer.handshake("node-1", 7400));
            first.read(Handshake.class);
            first.send(new Ready(0));
            first.read(Ready.class);
            second.send(StubPeer.handshake("node-1", 7400).forBulk());
            assertThat(second.read(Handshake.class).bulk()).isTrue();
            second.send(piece(0));
            await().atMost(SOON).until(() -> a.received.size() == 1);
            second.send(new ClientRequest(new byte[8]));
            assertThat(second.read()).as("closed").isNull();
            assertThat(a.received).hasSize(1);
            assertThat(a.disconnected).isEmpty();
        }
    }

    @Test
    void withoutTheOtherConnectionItIsRefused() throws Exception {
        Mate a = closeLater(Mate.named("node-2").start());
        try (StubPeer stub = StubPeer.connect(a.port())) {
            stub.send(StubPeer.handshake("node-1", 7400).forBulk());
            assertThat(stub.read()).isNull();
        }
        assertThat(a.connected).isEmpty();
    }
}
