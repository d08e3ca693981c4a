package io.ngrid.api;

/** What a node is doing, as its users see it. */
public enum NodeState {
    /** Opening its data directory, replaying its log. */
    STARTING,
    /** Fresh, and waiting for all nodes of its list to form a cluster [M1], or to join one. */
    FORMING,
    /** A member without a leader that it hears. */
    ELECTING,
    /** A member that follows a leader. */
    FOLLOWER,
    /** The leader. */
    LEADER,
    /** Refused by the cluster, for example for another storage under a known node ID [M4]; the status says why. */
    REFUSED,
    /**
     * Up, but of no use: without vote or acknowledgement after a storage fault [D1], [D2], or because its state is not the
     * majority's; or the voters' states differ and no majority has one [R6]. The status says which, and why.
     */
    DEGRADED,
    /** Closed. */
    CLOSED
}
