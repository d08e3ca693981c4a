package io.ngrid.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.ngrid.spi.message.ClientRequest;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(value = 120, unit = TimeUnit.SECONDS)
class MeshTest {
    private static final Duration SOON = Duration.ofSeconds(20);

    private final List<Mate> mates = new ArrayList<>();

    private Mate add(Mate mate) {
        mates.add(mate);
        return mate;
    }

    @AfterEach
    void closeAll() {
        closeTogether(mates);
    }

    private static void closeTogether(List<Mate> mates) {
        List<Thread> closers =
                mates.stream().map(mate -> new Thread(mate::close)).toList();
        closers.forEach(Thread::start);
        closers.forEach(closer -> Threads.ended(closer, 20));
    }

    private static ClientRequest numbered(int number) {
        return new ClientRequest(ByteBuffer.allocate(4).putInt(number).array());
    }

    private static List<Integer> numbers(Mate mate) {
        return mate.received.stream()
                .map(message ->
                        ByteBuffer.wrap(((ClientRequest) message).body()).getInt())
                .toList();
    }

    @Test
    void messagesArriveOnceAndInOrderBothWays() throws Exception {
        Mate a = add(Mate.named("node-1").start());
        Mate b = add(Mate.named("node-2").peer(a.port()).start());
        await().atMost(SOON).until(() -> a.isConnectedTo(b) && b.isConnectedTo(a));

        for (int i = 0; i < 2_000; i++) {
            assertThat(a.send(b, numbered(i))).isTrue();
            assertThat(b.send(a, numbered(-i))).isTrue();
        }

        await().atMost(SOON).until(() -> a.received.size() >= 2_000 && b.received.size() >= 2_000);
        assertThat(numbers(b))
                .isEqualTo(java.util.stream.IntStream.range(0, 2_000).boxed().toList());
        assertThat(numbers(a))
                .isEqualTo(java.util.stream.IntStream.range(0, 2_000)
                        .mapToObj(i -> -i)
                        .toList());
        assertThat(b.resolvedAt(a.port())).containsExactly(a.member());
        assertThat(a.transport.peers().get(0).framesIn()).isGreaterThanOrEqualTo(2_000);
    }

    @Test
    void oneKnownMemberIsEnoughToReachAll() throws Exception {
        Mate seed = add(Mate.named("node-1").start());
        for (int i = 2; i <= 5; i++) {
            add(Mate.named("node-" + i).peer(seed.port()).start());
        }
        await().atMost(SOON).until(() -> isFullMesh(mates));
    }

    @Test
    @Timeout(value = 400, unit = TimeUnit.SECONDS)
    void H12_fiveNodesThatStartTogetherFormAFullMeshWithOneConnectionAPair() throws Exception {
        for (int round = 0; round < 100; round++) {
            List<Mate> five = startTogether(5);
            try {
                await().pollInterval(Duration.ofMillis(10)).atMost(SOON).untilAsserted(() -> {
                    for (Mate mate : five) {
                        assertThat(mate.transport.connections()).as("%s", mate).isEqualTo(4);
                        assertThat(mate.transport.peers()).hasSize(4).allMatch(peer -> peer.connected());
                        assertThat(mate.resolved).hasSize(5);
                    }
                });
                for (Mate mate : five) {
                    assertThat(mate.connected).as("%s", mate).hasSize(4);
                    assertThat(mate.disconnected).as("%s", mate).isEmpty();
                    assertThat(mate.refused).as("%s", mate).isEmpty();
                }
            } finally {
                closeTogether(five);
            }
        }
    }

    /** All list all, themselves included, so every pair opens from both ends at once. */
    private static List<Mate> startTogether(int count) throws Exception {
        int[] ports = freePorts(count);
        List<Mate> mates = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            Mate.Builder builder = Mate.named("node-" + (i + 1)).port(ports[i]);
            for (int port : ports) {
                builder.peer(port);
            }
            mates.add(builder.notStarted());
        }
        for (Mate mate : mates) {
            mate.transport.start();
        }
        return mates;
    }

    /** Below the range from which the system takes ports for outgoing connections, so they stay free. */
    private static int[] freePorts(int count) throws Exception {
        List<ServerSocket> held = new ArrayList<>();
        while (held.size() < count) {
            try {
                held.add(new ServerSocket(
                        ThreadLocalRandom.current().nextInt(20_000, 30_000), 1, InetAddress.getLoopbackAddress()));
            } catch (java.net.BindException taken) {
                assertThat(taken).isNotNull();
            }
        }
        int[] ports = held.stream().mapToInt(ServerSocket::getLocalPort).toArray();
        for (ServerSocket socket : held) {
            socket.close();
        }
        return ports;
    }

    private static boolean isFullMesh(List<Mate> mates) {
        return mates.stream().allMatch(a -> mates.stream().allMatch(b -> a == b || a.isConnectedTo(b)));
    }
}
