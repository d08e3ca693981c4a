package io.ngrid.spi.replication;

import java.util.List;

/**
 * The replicated log. Pure: a function of its options, the log, the events and the time given; no threads, clocks or I/O
 * of its own (the log is read through {@link io.ngrid.spi.LogReader}). Called by one thread.
 */
public interface Replication {
    /**
     * Handles an event. Effects that change the log are carried out before the next event is handled; within one list
     * the core counts on its own earlier effects.
     *
     * @param event the event
     * @param nowNanos monotonic time
     * @return what to do, in order
     */
    List<ReplicationEffect> handle(ReplicationEvent event, long nowNanos);

    /**
     * When the next {@link ReplicationEvent.Tick} is due; {@link Long#MAX_VALUE} for never.
     *
     * @return monotonic time
     */
    long nextTickNanos();

    /**
     * The present state.
     *
     * @return an immutable view
     */
    ReplicationView view();
}
