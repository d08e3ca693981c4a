package io.ngrid.node.loop;

import io.ngrid.node.state.GridState;
import io.ngrid.node.state.StateCodec;
import io.ngrid.spi.storage.Group;
import io.ngrid.spi.storage.UnfinishedException;
import java.util.Objects;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * When a checkpoint is due, and the way of one: frozen on the apply lane between two entries, written on the checkpoint
 * lane, and published there once the node's own log is durable up to it. A checkpoint ahead of its log would be taken for
 * damage at the next start.
 */
final class Checkpointing {
    /**
     * A checkpoint is due at the latest so long after the first change since the last one; or when the log behind that, or
     * the bodies in memory, are as long as a segment of the log.
     */
    static final long MAX_AGE_NANOS = 30_000_000_000L;

    /** The same while the disk is full: what was taken frees space only with a checkpoint [D3]. */
    private static final long FULL_AGE_NANOS = 2_000_000_000L;

    private static final Logger LOG = LoggerFactory.getLogger(Checkpointing.class);
    private static final long PUBLISH_PAUSE_NANOS = 1_000_000_000L;

    private final Group store;
    private final LongConsumer published;
    private @Nullable Applier applier;
    private @Nullable GroupLanes lanes;

    // event loop
    private final Backoff backoff = new Backoff();
    private boolean running;
    private long changedSinceNanos;
    private boolean changed;
    private long compactedIndex;
    private boolean ending;

    // checkpoint lane
    private boolean held;
    private Applier.@Nullable Frozen written;
    private boolean publishFailed;
    private long publishNotBeforeNanos;
    private volatile long lastBytes;

    Checkpointing(Group store, LongConsumer published) {
        this.store = store;
        this.published = published;
    }

    void bind(Applier stateOwner, GroupLanes groupLanes) {
        this.applier = stateOwner;
        this.lanes = groupLanes;
    }

    /** Event loop: begins a checkpoint if one is due, and goes on compacting as the voters catch up. */
    void tick(GridState state, long releaseIndex, boolean spaceNeeded, long nowNanos) {
        long index = store.checkpoints().index();
        if (state.appliedIndex() > index && !changed) {
            changed = true;
            changedSinceNanos = nowNanos;
        }
        if (!running && changed && !ending && backoff.isOver(nowNanos) && isDue(index, spaceNeeded, nowNanos)) {
            begin();
        }
        long releasable = Math.min(index, releaseIndex);
        if (releasable > compactedIndex) {
            compactedIndex = releasable;
            published.accept(index);
        }
    }

    /**
     * Event loop: begins and publishes no more checkpoints, and runs something there as soon as none is being frozen, written
     * or published. One that is written does not go on waiting for the log's flush: that may wait for space, which a snapshot
     * in the place of the log would make [D3].
     */
    void end(Runnable whenEnded) {
        ending = true;
        GroupLanes all = Objects.requireNonNull(lanes);
        Runnable hold = () -> {
            held = true;
            all.loop().execute(whenEnded);
        };
        all.apply().execute(() -> all.checkpoint().execute(hold)); // behind whatever has begun
    }

    /** Event loop: takes {@link #end} back, once it has run what it was given. */
    void goOn() {
        ending = false;
        Objects.requireNonNull(lanes).checkpoint().execute(() -> held = false);
    }

    private boolean isDue(long index, boolean spaceNeeded, long nowNanos) {
        long enough = store.log().segmentBytes();
        return nowNanos - changedSinceNanos >= (spaceNeeded ? FULL_AGE_NANOS : MAX_AGE_NANOS)
                || store.bodies().memoryBytes() >= enough
                || store.log().bytesBehind(index) >= Math.max(enough, lastBytes);
    }

    private void begin() {
        running = true;
        changed = false;
        Applier owner = Objects.requireNonNull(applier);
        GroupLanes all = Objects.requireNonNull(lanes);
        all.apply().execute(() -> {
            Applier.Frozen frozen = owner.freeze();
            all.checkpoint().execute(() -> write(frozen));
        });
    }

    private void write(Applier.Frozen frozen) {
        try {
            lastBytes = store.checkpoints()
                    .write(frozen.bodies(), out -> StateCodec.write(frozen.state(), out), frozen.state()::liveBodies);
            written = frozen;
        } catch (UnfinishedException e) {
            Objects.requireNonNull(lanes).loop().execute(() -> ended(frozen, e));
        }
    }

    /** Checkpoint lane, after its tasks and whenever the log was flushed. */
    long publishIfDurable(long nowNanos) {
        Applier.Frozen frozen = held ? null : written;
        if (frozen == null || store.log().flushedIndex() < frozen.bodies().index()) {
            return Long.MAX_VALUE;
        }
        if (publishFailed && nowNanos - publishNotBeforeNanos < 0) {
            return publishNotBeforeNanos;
        }
        try {
            store.checkpoints().publish();
        } catch (UnfinishedException e) {
            publishFailed = true;
            publishNotBeforeNanos = nowNanos + PUBLISH_PAUSE_NANOS;
            LOG.warn("event=checkpoint_failed reason=\"{}\"; tried again", e.getMessage());
            return publishNotBeforeNanos;
        }
        written = null;
        publishFailed = false;
        Objects.requireNonNull(lanes).loop().execute(() -> ended(frozen, null));
        return Long.MAX_VALUE;
    }

    /** Event loop. No space is no failure of the node: nothing was released, and it is tried again later [D3]. */
    private void ended(Applier.Frozen frozen, @Nullable UnfinishedException failure) {
        running = false;
        if (failure == null) {
            backoff.succeeded();
            published.accept(frozen.bodies().index());
        } else {
            changed = true;
            backoff.failed(Objects.requireNonNull(lanes).nanoTime());
            LOG.warn(
                    "event=checkpoint_failed reason=\"{}\"; tried again in {} s",
                    failure.getMessage(),
                    backoff.seconds());
        }
    }
}
