package io.ngrid.transport;

import io.netty.util.concurrent.Future;
import io.ngrid.api.NodeId;
import io.ngrid.api.PeerAddress;
import io.ngrid.spi.Member;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Keeps trying one address while it is wanted. Belongs to the I/O thread.
 *
 * <pre>
 *   IDLE    -> WAITING  wanted
 *   WAITING -> DIALING  its time has come and it is still wanted, else IDLE
 *   DIALING -> WAITING or IDLE  the attempt failed, or the connection that came of it has ended
 * </pre>
 */
final class Dialer {
    private enum State {
        IDLE,
        WAITING,
        DIALING
    }

    private final Dialers dialers;
    private final String host;
    private final int port;
    private final @Nullable PeerAddress configured;
    private final Backoff backoff = new Backoff();

    private State state = State.IDLE;
    private @Nullable Future<?> timer;
    private @Nullable NodeId node;
    private @Nullable Member told;
    private boolean verified;
    private boolean self;
    private boolean abandoned;

    private Dialer(Dialers dialers, String host, int port, @Nullable PeerAddress configured, @Nullable NodeId node) {
        this.dialers = dialers;
        this.host = host;
        this.port = port;
        this.configured = configured;
        this.node = node;
    }

    static Dialer configured(Dialers dialers, PeerAddress address) {
        return new Dialer(dialers, address.host(), address.port(), address, address.id());
    }

    static Dialer learned(Dialers dialers, NodeId node, String host, int port) {
        return new Dialer(dialers, host, port, null, node);
    }

    static String address(String host, int port) {
        return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + port;
    }

    String host() {
        return host;
    }

    int port() {
        return port;
    }

    String address() {
        return address(host, port);
    }

    boolean leadsTo(String otherHost, int otherPort) {
        return port == otherPort && host.equalsIgnoreCase(otherHost);
    }

    @Nullable
    PeerAddress configured() {
        return configured;
    }

    /** The node ID that the configuration names for this address, or null. */
    @Nullable
    NodeId expected() {
        return configured == null ? null : configured.id();
    }

    /** The node last met here, or hoped for; or null. */
    @Nullable
    NodeId node() {
        return node;
    }

    /** Whether the last handshake here still says who answers. */
    boolean isVerified() {
        return verified;
    }

    boolean isSelf() {
        return self;
    }

    /** Whether another node than the one it was learnt for answers here. */
    boolean isAbandoned() {
        return abandoned;
    }

    /**
     * A handshake succeeded here.
     *
     * @return whether the answer is news
     */
    boolean met(Member member, boolean itself) {
        if (configured == null) {
            abandoned = !member.node().equals(node);
            return false;
        }
        boolean news = !member.equals(told);
        node = member.node();
        told = member;
        verified = true;
        self = itself;
        return news;
    }

    /** The connection to the node met here is gone: who answers must be asked again. */
    void doubt() {
        verified = false;
    }

    /** A frame came from the node met here. */
    void heard() {
        backoff.reset();
    }

    /** Forgets all answers, and dials at once. */
    void restart() {
        told = null;
        verified = false;
        self = false;
        abandoned = false;
        backoff.reset();
        if (state == State.WAITING) {
            cancel();
            state = State.IDLE;
        }
        poke(0);
    }

    /** Starts to wait for the next attempt, if one is wanted. */
    void poke() {
        if (state == State.IDLE && dialers.wants(this)) {
            poke(backoff.next(dialers.random(), dialers.capNanos(this)));
        }
    }

    void poke(long delayNanos) {
        if (state == State.IDLE && dialers.wants(this)) {
            state = State.WAITING;
            timer = dialers.loop().schedule(this::due, delayNanos, TimeUnit.NANOSECONDS);
        }
    }

    /** The attempt has failed, or its connection has ended. */
    void ended() {
        if (state != State.DIALING) {
            throw new IllegalStateException("an attempt to " + address() + " ended in state " + state);
        }
        state = State.IDLE;
        poke();
    }

    void cancel() {
        if (timer != null) {
            timer.cancel(false);
            timer = null;
        }
    }

    private void due() {
        state = State.IDLE;
        if (dialers.wants(this)) {
            state = State.DIALING;
            dialers.dial(this);
        }
    }
}
