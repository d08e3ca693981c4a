package io.ngrid.simulation;

import io.ngrid.api.NodeId;
import io.ngrid.spi.LogPosition;
import io.ngrid.spi.Member;
import io.ngrid.spi.message.ElectionRequest;
import io.ngrid.spi.message.ElectionResponse;
import io.ngrid.spi.message.Heartbeat;
import io.ngrid.spi.message.LogEntries;
import io.ngrid.spi.message.LogFetch;
import io.ngrid.spi.message.Message;
import io.ngrid.spi.message.ReplicationAck;
import io.ngrid.spi.message.ReplicationRequest;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Looks into all nodes of a run, and remembers the first broken rule. */
final class Watch {
    final LogWatch logs;
    final VoteWatch votes = new VoteWatch(this);
    final StateWatch states = new StateWatch(this);

    private final Map<Member, LogCopy> running = new HashMap<>();
    private final Set<Member> degraded = new HashSet<>();
    private @Nullable Violation violation;
    private BiConsumer<NodeId, NodeId> handOvers = (leader, successor) -> {};
    private long electionMessages;

    Watch() {
        logs = new LogWatch(this, states::committed);
    }

    /** Checks a rule; only the first violation counts. */
    void require(boolean condition, String rule, Supplier<String> message) {
        if (!condition && violation == null) {
            violation = new Violation(rule, message.get());
        }
    }

    void fail(String rule, String message) {
        require(false, rule, () -> message);
    }

    boolean isViolated() {
        return violation != null;
    }

    /** Throws the violation, if there is one. */
    void check() {
        if (violation != null) {
            throw violation;
        }
    }

    void opened(LogCopy copy) {
        running.put(copy.member, copy);
        degraded.remove(copy.member);
    }

    @Nullable
    LogCopy running(Member member) {
        return running.get(member);
    }

    void crashed(Member member) {
        running.remove(member);
    }

    /** The node has a storage fault: it is neither to vote nor to acknowledge from now on [D1]. */
    void degraded(Member member) {
        degraded.add(member);
    }

    /** Hears of leaders that begin to hand over, and to whom. */
    void onHandOver(BiConsumer<NodeId, NodeId> listener) {
        handOvers = listener;
    }

    void handsOver(NodeId leader, NodeId successor) {
        handOvers.accept(leader, successor);
    }

    /** A message leaves a node: what it says must be true and durable. */
    void sent(Member from, NodeId to, Message message) {
        if (message instanceof ElectionRequest
                || message instanceof ElectionResponse
                || message instanceof LogFetch
                || message instanceof LogEntries) {
            electionMessages++;
        }
        LogCopy copy = running.get(from);
        if (copy == null) {
            require(!counts(message), "[M4]", () -> from + ", without a log of its cluster, sends " + message);
            return;
        }
        boolean sick = degraded.contains(from);
        if (message instanceof Heartbeat beat) {
            if (!sick) { // it follows from memory [D1]
                votes.shows(from, beat.epoch());
            }
            LogPosition shown = beat.last(); // a fresh leader's first ones do not show its no-op yet
            require(
                    shown.index() <= copy.staged.end() && copy.staged.epoch(shown.index()) == shown.epoch(),
                    "[E1]",
                    () -> from + " shows a log that ends at " + shown + ", it ends at " + last(copy));
        } else if (message instanceof ElectionRequest request) {
            require(!sick, "[D1]", () -> from + " stands for election, though degraded");
            votes.asks(from, request.epoch(), request.last(), request.preVote());
        } else if (message instanceof ElectionResponse response && response.granted()) {
            require(!sick, "[D1]", () -> from + " votes, though degraded");
            if (!response.preVote()) {
                votes.grants(from, to, response.requestEpoch(), last(copy));
            }
        } else if (message instanceof ReplicationRequest request) {
            require(!sick, "[D1]", () -> from + " leads, though degraded");
            votes.shows(from, request.epoch());
        } else if (message instanceof ReplicationAck ack && ack.accepted()) {
            require(!sick, "[D1]", () -> from + " acknowledges, though degraded");
            votes.shows(from, ack.epoch());
            logs.acknowledges(copy, ack.epoch(), ack.index());
        }
    }

    /** Messages of elections that were sent. */
    long electionMessages() {
        return electionMessages;
    }

    /** Whether it is a promise that a quorum may count. */
    private static boolean counts(Message message) {
        return message instanceof ElectionRequest
                || message instanceof ReplicationRequest
                || message instanceof ElectionResponse response && response.granted()
                || message instanceof ReplicationAck ack && ack.accepted();
    }

    private static LogPosition last(LogCopy copy) {
        long end = copy.staged.end();
        return new LogPosition(copy.staged.epoch(end), end);
    }
}
