package io.ngrid.node.loop;

import io.ngrid.api.NodeId;
import io.ngrid.spi.LogPosition;
import io.ngrid.spi.Member;
import io.ngrid.spi.message.SnapshotAck;
import io.ngrid.spi.message.SnapshotChunk;
import io.ngrid.spi.storage.Checkpoints;
import io.ngrid.spi.storage.Snapshot;
import io.ngrid.spi.storage.StorageException;
import java.util.Comparator;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends a leader's checkpoint to followers that its log can no longer reach [C1], in one epoch. The files are pinned while
 * that lasts, and the log behind them stays. Event loop; files are pinned on the checkpoint lane and read on the reader's.
 */
final class SnapshotSending {
    private static final Logger LOG = LoggerFactory.getLogger(SnapshotSending.class);

    /** Bytes in a piece, at most. */
    static final int PIECE_BYTES = 256 << 10;

    /** Bytes sent and not yet written by the follower, at most. */
    static final int WINDOW_BYTES = 4 * PIECE_BYTES;

    /** So long the files are kept for a follower that takes nothing. */
    static final long EXPIRES_NANOS = 60_000_000_000L;

    /** What it needs of its group. */
    interface Host {
        /** Sends a piece. */
        void send(NodeId to, SnapshotChunk chunk);

        /** The log behind an index has to stay for a follower; 0: no more. */
        void pinned(Member to, long index);

        /** A follower has written more. */
        void moved(Member to, long bytes);
    }

    private static final class Transfer {
        final Member to;
        final Backoff backoff = new Backoff();

        @Nullable
        Snapshot snapshot;

        long sent;
        long acked;
        boolean connected = true;
        boolean reading;
        long servedNanos;
        long sentNanos;
        long movedNanos;
        boolean paused;

        Transfer(Member to, long now) {
            this.to = to;
            this.movedNanos = now;
        }
    }

    private final long epoch;
    private final Checkpoints checkpoints;
    private final GroupLanes lanes;
    private final long retryNanos;
    private final Pace pace;
    private final Host host;
    private final Map<NodeId, Transfer> transfers = new TreeMap<>();
    private final Verification verification;
    private long verifiedIndex;
    private boolean ended;

    SnapshotSending(long epoch, Checkpoints checkpoints, GroupLanes lanes, long retryNanos, Pace pace, Host host) {
        this.epoch = epoch;
        this.checkpoints = checkpoints;
        this.lanes = lanes;
        this.retryNanos = retryNanos;
        this.pace = pace;
        this.host = host;
        this.verification = new Verification(lanes.lanes(), lanes.loop());
    }

    /** A follower needs a snapshot, or, after a break, still does. */
    void needed(Member to, long now) {
        Transfer known = transfers.get(to.node());
        if (known != null && known.to.equals(to)) {
            known.connected = true;
            known.movedNanos = now;
            Snapshot snapshot = known.snapshot;
            if (snapshot != null && known.acked == snapshot.length()) {
                known.acked = 0; // it could not install it
            }
            known.sent = known.acked;
            pump(known, now);
            return;
        }
        if (known != null) {
            drop(known);
        }
        Transfer begun = new Transfer(to, now);
        transfers.put(to.node(), begun);
        pin(begun);
    }

    private void pin(Transfer transfer) {
        lanes.checkpoint().execute(() -> {
            Snapshot snapshot = checkpoints.pin();
            lanes.loop().execute(() -> pinned(transfer, snapshot));
        });
    }

    private void pinned(Transfer transfer, @Nullable Snapshot snapshot) {
        if (snapshot == null) {
            throw new IllegalStateException("the log begins behind its beginning, but there is no checkpoint");
        }
        if (ended || transfers.get(transfer.to.node()) != transfer) {
            close(snapshot);
            return;
        }
        transfer.snapshot = snapshot;
        transfer.movedNanos = lanes.nanoTime();
        transfer.sent = 0;
        transfer.acked = 0;
        LOG.info("state=sending_snapshot to={} index={} bytes={}", transfer.to, snapshot.index(), snapshot.length());
        host.pinned(transfer.to, snapshot.index());
        pump(transfer, lanes.nanoTime());
    }

