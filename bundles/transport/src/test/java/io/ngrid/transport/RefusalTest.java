package io.ngrid.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.ngrid.api.NodeInfo;
import io.ngrid.api.PeerAddress;
import io.ngrid.spi.ClusterId;
import io.ngrid.spi.Member;
import io.ngrid.spi.StorageId;
import io.ngrid.spi.transport.LocalIdentity;
import io.ngrid.spi.transport.Refusal;
import io.ngrid.transport.wire.Handshake;
import io.ngrid.transport.wire.PeerUpdate;
import io.ngrid.transport.wire.Ready;
import io.ngrid.transport.wire.Refused;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(value = 90, unit = TimeUnit.SECONDS)
class RefusalTest {
    private static final Duration SOON = Duration.ofSeconds(20);

    private final List<Mate> mates = new ArrayList<>();

    private Mate start(Mate.Builder builder) throws Exception {
        Mate mate = builder.start();
        mates.add(mate);
        return mate;
    }

    @AfterEach
    void closeAll() {
        mates.forEach(Mate::close);
    }

    private static ClusterId cluster() {
        return new ClusterId(UUID.randomUUID());
    }

    private static StorageId storage() {
        return new StorageId(UUID.randomUUID());
    }

    private static Member member(String node, StorageId storage) {
        return new Member(new io.ngrid.api.NodeId(node), storage);
    }

    /** Waits until both ends were told, and returns what they were told. */
    private static List<Refusal> awaitRefusal(Refusal.Kind kind, Mate a, Mate b) {
        await().atMost(SOON).until(() -> !a.refused.isEmpty() && !b.refused.isEmpty());
        assertThat(a.refused).as("%s", a).allMatch(refusal -> refusal.kind() == kind);
        assertThat(b.refused).as("%s", b).allMatch(refusal -> refusal.kind() == kind);
        assertThat(a.connected).isEmpty();
        assertThat(b.connected).isEmpty();
        assertThat(a.refused.get(0).node()).isEqualTo(b.id);
        assertThat(b.refused.get(0).node()).isEqualTo(a.id);
        return List.of(a.refused.get(0), b.refused.get(0));
    }

    /** As many are known as may be: who is no voter and not configured, and is gone, makes place for who comes. */
    @Test
    void oneNodeTooManyIsRefusedUntilAnotherIsGone() throws Exception {
        StorageId one = storage();
        List<Member> voters = new ArrayList<>(List.of(member("node-9", one)));
        List<NodeInfo> addresses = new ArrayList<>();
        for (int i = 1; i < PeerUpdate.MAX_PEERS; i++) {
            voters.add(member("absent-" + i, storage()));
            addresses.add(new NodeInfo(voters.get(i).node(), "127.0.0.1", 1)); // nobody listens there
        }
        Mate a = start(Mate.named("node-9")
                .electionTimeout(Duration.ofSeconds(60))
                .member(cluster(), one, voters.toArray(new Member[0])));
        try (StubPeer first = StubPeer.connect(a.port())) {
            open(first, "node-1");
            first.send(new PeerUpdate(addresses));
            await().atMost(SOON).until(() -> a.transport.peers().size() == PeerUpdate.MAX_PEERS);
            try (StubPeer second = StubPeer.connect(a.port())) {
                second.send(StubPeer.handshake("node-2", 1));
                Refused refused = second.read(Refused.class);
                assertThat(refused.kind()).isEqualTo(Refusal.Kind.TOO_MANY_NODES);
                assertThat(refused.sentence()).contains("node-9", "node-2", "256");
            }
            await().atMost(SOON).until(() -> a.refused.size() == 1);
        }
        await().atMost(SOON).until(() -> a.disconnected.size() == 1);
        try (StubPeer second = StubPeer.connect(a.port())) {
            open(second, "node-2");
            assertThat(a.transport.peers())
                    .hasSize(PeerUpdate.MAX_PEERS)
                    .anyMatch(peer -> peer.node().id().value().equals("node-2"))
                    .noneMatch(peer -> peer.node().id().value().equals("node-1"));
        }
    }

    private static void open(StubPeer stub, String node) throws Exception {
        stub.send(StubPeer.handshake(node, 1));
        stub.read(Handshake.class);
        stub.send(new Ready(0));
        assertThat(stub.read(Ready.class).decision()).isPositive();
    }

    @Test
    void anotherClusterName() throws Exception {
        Mate a = start(Mate.named("node-1").cluster("red"));
        Mate b = start(Mate.named("node-2").cluster("blue").peer(a.port()));
        Refusal told = awaitRefusal(Refusal.Kind.CLUSTER_NAME, a, b).get(0);
        assertThat(told.message()).contains("red", "blue", "node-1@127.0.0.1:" + a.port(), "node-2@");
        assertThat(told.address()).isEqualTo("127.0.0.1:" + b.port());
    }

