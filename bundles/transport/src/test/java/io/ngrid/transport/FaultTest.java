package io.ngrid.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.netty.channel.ChannelException;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.ngrid.api.PeerAddress;
import io.ngrid.spi.message.ClientRequest;
import io.ngrid.spi.transport.TransportFactory;
import io.ngrid.testkit.FaultProxy;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.ServiceLoader;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(value = 120, unit = TimeUnit.SECONDS)
class FaultTest {
    private static final Duration SOON = Duration.ofSeconds(20);
    /** 4 election time-outs, and more for a busy machine. */
    private static final Duration SILENCE = Mate.ELECTION_TIMEOUT.multipliedBy(12);

    private final List<AutoCloseable> open = new ArrayList<>();

    private <T extends AutoCloseable> T closeLater(T resource) {
        open.add(0, resource);
        return resource;
    }

    private Mate start(Mate.Builder builder) throws Exception {
        return closeLater(builder.start());
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

    @Test
    void H02_sendingToADyingPeerNeverBlocksAndItsEndIsToldInBoundedTime() throws Exception {
        Mate a = start(Mate.named("node-1").maxOutboundBytes(4 << 20));
        FaultProxy proxy = closeLater(FaultProxy.to(a.port()));
        Mate b = start(Mate.named("node-2").peer(proxy.port()).maxOutboundBytes(4 << 20));
        awaitConnected(a, b);

        proxy.blackHole();
        long start = System.nanoTime();
        ClientRequest message = new ClientRequest(new byte[1 << 20]);
        int taken = 0;
        long longestNanos = 0;
        for (int i = 0; i < 200; i++) {
            long before = System.nanoTime();
            taken += b.send(a, message) ? 1 : 0;
            longestNanos = Math.max(longestNanos, System.nanoTime() - before);
        }

        assertThat(taken).isLessThan(200); // the rest found the buffer full
        assertThat(b.transport.peers().get(0).outboundBytes()).isLessThanOrEqualTo(4 << 20);
        assertThat(Duration.ofNanos(longestNanos)).isLessThan(Duration.ofSeconds(1));
        await().atMost(SILENCE).until(() -> b.disconnected.contains(a.member()));
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThan(Mate.ELECTION_TIMEOUT.multipliedBy(3));
        awaitConnected(a, b); // by the address that the handshake told
    }

    @Test
    void aQuietConnectionStaysOpen() throws Exception {
        Duration timeout = Duration.ofSeconds(1);
        Mate a = start(Mate.named("node-1").electionTimeout(timeout));
        Mate b = start(Mate.named("node-2").peer(a.port()).electionTimeout(timeout));
        awaitConnected(a, b);
        await().during(timeout.multipliedBy(5))
                .atMost(SOON)
                .until(() -> a.disconnected.isEmpty() && b.disconnected.isEmpty());
    }

    @Test
    void aConnectionSilentInOneDirectionIsClosedByTheEndThatHearsNothing() throws Exception {
        Mate a = start(Mate.named("node-1"));
        FaultProxy proxy = closeLater(FaultProxy.to(a.port()));
        Mate b = start(Mate.named("node-2").peer(proxy.port()));
        awaitConnected(a, b);
        proxy.blackHole(FaultProxy.Direction.BACK);
        await().atMost(SILENCE).until(() -> b.disconnected.contains(a.member()));
    }

    @Test
    void aCutConnectionIsToldAtBothEndsAndComesBack() throws Exception {
        Mate a = start(Mate.named("node-1"));
        FaultProxy proxy = closeLater(FaultProxy.to(a.port()));
        Mate b = start(Mate.named("node-2").peer(proxy.port()));
        awaitConnected(a, b);
        for (int round = 1; round <= 5; round++) {
            int count = round;
            proxy.reset(); // the direct connections, which they learnt of, are not the proxy's
            a.transport.reconnect();
            await().atMost(SOON).until(() -> a.disconnected.size() == count && b.disconnected.size() == count);
            await().atMost(SOON).until(() -> a.connected.size() == count + 1 && b.connected.size() == count + 1);
        }
    }

    @Test
    void H14_aPeerThatDoesNotAnswerDelaysNobody() throws Exception {
        try (ServerSocket full = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                ServerSocket mute = new ServerSocket(0, 8, InetAddress.getLoopbackAddress())) {
            List<Socket> fillers = fillBacklog(full);
            Mate a = start(Mate.named("node-1"));
            long start = System.nanoTime();
            Mate b = start(Mate.named("node-2")
                    .peer(full.getLocalPort())
                    .peer(mute.getLocalPort())
                    .peer("name.that.does.not.exist.invalid:7400")
                    .peer(a.port()));
            awaitConnected(a, b);
            assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(SOON);

            long[] longestNanos = {0};
            long[] sent = {0};
            a.onMessage = message -> longestNanos[0] = Math.max(longestNanos[0], System.nanoTime() - sent[0]);
            for (int i = 0; i < 100; i++) {
                int count = i;
                sent[0] = System.nanoTime();
                assertThat(b.send(a, new ClientRequest(new byte[8]))).isTrue();
                await().pollDelay(Duration.ofMillis(20))
                        .pollInterval(Duration.ofMillis(5))
                        .atMost(SOON)
                        .until(() -> a.received.size() == count + 1);
            }
            assertThat(Duration.ofNanos(longestNanos[0])).isLessThan(Mate.ELECTION_TIMEOUT.multipliedBy(2));
            assertThat(a.disconnected).isEmpty();
            for (Socket filler : fillers) {
                filler.close();
            }
        }
    }

    /** Connects until the system answers no more. */
    private static List<Socket> fillBacklog(ServerSocket server) throws IOException {
        List<Socket> fillers = new ArrayList<>();
        for (int i = 0; i < 16; i++) {
            Socket socket = new Socket();
            fillers.add(socket);
            try {
                socket.connect(server.getLocalSocketAddress(), 200);
            } catch (java.net.SocketTimeoutException e) {
                return fillers;
            }
        }
        throw new IllegalStateException("the backlog never fills");
    }

    @Test
    void aHandshakeThatIsNeverAnsweredIsTriedAgain() throws Exception {
        Mate a = start(Mate.named("node-1"));
        FaultProxy proxy = closeLater(FaultProxy.to(a.port()));
        proxy.blackHole();
        Mate b = start(Mate.named("node-2").peer(proxy.port()));
        await().atMost(SOON).until(() -> proxy.connections() >= 2); // a black hole does not notice that one has ended
        assertThat(b.transport.connections()).isLessThanOrEqualTo(1);
        proxy.heal();
        awaitConnected(a, b);
    }

    /** As when the process has no file descriptor left. Netty would tell it on a thread of its own. */
    @Test
    void aSocketThatCannotBeMadeIsTriedAgainByTheIoThread() throws Exception {
        Mate a = start(Mate.named("node-1"));
        AtomicInteger made = new AtomicInteger();
        Mate b = start(Mate.named("node-2").peer(a.port()).sockets(() -> {
            if (made.incrementAndGet() <= 3) {
                throw new ChannelException("too many open files: thrown by the test");
            }
            return new NioSocketChannel();
        }));
        awaitConnected(a, b);
        assertThat(made).hasValueGreaterThan(3);
        assertThat(b.askedBy).containsExactly("ngrid-node-2-io");
    }

    @Test
    void H46_aPeerThatReturnsAtAnotherAddressIsFoundByAll() throws Exception {
        Mate a = start(Mate.named("node-1"));
        Mate b = start(Mate.named("node-2").peer(a.port()));
        Mate moving = Mate.named("node-3").peer(a.port()).start();
        int oldPort = moving.port();
        await().atMost(SOON).until(() -> b.isConnectedTo(moving) && a.isConnectedTo(moving));
        moving.close();
        await().atMost(SOON).until(() -> !b.isConnectedTo(moving) && !a.isConnectedTo(moving));
        assertThat(b.disconnected).containsExactly(moving.member());

        // b alone knows the way to it; a learns it from b
        Mate moved = start(Mate.named("node-3").peer(b.port()).identity(moving.identity));
        assertThat(moved.port()).isNotEqualTo(oldPort);
        awaitConnected(a, moved);
        awaitConnected(b, moved);
        assertThat(a.transport.peers())
                .anyMatch(
                        peer -> peer.node().id().equals(moved.id) && peer.node().port() == moved.port());
    }

    @Test
    void anAddressAtWhichAnotherNodeAnswersIsToldAgain() throws Exception {
        Mate first = closeLater(Mate.named("node-1").start());
        Mate other = start(Mate.named("node-2"));
        FaultProxy proxy = closeLater(FaultProxy.to(first.port()));
        Mate c = start(Mate.named("node-3").peer(proxy.port()));
        await().atMost(SOON).until(() -> c.resolvedAt(proxy.port()).equals(List.of(first.member())));
        first.close();
        proxy.target(other.port());
        await().atMost(SOON).until(() -> c.resolvedAt(proxy.port()).equals(List.of(first.member(), other.member())));
    }

    @Test
    void anAddressIsAskedAnewWhenItsNodeReturnsElsewhere() throws Exception {
        Mate first = Mate.named("node-1").start();
        Mate other = start(Mate.named("node-2"));
        FaultProxy proxy = closeLater(FaultProxy.to(first.port()));
        Mate c = start(Mate.named("node-3").peer(proxy.port()));
        await().atMost(SOON).until(() -> c.resolvedAt(proxy.port()).equals(List.of(first.member())));
        awaitConnected(c, first);
        proxy.cut();
        first.close();
        await().atMost(SOON).until(() -> !c.isConnectedTo(first));
        Mate elsewhere = start(Mate.named("node-1").peer(c.port()).identity(first.identity));
        awaitConnected(c, elsewhere);
        proxy.target(other.port());
        proxy.heal();
        await().atMost(SOON).until(() -> c.resolvedAt(proxy.port()).equals(List.of(first.member(), other.member())));
    }

    @Test
    void aFullOutboundBufferRefusesAndLosesNothingThatItTook() throws Exception {
        Mate a = start(Mate.named("node-1").electionTimeout(Duration.ofSeconds(20)));
        FaultProxy proxy = closeLater(FaultProxy.to(a.port()));
        // only the proxy leads to it: what b's handshake tells is of no use to a, which never dials
        Mate b = start(Mate.named("node-2")
                .peer(proxy.port())
                .maxOutboundBytes(1 << 20)
                .electionTimeout(Duration.ofSeconds(20)));
        awaitConnected(a, b);
        proxy.blackHole();
        AtomicInteger taken = new AtomicInteger();
        await().atMost(SOON)
                .until(
                        () -> { // the socket takes its share first
                            while (b.send(a, new ClientRequest(new byte[100_000]))) {
                                assertThat(taken.incrementAndGet()).isLessThan(1_000);
                            }
                            long waiting = b.transport.peers().get(0).outboundBytes();
                            assertThat(waiting).isLessThanOrEqualTo(1L << 20);
                            return waiting >= 900_000L;
                        });
        int expected = taken.get();
        proxy.heal();
        await().atMost(SOON).until(() -> a.received.size() == expected);
        await().atMost(SOON).until(() -> b.transport.peers().get(0).outboundBytes() == 0);
        assertThat(b.send(a, new ClientRequest(new byte[(1 << 20) + 1]))).isTrue(); // alone, it goes
        await().atMost(SOON).until(() -> a.received.size() == expected + 1);
    }

    @Test
    void H21_aListenerThatThrowsStopsNothing() throws Exception {
        Mate a = start(Mate.named("node-1"));
        Mate b = start(Mate.named("node-2").peer(a.port()));
        awaitConnected(a, b);
        a.onMessage = message -> {
            throw new IllegalStateException("thrown by the test");
        };
        for (int i = 0; i < 3; i++) {
            assertThat(b.send(a, new ClientRequest(new byte[8]))).isTrue();
        }
        await().atMost(SOON).until(() -> a.received.size() == 3);
        await().during(Mate.ELECTION_TIMEOUT.multipliedBy(5)).atMost(SOON).until(() -> a.isConnectedTo(b));
    }

    @Test
    void aTakenPortIsNamed() throws Exception {
        Mate a = start(Mate.named("node-1"));
        Mate b = closeLater(Mate.named("node-2").port(a.port()).notStarted());
        assertThatThrownBy(b.transport::start)
                .isInstanceOf(IOException.class)
                .hasMessageContaining("127.0.0.1:" + a.port())
                .hasMessageContaining("set another host and port");
        Mate c = closeLater(Mate.named("node-3").host("not-here.invalid").notStarted());
        assertThatThrownBy(c.transport::start)
                .isInstanceOf(IOException.class)
                .hasMessageContaining("not-here.invalid:0");
    }

    @Test
    void noThreadIsLeftAfterTenStartsAndCloses() throws Exception {
        for (int i = 0; i < 10; i++) {
            Mate a = Mate.named("ended-1").start();
            Mate b = Mate.named("ended-2")
                    .peer("localhost:" + a.port())
                    .peer(a.port())
                    .start();
            awaitConnected(a, b);
            a.close();
            b.close();
            Mate failed = Mate.named("ended-3").host("not-here.invalid").notStarted();
            failed.close();
            assertThat(threads()).isEmpty();
        }
    }

    /** Other tests' nodes have other names: a lookup thread may hang in the name server for a while. */
    private static List<String> threads() {
        return Thread.getAllStackTraces().keySet().stream()
                .map(Thread::getName)
                .filter(name -> name.startsWith("ngrid-ended-")
                        || name.startsWith("globalEventExecutor")
                        || name.startsWith("nioEventLoop")
                        || name.startsWith("multiThreadIoEventLoop"))
                .toList();
    }

    @Test
    void closingTwiceOrWithoutStartIsFine() throws Exception {
        Mate never = Mate.named("node-1").notStarted();
        never.close();
        Mate a = Mate.named("node-1").start();
        a.close();
        a.close();
        assertThatThrownBy(a.transport::start).isInstanceOf(IllegalStateException.class);
        assertThat(a.send(never, new ClientRequest(new byte[1]))).isFalse();
    }

    @Test
    void theFactoryIsFoundWithoutOsgi() {
        assertThat(ServiceLoader.load(TransportFactory.class))
                .hasSize(1)
                .allMatch(factory -> factory instanceof NettyTransportFactory);
        assertThat(PeerAddress.parse("127.0.0.1:1").id()).isNull();
    }
}