    void acked(Member from, SnapshotAck ack, long now) {
        Transfer transfer = transfers.get(from.node());
        Snapshot snapshot = transfer == null ? null : transfer.snapshot;
        if (transfer == null
                || snapshot == null
                || !transfer.to.equals(from)
                || ack.epoch() != epoch
                || !ack.snapshot().equals(position(snapshot))) {
            return;
        }
        if (ack.outcome() == SnapshotAck.Outcome.DAMAGED) {
            verify(transfer, snapshot);
            pause(transfer, now);
            return;
        }
        if (ack.outcome() == SnapshotAck.Outcome.FAILED) {
            pause(transfer, now);
            return;
        }
        if (ack.position() > snapshot.length()) {
            return;
        }
        if (ack.position() != transfer.acked) {
            transfer.movedNanos = now;
            transfer.sentNanos = now;
        }
        if (ack.position() > transfer.acked) {
            host.moved(from, ack.position() - transfer.acked);
        }
        boolean within = ack.position() >= transfer.acked && ack.position() <= transfer.sent;
        transfer.acked = ack.position();
        if (!within) { // it begins anew, or is further than was thought
            transfer.sent = ack.position();
        }
        pump(transfer, now);
    }

    /** [D2] Perhaps it was damaged here, where nobody has read it since: then this node must not lead. */
    private void verify(Transfer transfer, Snapshot snapshot) {
        if (snapshot.index() == verifiedIndex) {
            return; // it is the follower's disk
        }
        transfer.snapshot = null; // its files stay as long as they are read
        host.pinned(transfer.to, 0);
        CompletableFuture<Snapshot> answer = new CompletableFuture<>();
        answer.whenComplete((sound, failure) -> {
            if (!lanes.loop().execute(() -> verified(snapshot, failure))) {
                snapshot.close();
            }
        });
        verification.begin(
                reading -> {
                    snapshot.verify(reading);
                    return snapshot;
                },
                answer);
    }

    private void verified(Snapshot snapshot, @Nullable Throwable failure) {
        close(snapshot);
        if (failure instanceof StorageException damaged) {
            throw damaged;
        }
        verifiedIndex = failure == null ? snapshot.index() : verifiedIndex;
    }

    /** The follower could not take it: later, and then the checkpoint of that day. */
    private void pause(Transfer transfer, long now) {
        if (transfer.paused) {
            return;
        }
        release(transfer);
        transfer.paused = true;
        transfer.backoff.failed(now);
        LOG.warn(
                "state=snapshot_failed to={}: it could not take it; its log says why; tried again in {} s",
                transfer.to,
                transfer.backoff.seconds());
    }

    void disconnected(Member peer, long now) {
        Transfer transfer = transfers.get(peer.node());
        if (transfer != null && transfer.to.equals(peer)) {
            transfer.connected = false;
            transfer.movedNanos = now;
        }
    }

    /** The log has reached the follower. */
    void done(Member to) {
        Transfer transfer = transfers.get(to.node());
        if (transfer != null && transfer.to.equals(to)) {
            LOG.info("state=snapshot_taken by={}", to);
            drop(transfer);
        }
    }

    void tick(long now) {
        if (transfers.isEmpty()) {
            return;
        }
        for (Transfer transfer : transfers.values().toArray(new Transfer[0])) {
            if (transfer.paused) {
                if (transfer.backoff.isOver(now)) {
                    transfer.paused = false;
                    transfer.movedNanos = now;
                    pin(transfer);
                }
            } else if (now - transfer.movedNanos >= EXPIRES_NANOS && transfer.snapshot != null) {
                expire(transfer, now);
            } else if (transfer.sent > transfer.acked && now - transfer.sentNanos >= retryNanos) {
                transfer.sent = transfer.acked;
            }
        }
        transfers.values().stream() // whoever has waited longest comes first
                .sorted(Comparator.comparingLong(transfer -> transfer.servedNanos))
                .toList()
                .forEach(transfer -> pump(transfer, now));
    }

