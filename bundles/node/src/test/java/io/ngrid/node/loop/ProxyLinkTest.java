package io.ngrid.node.loop;

import static org.assertj.core.api.Assertions.assertThat;

import io.ngrid.api.NodeId;
import io.ngrid.node.client.ClientCodec;
import io.ngrid.node.client.Response;
import io.ngrid.spi.Member;
import io.ngrid.spi.message.ClientResponse;
import io.ngrid.spi.message.Message;
import io.ngrid.spi.transport.PeerStatus;
import io.ngrid.spi.transport.Transport;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** [R7] What a leader does with answers for which a peer's buffer has no room. */
class ProxyLinkTest {
    private static final Member PEER = LeaderScript.NODE;

    private final Narrow transport = new Narrow();
    private final Node node = new Node();
    private final ProxyLink link = new ProxyLink(node, new NoLane(), 1);
    private final List<Integer> accepted = new ArrayList<>();

    ProxyLinkTest() {
        node.connections.connected(PEER);
    }

    private void respond(int number) {
        link.respond(PEER, new Response.Opened(new UUID(0, number)), () -> accepted.add(number));
    }

    private static UUID session(ClientResponse response) {
        return ((Response.Opened) ClientCodec.decodeResponse(response.body())).session();
    }

    @Test
    void whoAnswersIsToldWhenThereIsRoomAndTheOrderIsKept() {
        respond(1);
        assertThat(accepted).containsExactly(1);
        transport.room = false;
        respond(2);
        respond(3);
        link.drain();
        assertThat(accepted).containsExactly(1);
        assertThat(link.waitsForRoom()).isTrue();

        transport.room = true;
        link.drain();
        assertThat(accepted).containsExactly(1, 2, 3);
        assertThat(transport.sent)
                .extracting(ProxyLinkTest::session)
                .extracting(UUID::getLeastSignificantBits)
                .containsExactly(1L, 2L, 3L);
        assertThat(link.waitsForRoom()).isFalse();
    }

    @Test
    void whatWaitsForRoomIsEncodedOnce() {
        transport.room = false;
        respond(1);
        link.drain();
        link.drain();
        assertThat(transport.offered).as("encodings").hasSize(1);
    }

    @Test
    void whatIsAnsweredOnBeingToldComesBehindWhatWaits() {
        transport.room = false;
        link.respond(PEER, new Response.Opened(new UUID(0, 1)), () -> respond(3));
        respond(2);
        transport.room = true;
        link.drain();
        assertThat(transport.sent)
                .extracting(ProxyLinkTest::session)
                .extracting(UUID::getLeastSignificantBits)
                .containsExactly(1L, 2L, 3L);
    }

    @Test
    void withItsConnectionWhatWaitsIsForgotten() {
        transport.room = false;
        respond(1);
        node.connections.disconnected(PEER);
        link.disconnected(PEER);
        assertThat(link.waitsForRoom()).isFalse();
        assertThat(link.reaches(PEER)).isFalse();
        assertThat(accepted).isEmpty();
    }

    @Test
    void aPeerThatIsGoneKeepsNobodyWaiting() {
        node.connections.disconnected(PEER);
        respond(1);
        assertThat(accepted).containsExactly(1);
        assertThat(transport.offered).isEmpty();
    }

    /** A transport whose buffers are full when the test says so. */
    private static final class Narrow implements Transport {
        final List<ClientResponse> sent = new ArrayList<>();
        final Set<byte[]> offered = Collections.newSetFromMap(new IdentityHashMap<>());
        boolean room = true;

        @Override
        public boolean send(NodeId to, Message message) {
            ClientResponse response = (ClientResponse) message;
            offered.add(response.body());
            if (room) {
                sent.add(response);
            }
            return room;
        }

        @Override
        public void start() {}

        @Override
        public int port() {
            return 1;
        }

        @Override
        public List<PeerStatus> peers() {
            return List.of();
        }

        @Override
        public void reconnect() {}

        @Override
        public void close() {}
    }

    private final class Node implements Surroundings {
        final Connections connections = new Connections();

        @Override
        public Member self() {
            return LeaderScript.SELF;
        }

        @Override
        public Transport transport() {
            return transport;
        }

        @Override
        public @Nullable ReplicatedGroup group() {
            return null;
        }

        @Override
        public Connections connections() {
            return connections;
        }

        @Override
        public UUID newUuid() {
            return new UUID(0, 0);
        }

        @Override
        public long now() {
            return 0;
        }
    }

    private static final class NoLane implements Lane {
        @Override
        public boolean execute(Runnable task) {
            return false;
        }

        @Override
        public void wake() {}

        @Override
        public void stop() {}
    }
}
