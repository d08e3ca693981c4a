package io.ngrid.simulation;

import io.ngrid.api.NodeId;
import io.ngrid.spi.message.LogEntries;
import io.ngrid.spi.message.Message;
import io.ngrid.spi.message.ReplicationAck;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Makes the answer to a fetch as late as it can be: when it is about to arrive its sender is cut off, with the answer under
 * way, until the one that asked has acknowledged what a third node, a leader meanwhile, has sent in the place of what is in the answer.
 */
final class LateAnswers {
    private record Held(NodeId sender, NodeId asker, long behind, List<Line> lines) {}

    private final VirtualNetwork network;
    private final long longestNanos;
    private boolean armed;
    private @Nullable Held held;

    LateAnswers(VirtualNetwork network, long longestNanos) {
        this.network = network;
        this.longestNanos = longestNanos;
    }

    /** The next answer will be late. */
    void arm() {
        armed = true;
    }

    /** Whether an answer that is about to arrive does not. */
    boolean holds(NodeId sender, NodeId asker, LogEntries answer) {
        if (!armed || held != null || answer.entries().isEmpty()) {
            return false;
        }
        armed = false;
        List<Line> lines = new ArrayList<>();
        for (NodeId other : network.nodes()) {
            if (!other.equals(sender)) {
                lines.add(network.line(sender, other));
                lines.add(network.line(other, sender));
            }
        }
        Held now = new Held(sender, asker, answer.previous().index(), lines);
        held = now;
        lines.forEach(Line::cut);
        network.trace.note("late answer of " + sender + " to " + asker);
        network.time.at(network.time.now() + longestNanos, () -> {
            if (held == now) {
                release(now);
            }
        });
        return true;
    }

    void sent(NodeId from, NodeId to, Message message) {
        Held now = held;
        if (now != null
                && from.equals(now.asker)
                && !to.equals(now.sender)
                && message instanceof ReplicationAck ack
                && ack.accepted()
                && ack.index() > now.behind) {
            release(now);
        }
    }

    /** All lines are whole again. */
    void mended() {
        armed = false;
        held = null;
    }

    private void release(Held now) {
        held = null;
        network.trace.note("answer of " + now.sender + " to " + now.asker + " comes");
        now.lines.forEach(Line::mend);
        for (NodeId other : network.nodes()) {
            network.mended(now.sender, other);
            network.mended(other, now.sender);
        }
    }
}
