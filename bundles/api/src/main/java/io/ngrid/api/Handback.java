package io.ngrid.api;

/** Whether a leader hands the leadership back to a node with a higher ID that has returned. */
public enum Handback {
    /** When that node has been caught up and fit for a while; callers wait meanwhile, none fails. */
    AUTO,
    /** The leadership stays where it is until the leader fails. */
    OFF
}