    @Test
    void anotherClusterIdIsToldWithTheOtherEndsClusterAndVoters() throws Exception {
        StorageId one = storage();
        StorageId two = storage();
        Mate a = start(Mate.named("node-1").member(cluster(), one, member("node-1", one), member("node-7", storage())));
        Mate b = start(Mate.named("node-2")
                .member(cluster(), two, member("node-2", two))
                .peer(a.port()));
        List<Refusal> told = awaitRefusal(Refusal.Kind.CLUSTER_ID, a, b);
        assertThat(told.get(0).cluster()).isEqualTo(b.identity.cluster());
        assertThat(told.get(0).voters()).isEqualTo(b.identity.voterIds());
        assertThat(told.get(1).cluster()).isEqualTo(a.identity.cluster());
        assertThat(told.get(1).voters()).isEqualTo(a.identity.voterIds());
    }

    @Test
    void aProvisionalClusterIsDroppedAndTheHandshakesRunAnew() throws Exception {
        StorageId one = storage();
        Mate a = start(Mate.named("node-1").member(cluster(), one, member("node-1", one), member("node-2", storage())));
        LocalIdentity provisional = new LocalIdentity(storage(), cluster(), List.of(member("node-2", storage())), true);
        Mate b = start(Mate.named("node-2").identity(provisional).peer(a.port()));
        List<Refusal> told = awaitRefusal(Refusal.Kind.CLUSTER_ID, a, b);
        assertThat(told.get(1).voters()).contains(b.id);
        assertThat(told.get(0).message()).contains("(provisional)");

        b.identity = new LocalIdentity(
                a.identity.voters().get(1).storage(), null, List.of(), false); // as [M1] has it, but for the storage ID
        b.transport.reconnect();

        await().atMost(SOON).until(() -> a.isConnectedTo(b) && b.isConnectedTo(a));
    }

    @Test
    void twoNodesOfTheSameId() throws Exception {
        Mate a = start(Mate.named("node-1"));
        Mate b = start(Mate.named("node-1").peer(a.port()));
        Refusal told = awaitRefusal(Refusal.Kind.DUPLICATE_NODE_ID, a, b).get(0);
        assertThat(told.message()).contains("127.0.0.1:" + a.port(), "127.0.0.1:" + b.port());
    }

    @Test
    void aCopyOfTheDataDirectoryIsAnotherNodeOfTheSameId() throws Exception {
        LocalIdentity copied = new LocalIdentity(storage(), null, List.of(), false);
        Mate a = start(Mate.named("node-1").identity(copied));
        Mate b = start(Mate.named("node-1").identity(copied).peer(a.port()));
        awaitRefusal(Refusal.Kind.DUPLICATE_NODE_ID, a, b);
    }

    @Test
    void aSecondPeerOfTheSameIdIsRefusedWhileTheFirstIsConnected() throws Exception {
        Mate a = start(Mate.named("node-1"));
        Mate first = start(Mate.named("node-2").peer(a.port()));
        await().atMost(SOON).until(() -> a.isConnectedTo(first));
        Mate second = start(Mate.named("node-2").peer(a.port()));
        await().atMost(SOON).until(() -> !second.refused.isEmpty());
        assertThat(second.refused.get(0).kind()).isEqualTo(Refusal.Kind.DUPLICATE_NODE_ID);
        assertThat(a.disconnected).isEmpty();
        assertThat(a.connected).hasSize(1);
    }

    @Test
    void aVoterThatLostItsStorage() throws Exception {
        ClusterId cluster = cluster();
        StorageId one = storage();
        Mate a = start(Mate.named("node-1").member(cluster, one, member("node-1", one), member("node-2", storage())));
        Mate wiped = start(Mate.named("node-2").peer(a.port()));
        awaitRefusal(Refusal.Kind.UNKNOWN_STORAGE, a, wiped);
    }

    @Test
    void anotherNodeThanTheConfigurationNames() throws Exception {
        Mate a = start(Mate.named("node-1"));
        Mate b = start(Mate.named("node-2").peer("node-3@127.0.0.1:" + a.port()));
        Refusal told = awaitRefusal(Refusal.Kind.UNEXPECTED_NODE_ID, a, b).get(1);
        assertThat(told.message()).contains("node-3", "node-1");
        assertThat(b.resolved).isEmpty();
    }

