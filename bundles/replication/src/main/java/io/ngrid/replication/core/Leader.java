package io.ngrid.replication.core;

import io.ngrid.api.NodeId;
import io.ngrid.spi.Configuration;
import io.ngrid.spi.EntryKind;
import io.ngrid.spi.LogEntry;
import io.ngrid.spi.Member;
import io.ngrid.spi.Quorums;
import io.ngrid.spi.message.ReplicationAck;
import io.ngrid.spi.replication.ReplicationEffect;
import io.ngrid.spi.replication.ReplicationEvent.Proposal;
import io.ngrid.spi.replication.ReplicationView;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/** Leads one epoch: appends, sends, counts [R2], confirms reads [L1]. */
final class Leader {
    private final LocalLog local;
    private final LogTail log;
    private final long epoch;
    private final long noOpIndex;
    private final Map<NodeId, Progress> followers = new TreeMap<>();
    private final PendingReads reads = new PendingReads();
    private long answerable;
    /** Who is to lead next and has not got everything yet [E6]. */
    private @Nullable NodeId successor;

    private boolean handsOver;

    Leader(LocalLog local, long epoch, Collection<Member> connected, Effects out, long nowNanos) {
        this.local = local;
        this.log = local.tail;
        this.epoch = epoch;
        this.noOpIndex = log.last().index() + 1;
        if (log.last().epoch() >= epoch) {
            throw new IllegalStateException("asked to lead epoch " + epoch + " with a log that ends at " + log.last());
        }
        append(List.of(new Proposal(EntryKind.NO_OP, new byte[0])), out, nowNanos); // [R2]
        admitVoters(connected, noOpIndex);
    }

    void proposed(List<Proposal> proposals, Collection<Member> connected, Effects out, long nowNanos) {
        if (!proposals.isEmpty() && append(proposals, out, nowNanos)) {
            admitVoters(connected, log.last().index() + 1);
        }
    }

    void connected(Member peer) {
        Progress follower = follower(peer);
        if (follower != null) {
            follower.connected();
        }
    }

    void disconnected(Member peer) {
        Progress follower = follower(peer);
        if (follower != null) {
            follower.disconnected();
        }
    }

    void acked(Member from, ReplicationAck ack, Effects out, long nowNanos) {
        Progress follower = follower(from);
        if (follower == null || ack.epoch() != epoch || !ack.storage().equals(from.storage())) {
            return; // [R1]
        }
        if (ack.accepted()) {
            follower.accepted(ack.index(), out, nowNanos);
        } else {
            follower.rejected(ack.requestIndex(), ack.index(), out);
        }
    }

    void snapshotPinned(Member to, long index) {
        Progress follower = follower(to);
        if (follower != null) {
            follower.pinned(index);
        }
    }

    void snapshotMoved(Member to, long bytes, long nowNanos) {
        Progress follower = follower(to);
        if (follower != null) {
            follower.snapshotMoved(bytes, nowNanos);
        }
    }

    /** Up to where nobody needs the log who is here, or is being sent a snapshot [C1]. */
    private long releasable() {
        long index = Math.min(log.flushedIndex(), local.commitment.index());
        for (Progress follower : followers.values()) {
            index = Math.min(index, follower.releasable());
        }
        return index;
    }

    void echoed(Member from, long round) {
        Progress follower = follower(from);
        if (follower != null) {
            follower.echoed(round);
        }
    }

    void handOver(@Nullable NodeId voter) {
        successor = voter;
        handsOver = voter != null;
    }

    void readRequested(long read, long round) {
        reads.add(read, round, servedIndex());
    }

    void tick(Effects out, long nowNanos) {
        if (nowNanos >= tickDueNanos()) {
            append(List.of(new Proposal(EntryKind.TICK, new byte[0])), out, nowNanos); // [R6]
        }
        followers.values().forEach(follower -> follower.tick(local.commitment.index(), out, nowNanos));
    }

