package io.ngrid.spi.replication;

import java.util.List;

/**
 * How nodes without a cluster form one, and how those of a cluster pass its formation entry on [M1]. Pure; called by one
 * thread.
 */
public interface Formation {
    /**
     * Handles an event.
     *
     * @param event the event
     * @param nowNanos monotonic time
     * @return what to do, in order
     */
    List<FormationEffect> handle(FormationEvent event, long nowNanos);

    /**
     * When the next {@link FormationEvent.Tick} is due; {@link Long#MAX_VALUE} for never.
     *
     * @return monotonic time
     */
    long nextTickNanos();

    /**
     * What it waits for, for people: which nodes are missing, whose lists differ and how.
     *
     * @return one sentence; empty once the cluster has formed
     */
    String reason();

    /**
     * Whether a cluster that has formed without this member shuts it out. Ends when the node is gone that said so.
     *
     * @return true if so
     */
    boolean isExcluded();
}
