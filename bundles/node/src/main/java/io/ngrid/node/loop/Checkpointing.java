package io.ngrid.node.loop;

import io.ngrid.node.state.GridState;
import io.ngrid.node.state.StateCodec;
import io.ngrid.spi.storage.Group;
import java.util.Objects;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

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

    private final Group store;
    private final LongConsumer published;
    private @Nullable Applier applier;
    private @Nullable GroupLanes lanes;

    // event loop
    private boolean running;
    private long changedSinceNanos;
    private boolean changed;
    private long compactedIndex;

    // checkpoint lane
    private Applier.@Nullable Frozen written;
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
    void tick(GridState state, long releaseIndex, long nowNanos) {
        long index = store.checkpoints().index();
        if (state.appliedIndex() > index && !changed) {
            changed = true;
            changedSinceNanos = nowNanos;
        }
        if (!running && changed && isDue(index, nowNanos)) {
            begin();
        }
        long releasable = Math.min(index, releaseIndex);
        if (releasable > compactedIndex) {
            compactedIndex = releasable;
            published.accept(index);
        }
    }

    private boolean isDue(long index, long nowNanos) {
        long enough = store.log().segmentBytes();
        return nowNanos - changedSinceNanos >= MAX_AGE_NANOS
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
        lastBytes = store.checkpoints().write(frozen.bodies(), out -> StateCodec.write(frozen.state(), out));
        written = frozen;
    }

    /** Checkpoint lane, after its tasks and whenever the log was flushed. */
    long publishIfDurable(long nowNanos) {
        Applier.Frozen frozen = written;
        if (frozen != null && store.log().flushedIndex() >= frozen.bodies().index()) {
            store.checkpoints().publish();
            written = null;
            Objects.requireNonNull(lanes).loop().execute(() -> {
                running = false;
                published.accept(frozen.bodies().index());
            });
        }
        return Long.MAX_VALUE;
    }
}
