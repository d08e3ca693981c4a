package io.ngrid.node.loop;

import io.ngrid.api.NodeId;
import io.ngrid.node.client.ClientCodec;
import io.ngrid.node.client.ClientProxy;
import io.ngrid.node.client.Request;
import io.ngrid.node.client.Response;
import io.ngrid.spi.Member;
import io.ngrid.spi.message.ClientRequest;
import io.ngrid.spi.message.ClientResponse;
import io.ngrid.spi.transport.Transport;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Carries requests and responses between proxies and leader: over the network, or within this node when it leads itself.
 * What goes within the node waits for its turn, so that neither side is called from within the other. Event loop only.
 */
final class ProxyLink implements ClientProxy.Out {
    /** What waits for room; encoded when its turn comes, and only once. */
    private static final class Waiting {
        final Runnable accepted;
        private @Nullable Response response;
        private @Nullable ClientResponse encoded;

        Waiting(Response response, Runnable accepted) {
            this.response = response;
            this.accepted = accepted;
        }

        ClientResponse encoded() {
            if (response != null) {
                encoded = new ClientResponse(ClientCodec.encode(response));
                response = null;
            }
            return Objects.requireNonNull(encoded);
        }
    }

    private final Surroundings node;
    private final Lane callback;
    private final ClientProxy proxy;
    private final Deque<Runnable> local = new ArrayDeque<>();
    private final Map<Member, Deque<Waiting>> backlog = new HashMap<>();
    private @Nullable NodeId leader;
    private long epoch = -1;
    private long generation;
    private String why = "";
    private boolean lost;

    ProxyLink(Surroundings node, Lane callback, long start) {
        this.node = node;
        this.callback = callback;
        this.proxy = new ClientProxy(node.newUuid(), start, this, node.now());
    }

    ClientProxy proxy() {
        return proxy;
    }

    /** Tells the proxy whom to ask, when that changed: another leader, or another connection to it. */
    void follow(@Nullable NodeId present, long presentEpoch, String whyNone, long now) {
        NodeId reachable = present;
        long presentGeneration = 0;
        String reason = whyNone;
        if (present != null && !present.equals(node.self().node())) {
            presentGeneration = node.connections().generation(present);
            if (node.connections().member(present) == null) {
                reachable = null;
                reason = "the leader " + present + " is not connected";
            }
        }
        boolean same = Objects.equals(leader, reachable)
                && epoch == presentEpoch
                && generation == presentGeneration
                && (reachable != null || why.equals(reason));
        if (!same || lost) {
            leader = reachable;
            epoch = presentEpoch;
            generation = presentGeneration;
            why = reason;
            lost = false;
            proxy.leader(reachable, presentEpoch, reason, now);
        }
    }

    @Override
    public void send(Request request) {
        if (leader == null) {
            return;
        }
        if (leader.equals(node.self().node())) {
            local.add(() -> fromProxy(node.self(), request));
        } else {
            Transport transport = node.transport();
            if (transport == null || !transport.send(leader, new ClientRequest(ClientCodec.encode(request)))) {
                lost = true; // the buffer is full or the connection gone: begin anew with the next turn
            }
        }
    }

    @Override
    public void complete(Runnable completion) {
        callback.execute(completion);
    }

    @Override
    public UUID newSession() {
        return node.newUuid();
    }

    /** A proxy asks this node as the leader. */
    void fromProxy(Member from, Request request) {
        ReplicatedGroup group = node.group();
        if (group != null) {
            group.request(from, request, node.now());
        }
    }

    /** The leader answers this node's proxy. */
    void fromLeader(Response response) {
        proxy.received(response, node.now());
    }

    /** This node as the leader answers a proxy. What a full buffer refuses is sent later, in order. */
    void respond(Member to, Response response, Runnable accepted) {
        if (to.equals(node.self())) {
            local.add(() -> fromLeader(response));
            accepted.run();
            return;
        }
        Deque<Waiting> waiting = backlog.get(to);
        if (waiting != null) {
            waiting.add(new Waiting(response, accepted));
            return;
        }
        Waiting only = new Waiting(response, accepted);
        if (sendTo(to, only)) {
            accepted.run();
        } else {
            backlog.computeIfAbsent(to, member -> new ArrayDeque<>()).add(only);
        }
    }

    /** Whether a response may arrive there. */
    boolean reaches(Member to) {
        return to.equals(node.self()) || node.connections().isConnected(to);
    }

    private boolean sendTo(Member to, Waiting next) {
        Transport transport = node.transport();
        if (transport == null || !node.connections().isConnected(to)) {
            return true; // gone: it asks again, here or elsewhere
        }
        return transport.send(to.node(), next.encoded());
    }

    void disconnected(Member member) {
        backlog.remove(member);
    }

    /** Carries what waits now. */
    void drain() {
        List.copyOf(backlog.keySet()).forEach(this::drain);
        for (int i = local.size(); i > 0; i--) {
            local.remove().run();
        }
    }

    /** Whoever is told that there was room may add more; that comes behind what waits. */
    private void drain(Member to) {
        Deque<Waiting> waiting = backlog.get(to);
        while (waiting != null && !waiting.isEmpty() && sendTo(to, waiting.element())) {
            waiting.remove().accepted.run();
        }
        if (waiting != null && waiting.isEmpty()) {
            backlog.remove(to, waiting);
        }
    }

    /** Whether something waits within the node. */
    boolean hasLocalWork() {
        return !local.isEmpty();
    }

    /** Whether something waits for room in a buffer. */
    boolean waitsForRoom() {
        return lost || !backlog.isEmpty();
    }
}
