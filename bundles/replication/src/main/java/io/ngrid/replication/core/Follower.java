package io.ngrid.replication.core;

import io.ngrid.api.NodeId;
import io.ngrid.spi.LogEntry;
import io.ngrid.spi.LogPosition;
import io.ngrid.spi.Member;
import io.ngrid.spi.message.LogEntries;
import io.ngrid.spi.message.ReplicationAck;
import io.ngrid.spi.message.ReplicationRequest;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Takes the leader's entries, in one epoch [R1], [R3]. A new epoch makes a new one, so that nothing stays verified. */
final class Follower {
    private final LocalLog local;
    private final LogTail log;
    private final long epoch;
    private @Nullable NodeId leader;
    private @Nullable Member requester;
    /** Highest index that requests of this epoch have shown to be the leader's. */
    private long verified;

    private long acked;

    Follower(LocalLog local, long epoch, @Nullable NodeId leader) {
        this.local = local;
        this.log = local.tail;
        this.epoch = epoch;
        this.leader = leader;
    }

    void follow(@Nullable NodeId newLeader) {
        if (newLeader == null) {
            return; // lost for now; the epoch still has no other leader
        }
        if (leader != null && !leader.equals(newLeader)) {
            throw new IllegalStateException("epoch " + epoch + " has two leaders: " + leader + " and " + newLeader);
        }
        leader = newLeader;
    }

    void requested(Member from, ReplicationRequest request, Effects out, long nowNanos) {
        RequestShape.check(request);
        follow(from.node());
        requester = from;
        if (!matches(request.previous())) {
            long hint = hint(request.previous().index());
            out.send(
                    from,
                    new ReplicationAck(
                            epoch,
                            local.self.storage(),
                            false,
                            hint,
                            request.previous().index()));
            return;
        }
        List<LogEntry> missing = missing(request.entries(), out);
        if (!missing.isEmpty()) {
            local.append(missing, out, nowNanos);
        }
        verified = Math.max(
                verified, request.previous().index() + request.entries().size());
        local.commitment.raise(Math.min(request.commitIndex(), verified), out);
        if (missing.isEmpty()) {
            ack(from, out); // a probe, or a repetition: perhaps an answer was lost
        }
    }

    /**
     * Takes over the log of a node that is ahead [E4]. What a leader of this epoch has verified here it may count, so it
     * is not cut in this epoch [R1].
     *
     * @return whether the log now ends where the other's did
     */
    boolean takeOver(LogEntries fetched, Effects out, long nowNanos) {
        RequestShape.check(fetched.epoch(), fetched.previous(), fetched.entries());
        List<LogEntry> entries = fetched.entries();
        if (entries.isEmpty()
                || !entries.get(entries.size() - 1).position().equals(fetched.last())
                || !matches(fetched.previous())) {
            return false;
        }
        int differs = firstMissing(entries);
        long from = fetched.previous().index() + 1 + differs;
        if (differs == entries.size() || from <= Math.max(local.commitment.index(), verified)) {
            return false;
        }
        if (from <= log.last().index()) {
            local.truncate(from, out);
        }
        local.append(entries.subList(differs, entries.size()), out, nowNanos);
        return true;
    }

    /** Obeyed only as far as this epoch's requests have verified [R1]. */
    void commitHeard(long commitIndex, long releaseIndex, Effects out) {
        local.commitment.raise(Math.min(commitIndex, verified), out);
        local.commitment.release(Math.min(releaseIndex, durable()), out);
    }

    void flushed(Effects out) {
        Member to = requester;
        if (to != null && durable() > acked) {
            ack(to, out);
        }
    }

    /** What is on disk here and known to be the leader's [R1]; never the end of the log. */
    private long durable() {
        return Math.min(log.flushedIndex(), verified);
    }

    private void ack(Member to, Effects out) {
        acked = durable();
        out.send(to, new ReplicationAck(epoch, local.self.storage(), true, acked, 0));
    }

    private boolean matches(LogPosition previous) {
        if (previous.index() > log.last().index()) {
            return false;
        }
        // What was compacted was committed, and so is in every leader's log.
        return previous.index() < log.firstIndex() - 1 || log.epochAt(previous.index()) == previous.epoch();
    }

    private long hint(long previousIndex) {
        if (previousIndex > log.last().index()) {
            return log.last().index() + 1;
        }
        long committed = local.commitment.index();
        if (previousIndex <= committed) {
            throw new IllegalStateException("the leader of epoch " + epoch + " has another entry at " + previousIndex
                    + ", at or below the commit index " + committed);
        }
        return log.firstOfEpoch(Math.max(committed + 1, log.firstIndex()), previousIndex);
    }

    /** Entries that the log lacks; cuts the first one that differs and all behind it, and never one that matches. */
    private List<LogEntry> missing(List<LogEntry> entries, Effects out) {
        List<LogEntry> missing = entries.subList(firstMissing(entries), entries.size());
        if (!missing.isEmpty() && missing.get(0).index() <= log.last().index()) {
            long from = missing.get(0).index();
            if (from <= verified) {
                throw new IllegalStateException("the leader of epoch " + epoch + " has another entry at " + from
                        + ", it had verified up to " + verified);
            }
            local.truncate(from, out);
        }
        return missing;
    }

    /** How many of the entries the log has, up to the first that it lacks or has otherwise. */
    private int firstMissing(List<LogEntry> entries) {
        for (int i = 0; i < entries.size(); i++) {
            LogEntry entry = entries.get(i);
            if (entry.index() > log.last().index()
                    || entry.index() >= log.firstIndex() && log.epochAt(entry.index()) != entry.epoch()) {
                return i;
            }
        }
        return entries.size();
    }
}
