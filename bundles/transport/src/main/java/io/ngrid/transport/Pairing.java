package io.ngrid.transport;

import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Which of the connections between this node and a peer stays, when both opened one [H12].
 *
 * <p>One end decides, the one with the higher ID, and the other obeys; so the two can never each close the other's
 * choice. The decisions are numbered, since they travel on different connections and may come in another order. When
 * both open at once, the higher ID lets the peer's connection wait until its own has succeeded or failed, so its own
 * stays. An open connection is not given up for a later one, unless the peer has started anew or has lost it.
 */
final class Pairing {
    /** What becomes of a connection. */
    enum Fate {
        /** It is the one; another that is open ends. */
        OPEN,
        /** It waits until this node's own attempt is over. */
        HOLD,
        /** It is superfluous. */
        CLOSE
    }

    private Pairing() {}

    /**
     * Decides, as the higher ID.
     *
     * @param candidate a connection whose handshake is over, and which the peer asked for if it opened it
     * @param open the open connection to the peer, or null
     * @param seen of a candidate that the peer opened: the highest decision that the peer had seen when it asked
     * @param underWay whether an attempt of this node to reach that peer is in its handshake
     */
    static Fate decide(Connection candidate, @Nullable Connection open, long seen, boolean underWay) {
        boolean ours = candidate.dialer() != null;
        if (open != null && open.sameStart(candidate)) {
            // It saw the decision for the open one and yet asks for another: it has lost that one.
            return !ours && seen >= open.decision() ? Fate.OPEN : Fate.CLOSE;
        }
        return !ours && underWay && open == null ? Fate.HOLD : Fate.OPEN;
    }

    /**
     * Obeys, as the lower ID.
     *
     * @param candidate the connection that the peer decided for
     * @param open the open connection to the peer, or null
     * @param decision the decision's number
     */
    static Fate obey(Connection candidate, @Nullable Connection open, long decision) {
        boolean late = open != null
                && open.theirs().instance().equals(candidate.theirs().instance())
                && open.decision() > decision;
        return late ? Fate.CLOSE : Fate.OPEN;
    }

    /** Whether the lower ID asks for a connection that it opened itself: not while it has one to that start. */
    static boolean asks(Connection candidate, @Nullable Connection open) {
        return open == null || !open.sameStart(candidate);
    }

    /** Whether one of the connections in their handshake leads from here to a neighbour, as far as one can tell. */
    static boolean underWay(Iterable<Connection> pending, Neighbour neighbour) {
        Predicate<Dialer> leadsThere = dialer -> neighbour.id().equals(dialer.node())
                || dialer.leadsTo(neighbour.info().host(), neighbour.info().port());
        for (Connection connection : pending) {
            Dialer dialer = connection.dialer();
            if (dialer != null && connection.isGreeting() && leadsThere.test(dialer)) {
                return true;
            }
        }
        return false;
    }
}
