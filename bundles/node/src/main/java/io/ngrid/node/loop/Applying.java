package io.ngrid.node.loop;

import io.ngrid.node.state.GridState;
import io.ngrid.spi.LogEntry;
import io.ngrid.spi.storage.Bodies;
import io.ngrid.spi.storage.ChangeLog;
import java.util.List;

/** Hands committed entries to the apply lane, within bounds of memory, and what they came to back. Event loop only. */
final class Applying {
    private static final int BATCH_BYTES = 1 << 20;
    private static final long MAX_HANDED_BYTES = 8L << 20;
    private static final long MAX_BODIES_IN_MEMORY = 256L << 20;

    /** Hears of what was applied, on the event loop. */
    interface Listener {
        /** A batch was applied. */
        void applied(GridState state, List<Applier.AppliedCommand> outcomes, long[] hashes);
    }

    private final ChangeLog log;
    private final Bodies bodies;
    private final GroupLanes lanes;
    private final Listener listener;
    private final Applier applier;
    private long commitIndex;
    private long handedIndex;
    private long handedBytes;
    private boolean ended;

    Applying(GridState start, ChangeLog log, Bodies bodies, GroupLanes lanes, Listener listener) {
        this.log = log;
        this.bodies = bodies;
        this.lanes = lanes;
        this.listener = listener;
        this.applier = new Applier(
                start,
                bodies,
                (state, outcomes, hashes, bytes) ->
                        lanes.loop().execute(() -> applied(state, outcomes, hashes, bytes)));
        this.commitIndex = start.appliedIndex();
        this.handedIndex = start.appliedIndex();
    }

    Applier applier() {
        return applier;
    }

    GridState state() {
        return applier.state();
    }

    void committed(long index) {
        commitIndex = index;
        feed();
    }

    /** Goes on, now that there may be room. */
    void feed() {
        while (handedIndex < commitIndex
                && handedBytes < MAX_HANDED_BYTES
                && bodies.memoryBytes() < MAX_BODIES_IN_MEMORY) {
            List<LogEntry> entries = log.entries(handedIndex + 1, BATCH_BYTES);
            long last = entries.get(entries.size() - 1).index();
            if (last > commitIndex) {
                entries = entries.subList(0, (int) (commitIndex - handedIndex));
            }
            List<LogEntry> batch = List.copyOf(entries);
            handedIndex += batch.size();
            handedBytes += batch.stream().mapToLong(LogEntry::size).sum();
            lanes.apply().execute(() -> applier.apply(batch));
        }
    }

    private void applied(GridState state, List<Applier.AppliedCommand> outcomes, long[] hashes, long bytes) {
        if (ended) {
            return;
        }
        handedBytes -= bytes;
        listener.applied(state, outcomes, hashes);
        feed();
    }

    /** Whatever is still under way is of no interest. */
    void end() {
        ended = true;
    }
}
