package io.ngrid.transport;

import io.netty.channel.EventLoop;
import io.ngrid.api.NodeId;
import io.ngrid.api.NodeInfo;
import io.ngrid.api.PeerAddress;
import io.ngrid.spi.transport.LocalIdentity;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** All addresses to try: the configured ones, for ever, and one for each node learnt of. Belongs to the I/O thread. */
final class Dialers {
    private final Local local;
    private final RandomGenerator random;
    private final Predicate<NodeId> connected;
    private final Consumer<Dialer> attempt;
    private final List<Dialer> configured = new ArrayList<>();
    private final Map<NodeId, Dialer> learned = new HashMap<>();
    private boolean closed;

    /**
     * Makes the dialers of the configured addresses.
     *
     * @param connected whether a node is connected
     * @param attempt makes one attempt, which ends by {@link Dialer#ended}
     */
    Dialers(Local local, RandomGenerator random, Predicate<NodeId> connected, Consumer<Dialer> attempt) {
        this.local = local;
        this.random = random;
        this.connected = connected;
        this.attempt = attempt;
        for (PeerAddress address : local.options().peers()) {
            configured.add(Dialer.configured(this, address));
        }
    }

    EventLoop loop() {
        return local.loop();
    }

    RandomGenerator random() {
        return random;
    }

    void start() {
        configured.forEach(dialer -> dialer.poke(0));
    }

    /** A node's address is known, from itself or from a node connected to it; the latest one counts [M6]. */
    void learn(NodeInfo info) {
        Dialer known = learned.get(info.id());
        if (known != null && known.leadsTo(info.host(), info.port())) {
            return;
        }
        if (known != null) {
            known.cancel();
        }
        Dialer dialer = Dialer.learned(this, info.id(), info.host(), info.port());
        learned.put(info.id(), dialer);
        dialer.poke(); // a moment later: its own handshake may just be ending
    }

    /** Whether a node is a voter or a configured one, and so always worth a call. */
    boolean keeps(NodeId node) {
        return isVoter(local.identity(), node) || configured.stream().anyMatch(dialer -> node.equals(dialer.node()));
    }

    /** A node's address is no longer wanted. */
    void forget(NodeId node) {
        Dialer known = learned.remove(node);
        if (known != null) {
            known.cancel();
        }
    }

    /** A node is connected: it answers, so the next attempt after it need not wait long. */
    void opened(NodeId node) {
        forEach(dialer -> {
            if (node.equals(dialer.node())) {
                dialer.heard();
            }
        });
        pokeAll();
    }

    /** A node is not connected any more. */
    void lost(NodeId node) {
        forEach(dialer -> {
            if (node.equals(dialer.node())) {
                dialer.doubt();
            }
        });
        pokeAll();
    }

    void pokeAll() {
        forEach(Dialer::poke);
    }

    void restart() {
        forEach(Dialer::restart);
    }

    void close() {
        closed = true;
        forEach(Dialer::cancel);
    }

    /** Whether every configured address has answered. */
    boolean allMet() {
        return configured.stream().allMatch(Dialer::isVerified);
    }

    boolean wants(Dialer dialer) {
        NodeId node = dialer.node();
        boolean reached = node != null && connected.test(node);
        if (closed) {
            return false;
        }
        if (dialer.configured() != null) {
            return !dialer.isSelf() && !(dialer.isVerified() && reached);
        }
        return !reached
                && !dialer.isAbandoned()
                && learned.get(node) == dialer
                && configured.stream()
                        .noneMatch(other -> !other.isSelf() && other.leadsTo(dialer.host(), dialer.port()));
    }

    /** Towards voters the back-off ends soon; so it does towards whoever may be one. */
    long capNanos(Dialer dialer) {
        LocalIdentity identity = local.identity();
        NodeId node = dialer.node();
        boolean maybeVoter = dialer.configured() != null && (identity.cluster() == null || node == null);
        return maybeVoter || isVoter(identity, node)
                ? local.timing().voterBackoffNanos()
                : local.timing().otherBackoffNanos();
    }

    private static boolean isVoter(LocalIdentity identity, @Nullable NodeId node) {
        return identity.voters().stream().anyMatch(voter -> voter.node().equals(node));
    }

    void dial(Dialer dialer) {
        attempt.accept(dialer);
    }

    private void forEach(Consumer<Dialer> action) {
        configured.forEach(action);
        List.copyOf(learned.values()).forEach(action);
    }
}
