package io.ngrid.node.loop;

/**
 * One thread's worth of work: tasks in order, and after them a tick. In production a thread drives it, under test a
 * scheduler on virtual time drives all lanes of all nodes in one thread.
 */
public interface Lane {
    /**
     * Runs a task on this lane, in order. Any thread.
     *
     * @param task the task
     * @return false if the lane has been stopped and the task will never run
     */
    boolean execute(Runnable task);

    /** Makes the lane tick soon. Any thread. */
    void wake();

    /** Runs what was handed over before, then ends the lane; returns when it has ended, unless called by the lane. */
    void stop();

    /** What a lane does after its tasks, and when time has come. */
    @FunctionalInterface
    interface Tick {
        /**
         * Does what is due.
         *
         * @param nowNanos monotonic time
         * @return when to be called again at the latest, monotonic time; {@link Long#MAX_VALUE} for never
         */
        long run(long nowNanos);
    }
}
