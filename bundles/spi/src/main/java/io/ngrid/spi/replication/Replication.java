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
     * How much a leader may propose before a connected voter is further behind than it may be [R7]. What follows of it is up
     * to the caller: entries that are proposed nevertheless are appended.
     *
     * @return the bytes; {@link Long#MAX_VALUE} if no voter is to be waited for; 0 if this node does not lead
     */
    long room();

    /**
     * The present state.
     *
     * @return an immutable view
     */
    ReplicationView view();
}
