package io.ngrid.node.loop;

import java.util.function.Consumer;

/** Where a node's lanes and its time come from. */
public interface Lanes {
    /**
     * Starts a lane.
     *
     * @param role what it does, the last part of its thread's name
     * @param tick what it does after its tasks
     * @param failed told what a task or tick threw; the lane goes on. What it throws itself it is told later
     * @return the lane
     */
    Lane start(String role, Lane.Tick tick, Consumer<Throwable> failed);

    /**
     * Monotonic time.
     *
     * @return the time, in nanoseconds
     */
    long nanoTime();
}
