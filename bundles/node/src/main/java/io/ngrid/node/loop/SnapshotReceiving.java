package io.ngrid.node.loop;

import io.ngrid.spi.LogPosition;
import io.ngrid.spi.Member;
import io.ngrid.spi.message.SnapshotAck;
import io.ngrid.spi.message.SnapshotAck.Outcome;
import io.ngrid.spi.message.SnapshotChunk;
import io.ngrid.spi.storage.Checkpoints;
import io.ngrid.spi.storage.CorruptionException;
import io.ngrid.spi.storage.IncomingSnapshot;
import io.ngrid.spi.storage.UnfinishedException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Receives the leader's checkpoint at a follower that its log can no longer reach [C1]. Nothing depends on it until it is
 * whole; then it is installed. Event loop; files are written on the checkpoint lane.
 */
final class SnapshotReceiving {
    private static final Logger LOG = LoggerFactory.getLogger(SnapshotReceiving.class);

    /** As many pieces as are on the way at once. */
    private static final int MOST_EARLY = SnapshotSending.WINDOW_BYTES / SnapshotSending.PIECE_BYTES;

    /** What it needs of its group. */
    interface Host {
        /** Sends an answer. */
        void send(Member to, SnapshotAck ack);

        /** The commit index. */
        long commitIndex();

        /** A snapshot is whole, verified and on disk. */
        void whole(IncomingSnapshot snapshot);
    }

    /** One snapshot on its way in. */
    private static final class Receipt {
        final Member from;
        final LogPosition snapshot;
        final long checkpointLength;
        long epoch;
        /** End of what was handed to the checkpoint lane. */
        long taken;
        /** End of what it has written. */
        long written;

        boolean whole;

        /** What came before it was known how much of it is there already; then null. */
        @Nullable
        List<SnapshotChunk> early = new ArrayList<>();

        /** Of the checkpoint lane. */
        @Nullable
        IncomingSnapshot files;

        Receipt(Member from, SnapshotChunk first) {
            this.from = from;
            this.snapshot = first.snapshot();
            this.checkpointLength = first.checkpointLength();
        }

        boolean isOf(Member sender, SnapshotChunk chunk) {
            return from.equals(sender)
                    && snapshot.equals(chunk.snapshot())
                    && checkpointLength == chunk.checkpointLength();
        }
    }

    private final Checkpoints checkpoints;
    private final GroupLanes lanes;
    private final Host host;
    private @Nullable Receipt receipt;
    private boolean ended; // of the checkpoint lane

    SnapshotReceiving(Checkpoints checkpoints, GroupLanes lanes, Host host) {
        this.checkpoints = checkpoints;
        this.lanes = lanes;
        this.host = host;
    }

    /** A piece came from the leader of this node's epoch. */
    void received(Member from, SnapshotChunk chunk) {
        if (chunk.snapshot().index() <= host.commitIndex()) {
            return; // it is late
        }
        Receipt present = receipt;
        if (present != null && present.whole) {
            return; // it is about to be installed, or will turn out not to be wanted
        }
        if (present == null || !present.isOf(from, chunk)) {
            present = begin(from, chunk);
        }
        Receipt current = present;
        current.epoch = chunk.epoch();
        List<SnapshotChunk> early = current.early;
        if (early != null) {
            if (early.size() < MOST_EARLY) { // the rest comes again
                early.add(chunk);
            }
            return;
        }
        take(current, chunk);
    }

    private void take(Receipt current, SnapshotChunk chunk) {
        if (chunk.position() != current.taken) { // some piece was lost, or this one came twice
            answer(current, Outcome.WANTED);
            return;
        }
        current.taken += chunk.bytes().length;
        onFiles(current, files -> {
            boolean whole = files.write(chunk.bytes());
            long position = files.position();
            lanes.loop().execute(() -> written(current, position, whole, files));
        });
    }

    private Receipt begin(Member from, SnapshotChunk chunk) {
        Receipt before = receipt;
        if (before != null) {
            discard(before);
        }
        Receipt begun = new Receipt(from, chunk);
        receipt = begun;
        LOG.info(
                "state=receiving_snapshot from={} index={}",
                from,
                chunk.snapshot().index());
        lanes.checkpoint()
                .execute(() -> attempt(begun, () -> {
                    IncomingSnapshot files = checkpoints.receive(
                            begun.snapshot.index(), begun.snapshot.epoch(), begun.checkpointLength, from.storage());
                    begun.files = files;
                    long position = files.position();
                    lanes.loop().execute(() -> begun(begun, position));
                }));
        return begun;
    }

    /** It is known how much of it is there already, from before a restart perhaps. */
    private void begun(Receipt current, long position) {
        List<SnapshotChunk> early = current.early;
        if (receipt != current || early == null) {
            return;
        }
        current.early = null;
        current.taken = position;
        current.written = position;
        early.forEach(chunk -> take(current, chunk));
    }

    private void onFiles(Receipt current, Consumer<IncomingSnapshot> step) {
        lanes.checkpoint().execute(() -> {
            IncomingSnapshot files = current.files;
            if (files != null) { // else it failed before
                attempt(current, () -> step.accept(files));
            }
        });
    }

    /** Checkpoint lane. A failed force is none of these, and fails the node [D1]. */
    private void attempt(Receipt current, Runnable step) {
        if (ended) {
            return;
        }
        try {
            step.run();
        } catch (UnfinishedException | CorruptionException | IllegalArgumentException e) {
            IncomingSnapshot files = current.files;
            current.files = null;
            if (files != null) {
                files.discard();
            }
            lanes.loop().execute(() -> failed(current, e));
        } catch (RuntimeException e) {
            ended = true; // more may wait behind this: nothing is tried again on what has failed
            throw e;
        }
    }

    private void written(Receipt current, long position, boolean whole, IncomingSnapshot files) {
        if (receipt != current) {
            return;
        }
        current.written = position;
        answer(current, Outcome.WANTED);
        if (whole) {
            current.whole = true;
            host.whole(files);
        }
    }

    private void failed(Receipt current, RuntimeException e) {
        if (receipt == current) {
            receipt = null;
            LOG.warn(
                    "state=snapshot_failed from={} index={} reason=\"{}\"; it will be sent again",
                    current.from,
                    current.snapshot.index(),
                    e.getMessage());
            current.written = 0;
            answer(current, e instanceof UnfinishedException ? Outcome.FAILED : Outcome.DAMAGED);
        }
    }

    /** What is being received; empty if nothing. */
    String note() {
        Receipt present = receipt;
        return present == null
                ? ""
                : "receiving a snapshot at " + present.snapshot + " from " + present.from.node() + ", "
                        + (present.written >> 20) + " MiB so far";
    }

    /** The snapshot that was whole is not wanted any more. */
    void discard() {
        Receipt before = receipt;
        receipt = null;
        if (before != null) {
            discard(before);
        }
    }

    private void discard(Receipt before) {
        lanes.checkpoint().execute(() -> {
            IncomingSnapshot files = before.files;
            before.files = null;
            if (files != null) {
                files.discard();
            }
        });
    }

    private void answer(Receipt current, Outcome outcome) {
        host.send(current.from, new SnapshotAck(current.epoch, current.snapshot, current.written, outcome));
    }
}
