package io.ngrid.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.ngrid.transport.wire.Handshake;
import io.ngrid.transport.wire.Ready;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Both ends open at once; the schedules are played by hand. */
@Timeout(value = 90, unit = TimeUnit.SECONDS)
class PairingTest {
    private static final Duration SOON = Duration.ofSeconds(20);

    private ServerSocket server;

    @BeforeEach
    void listen() throws Exception {
        server = new ServerSocket(0, 8, InetAddress.getLoopbackAddress());
        server.setSoTimeout(20_000);
    }

    @AfterEach
    void close() throws Exception {
        server.close();
    }

    private Handshake stub(String node) {
        return StubPeer.handshake(node, server.getLocalPort());
    }

    @Test
    void H12_theConnectionOpenedByTheHigherIdStays() throws Exception {
        try (Mate higher = Mate.named("node-9").peer(server.getLocalPort()).start();
                StubPeer its = new StubPeer(server.accept());
                StubPeer ours = StubPeer.connect(higher.port())) {
            its.read(Handshake.class);
            ours.send(stub("node-1"));
            ours.read(Handshake.class);
            ours.send(new Ready(0)); // held: its own attempt is in its handshake

            its.send(stub("node-1"));

            assertThat(its.read(Ready.class).decision()).isPositive();
            assertThat(ours.read()).isNull();
            await().atMost(SOON).until(() -> higher.connected.size() == 1);
            assertThat(higher.disconnected).isEmpty();
        }
    }

    @Test
    void H12_theLowerIdsConnectionIsUsedWhenTheHigherIdsFails() throws Exception {
        try (Mate higher = Mate.named("node-9").peer(server.getLocalPort()).start();
                StubPeer its = new StubPeer(server.accept());
                StubPeer ours = StubPeer.connect(higher.port())) {
            its.read(Handshake.class);
            ours.send(stub("node-1"));
            ours.read(Handshake.class);
            ours.send(new Ready(0));

            its.close();

            assertThat(ours.read(Ready.class).decision()).isPositive();
            assertThat(higher.disconnected).isEmpty();
        }
    }

    @Test
    void H12_theLowerIdObeysTheLatestDecisionInWhateverOrderTheyCome() throws Exception {
        try (Mate lower = Mate.named("node-1").start();
                StubPeer first = StubPeer.connect(lower.port());
                StubPeer second = StubPeer.connect(lower.port())) {
            for (StubPeer stub : new StubPeer[] {first, second}) {
                stub.send(stub("node-9"));
                stub.read(Handshake.class);
            }
            second.send(new Ready(8));
            await().atMost(SOON).until(() -> lower.connected.size() == 1);
            first.send(new Ready(7)); // decided before, arrives after

            assertThat(first.read()).isNull();
            assertThat(lower.connected).hasSize(1);
            assertThat(lower.disconnected).isEmpty();
        }
    }

    @Test
    void anOpenConnectionIsKeptUnlessThePeerHasLostIt() throws Exception {
        try (Mate higher = Mate.named("node-9").start();
                StubPeer first = StubPeer.connect(higher.port());
                StubPeer unaware = StubPeer.connect(higher.port());
                StubPeer again = StubPeer.connect(higher.port())) {
            long decision = ask(first, 0);
            assertThat(decision).isPositive();
            assertThat(ask(unaware, 0)).isZero();
            assertThat(higher.disconnected).isEmpty();
            assertThat(ask(again, decision)).isGreaterThan(decision);
            assertThat(first.read()).isNull();
            await().atMost(SOON).until(() -> higher.connected.size() == 2);
            assertThat(higher.disconnected).hasSize(1);
        }
    }

    /** Returns the decision, or 0 if the connection was closed. */
    private long ask(StubPeer stub, long seen) throws Exception {
        stub.send(stub("node-1"));
        stub.read(Handshake.class);
        stub.send(new Ready(seen));
        Ready ready = stub.read(Ready.class);
        return ready == null ? 0 : ready.decision();
    }
}