    @Test
    void anotherProtocolVersion() throws Exception {
        Mate a = start(Mate.named("node-1"));
        Handshake today = StubPeer.handshake("node-2", 7400);
        try (StubPeer stub = StubPeer.connect(a.port())) {
            stub.send(new Handshake(
                    2,
                    3,
                    today.cluster(),
                    today.node(),
                    today.instance(),
                    today.identity(),
                    List.of(),
                    List.of(),
                    false));
            Refused refused = stub.read(Refused.class);
            assertThat(refused.kind()).isEqualTo(Refusal.Kind.VERSION);
            assertThat(refused.node()).isEqualTo(a.id);
            assertThat(refused.sentence()).contains("1 to 1", "2 to 3");
        }
        await().atMost(SOON).until(() -> a.refused.size() == 1);
    }

    @Test
    void somethingElseThanAHandshakeIsRefusedAndToldOnce() throws Exception {
        Mate a = start(Mate.named("node-1"));
        for (int i = 0; i < 3; i++) {
            try (StubPeer stub = StubPeer.connect(a.port())) {
                stub.sendBytes("GET / HTTP/1.1\r\n\r\n".getBytes(java.nio.charset.StandardCharsets.US_ASCII));
                assertThat(stub.read(Refused.class).kind()).isEqualTo(Refusal.Kind.MAGIC);
            }
        }
        assertThat(a.refused).hasSize(1);
        assertThat(a.refused.get(0).kind()).isEqualTo(Refusal.Kind.MAGIC);
        assertThat(a.refused.get(0).node()).isNull();
    }

    @Test
    void theSameRefusalIsToldAgainAfterAMinuteOrWhenItChanges() {
        List<Refusal> told = new ArrayList<>();
        long[] now = {0};
        Refusals refusals = new Refusals(told::add, () -> now[0]);
        Refusal one = new Refusal(Refusal.Kind.MAGIC, "127.0.0.1:5000", null, null, List.of(), "no");
        Refusal samefromAnotherPort = new Refusal(Refusal.Kind.MAGIC, "127.0.0.1:5001", null, null, List.of(), "no");
        Refusal changed = new Refusal(Refusal.Kind.VERSION, "127.0.0.1:5001", null, null, List.of(), "no");
        refusals.refused("x", one);
        now[0] = TimeUnit.SECONDS.toNanos(59);
        refusals.refused("x", samefromAnotherPort);
        assertThat(told).containsExactly(one);
        refusals.refused("x", changed);
        assertThat(told).containsExactly(one, changed);
        now[0] += TimeUnit.SECONDS.toNanos(60);
        refusals.refused("x", changed);
        assertThat(told).hasSize(3);
        refusals.forget();
        refusals.refused("x", changed);
        assertThat(told).hasSize(4);
    }

    @Test
    void thisNodesOwnAddressIsRecognisedAndLeftAlone() throws Exception {
        try (io.ngrid.testkit.FaultProxy proxy = io.ngrid.testkit.FaultProxy.toNowhere()) {
            Mate a = start(Mate.named("node-1").peer(proxy.port()));
            proxy.target(a.port());
            await().atMost(SOON).until(() -> a.resolvedAt(proxy.port()).size() == 1);
            assertThat(a.resolvedAt(proxy.port())).containsExactly(a.member());
            await().atMost(SOON).until(() -> proxy.connections() == 0 && a.transport.connections() == 0);
            await().during(Mate.ELECTION_TIMEOUT.multipliedBy(2)).atMost(SOON).until(() -> proxy.connections() == 0);
            assertThat(a.refused).isEmpty();
            assertThat(a.connected).isEmpty();
            assertThat(a.transport.peers()).isEmpty();

            a.identity = new LocalIdentity(storage(), null, List.of(), false);
            a.transport.reconnect();
            await().atMost(SOON).until(() -> a.resolvedAt(proxy.port()).size() == 2);
            assertThat(a.resolvedAt(proxy.port()).get(1)).isEqualTo(a.member());
        }
    }

    @Test
    void thisNodesOwnAddressUnderAnotherNodesNameIsAMistake() throws Exception {
        try (io.ngrid.testkit.FaultProxy proxy = io.ngrid.testkit.FaultProxy.toNowhere()) {
            Mate a = start(Mate.named("node-1").peer("node-2@127.0.0.1:" + proxy.port()));
            proxy.target(a.port());
            await().atMost(SOON).until(() -> !a.refused.isEmpty());
            assertThat(a.refused.get(0).kind()).isEqualTo(Refusal.Kind.UNEXPECTED_NODE_ID);
            assertThat(a.resolved).isEmpty();
        }
    }

    @Test
    void anAddressIsWrittenAsUsersWriteIt() {
        assertThat(Dialer.address("::1", 7400)).isEqualTo("[::1]:7400");
        assertThat(PeerAddress.parse(Dialer.address("::1", 7400)).host()).isEqualTo("::1");
        assertThat(NodeInfo.parse("node-1@" + Dialer.address("::1", 7400)).port())
                .isEqualTo(7400);
    }
}