    /** When the pace allows the next piece; {@link Long#MAX_VALUE} if none waits for that. */
    long nextNanos() {
        for (Transfer transfer : transfers.values()) {
            if (isSending(transfer)) {
                return pace.freeNanos();
            }
        }
        return Long.MAX_VALUE;
    }

    private boolean isSending(Transfer transfer) {
        Snapshot snapshot = transfer.snapshot;
        return snapshot != null
                && transfer.connected
                && !transfer.reading
                && transfer.sent < snapshot.length()
                && transfer.sent - transfer.acked < WINDOW_BYTES;
    }

    private void expire(Transfer transfer, long now) {
        LOG.warn(
                "state=snapshot_given_up to={}: it took nothing for {} s", transfer.to, EXPIRES_NANOS / 1_000_000_000L);
        if (transfer.connected) { // it may still want one
            pause(transfer, now);
        } else {
            drop(transfer);
        }
    }

    /** This node leads no more. */
    void end() {
        ended = true;
        verification.end();
        for (Transfer transfer : transfers.values()) {
            close(transfer);
        }
        transfers.clear();
    }

    /** What is being sent; empty if nothing. */
    String note() {
        StringBuilder note = new StringBuilder();
        for (Transfer transfer : transfers.values()) {
            Snapshot snapshot = transfer.snapshot;
            if (snapshot != null) {
                note.append(note.isEmpty() ? "" : "; ")
                        .append("sending a snapshot at ")
                        .append(position(snapshot))
                        .append(" to ")
                        .append(transfer.to.node())
                        .append(", ")
                        .append(transfer.acked >> 20)
                        .append(" of ")
                        .append(snapshot.length() >> 20)
                        .append(" MiB");
            }
        }
        return note.toString();
    }

    private void drop(Transfer transfer) {
        transfers.remove(transfer.to.node());
        release(transfer);
    }

    private void release(Transfer transfer) {
        if (transfer.snapshot != null) {
            close(transfer);
            host.pinned(transfer.to, 0);
        }
    }

    private void close(Transfer transfer) {
        Snapshot snapshot = transfer.snapshot;
        transfer.snapshot = null;
        if (snapshot != null) {
            close(snapshot);
        }
    }

    /** Behind what is being read of it. */
    private void close(Snapshot snapshot) {
        if (!lanes.reader().execute(snapshot::close)) { // that lane has ended
            snapshot.close();
        }
    }

    private void pump(Transfer transfer, long now) {
        Snapshot snapshot = transfer.snapshot;
        if (snapshot == null || !isSending(transfer) || !pace.allows(now)) {
            return;
        }
        if (transfer.sent == transfer.acked) {
            transfer.sentNanos = now;
        }
        transfer.reading = true;
        transfer.servedNanos = now;
        long position = transfer.sent;
        lanes.reader().execute(() -> {
            byte[] bytes = snapshot.read(position, PIECE_BYTES);
            lanes.loop().execute(() -> read(transfer, snapshot, position, bytes));
        });
    }

    private void read(Transfer transfer, Snapshot snapshot, long position, byte[] bytes) {
        transfer.reading = false;
        if (ended || transfer.snapshot != snapshot || !transfer.connected) {
            return;
        }
        long now = lanes.nanoTime();
        if (transfer.sent == position) {
            pace.took(bytes.length, now);
            host.send(
                    transfer.to.node(),
                    new SnapshotChunk(epoch, position(snapshot), snapshot.checkpointLength(), position, bytes));
            transfer.sent += bytes.length;
        }
        pump(transfer, now);
    }

    private static LogPosition position(Snapshot snapshot) {
        return new LogPosition(snapshot.epoch(), snapshot.index());
    }
}