    /** Ends every step: counts, answers, sends. */
    void advance(Effects out, long nowNanos) {
        Quorums quorums = local.configuration().quorums();
        long committable = reachedBy(quorums.commit(), log.flushedIndex(), Progress::match);
        if (ofThisEpoch(committable)) {
            local.commitment.raise(committable, out); // [R2]
        }
        long promised = reachedBy(quorums.replication(), log.flushedIndex(), Progress::match);
        if (ofThisEpoch(promised) && promised > answerable) {
            answerable = promised;
            out.tell(new ReplicationEffect.Answerable(promised));
        }
        long echoed = reachedBy(quorums.commit(), Long.MAX_VALUE, Progress::echoedRound);
        reads.confirm(echoed, servedIndex(), out); // [L1]
        followers.values().forEach(follower -> {
            follower.pump(local.commitment.index(), out, nowNanos);
            follower.observe(nowNanos);
        });
        local.commitment.release(releasable(), out);
        Progress next = successor == null ? null : followers.get(successor);
        if (next != null && next.match() == log.last().index()) {
            successor = null;
            out.tell(new ReplicationEffect.HasEverything(next.member().node()));
        }
    }

    /** While it hands over, the log stays as it is. */
    private long tickDueNanos() {
        return handsOver ? Long.MAX_VALUE : local.tickDueNanos();
    }

    long nextTickNanos() {
        long next = tickDueNanos();
        for (Progress follower : followers.values()) {
            next = Math.min(next, follower.deadlineNanos());
        }
        return next;
    }

    /** How much may be proposed before a connected voter is too far behind [R7]. */
    long room() {
        long room = Long.MAX_VALUE;
        for (Progress follower : followers.values()) {
            room = Math.min(room, follower.room());
        }
        return room;
    }

    long noOpIndex() {
        return noOpIndex;
    }

    long answerableIndex() {
        return answerable;
    }

    List<ReplicationView.Progress> progress() {
        return followers.values().stream().map(Progress::view).toList();
    }

    private boolean append(List<Proposal> proposals, Effects out, long nowNanos) {
        long time = local.stamp(nowNanos);
        long index = log.last().index();
        List<LogEntry> entries = new ArrayList<>(proposals.size());
        for (Proposal proposal : proposals) {
            entries.add(new LogEntry(++index, epoch, time, proposal.kind(), proposal.payload()));
        }
        return local.append(entries, out, nowNanos);
    }

    /** Follows a change of the voters; what is known of those that stay is kept. */
    private void admitVoters(Collection<Member> connected, long next) {
        Configuration configuration = local.configuration();
        followers.values().removeIf(follower -> !configuration.isVoter(follower.member()));
        for (Member voter : configuration.voters()) {
            if (!voter.equals(local.self) && !followers.containsKey(voter.node())) {
                Progress follower = new Progress(voter, local, epoch, next);
                followers.put(voter.node(), follower);
                if (connected.contains(voter)) {
                    follower.connected();
                }
            }
        }
    }

    /** The follower that a member is as a voter: another storage under its node ID counts for nothing [M4]. */
    private @Nullable Progress follower(Member member) {
        Progress follower = followers.get(member.node());
        return follower != null && follower.member().equals(member) ? follower : null;
    }

    /** Entries from the no-op on are of this epoch; those before it never count by themselves [R2]. */
    private boolean ofThisEpoch(long index) {
        return index >= noOpIndex;
    }

    /** The commit index, or -1 while the no-op has not committed: it may lie below what others have committed. */
    private long servedIndex() {
        long committed = local.commitment.index();
        return ofThisEpoch(committed) ? committed : -1;
    }

    /** The greatest value that so many voters have reached, present or not; this node's own counts if it is a voter. */
    private long reachedBy(int count, long own, ToLongFunction<Progress> value) {
        List<Long> reached = new ArrayList<>();
        if (local.configuration().isVoter(local.self)) {
            reached.add(own);
        }
        followers.values().forEach(follower -> reached.add(value.applyAsLong(follower)));
        reached.sort(null);
        return reached.get(reached.size() - count);
    }
}
