package io.ngrid.spi.election;

import java.util.List;

/**
 * Who leads. Pure: a function of its options, the events, the time and the random numbers given; no threads, clocks, or
 * I/O. Called by one thread.
 */
public interface Election {
    /**
     * Handles an event. What the first one leads to begins with a {@link ElectionEffect.Follow} of the epoch started
     * from. Connections that were open before the core was made are told to it as {@link ElectionEvent.Connected}.
     *
     * @param event the event
     * @param nowNanos monotonic time
     * @return what to do, in order
     */
    List<ElectionEffect> handle(ElectionEvent event, long nowNanos);

    /**
     * When the next {@link ElectionEvent.Tick} is due.
     *
     * @return monotonic time
     */
    long nextTickNanos();

    /**
     * The round number that has not been sent yet: a read that arrives now is confirmed by echoes of it or of a later
     * one [L1].
     *
     * @return the number
     */
    long nextRound();

    /**
     * The present state.
     *
     * @return an immutable view
     */
    ElectionView view();
}
