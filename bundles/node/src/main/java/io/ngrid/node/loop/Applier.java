package io.ngrid.node.loop;

import io.ngrid.node.state.Applied;
import io.ngrid.node.state.GridState;
import io.ngrid.node.state.Outcome;
import io.ngrid.spi.LogEntry;
import io.ngrid.spi.storage.Bodies;
import java.util.ArrayList;
import java.util.List;

/**
 * Applies committed entries to the state, in order, on the apply lane: the state's one writer. Does no I/O [R6]. What it
 * publishes is immutable, so that every other lane reads it without a lock.
 */
final class Applier {
    /** Hears of what was applied, on the apply lane. */
    interface Listener {
        /**
         * A batch was applied.
         *
         * @param state the state after it
         * @param outcomes what its commands came to, by rising index
         * @param hashes the running hash after each of its entries
         * @param bytes size of the batch's entries
         */
        void applied(GridState state, List<AppliedCommand> outcomes, long[] hashes, long bytes);
    }

    /**
     * What a command came to.
     *
     * @param index the entry's index
     * @param outcome what it came to
     */
    record AppliedCommand(long index, Outcome outcome) {}

    /**
     * A state and the bodies that were live with it, for a checkpoint.
     *
     * @param state the state
     * @param bodies the bodies
     */
    record Frozen(GridState state, Bodies.Instant bodies) {}

    private final Bodies bodies;
    private final Listener listener;
    private volatile GridState state;

    /** Whether a batch has begun and not ended: bodies of it may be there that the state knows nothing of. Apply lane. */
    private boolean halfApplied;

    Applier(GridState state, Bodies bodies, Listener listener) {
        this.state = state;
        this.bodies = bodies;
        this.listener = listener;
    }

    /** The state published last. Any thread. */
    GridState state() {
        return state;
    }

    /** Apply lane. After an exception the state and the bodies belong together no more: nothing else is applied. */
    void apply(List<LogEntry> entries) {
        checkWhole();
        halfApplied = true;
        GridState next = state;
        List<AppliedCommand> outcomes = new ArrayList<>(entries.size());
        long[] hashes = new long[entries.size()];
        int count = 0;
        long bytes = 0;
        for (LogEntry entry : entries) {
            bytes += entry.size();
            Applied applied = next.apply(entry);
            applied.bodies().forEach(change -> change.applyTo(bodies));
            next = applied.state();
            hashes[count++] = next.hash();
            Outcome outcome = applied.outcome();
            if (outcome != null) {
                outcomes.add(new AppliedCommand(entry.index(), outcome));
            }
        }
        state = next; // marks and effects of a command become visible in one step [H01]
        halfApplied = false;
        listener.applied(next, outcomes, hashes, bytes);
    }

    /**
     * Apply lane, between two batches.
     *
     * @throws IllegalStateException if a batch was applied in part: no later start could replay the log from there
     */
    Frozen freeze() {
        checkWhole();
        GridState now = state;
        return new Frozen(now, bodies.freeze(now.appliedIndex(), now.appliedEpoch(), now.time()));
    }

    private void checkWhole() {
        if (halfApplied) {
            throw new IllegalStateException(
                    "a batch behind " + state.appliedIndex() + " was applied in part: start the node again");
        }
    }
}
