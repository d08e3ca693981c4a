package io.ngrid.spi.election;

/** What a member is in its epoch. */
public enum Role {
    /** Follows a leader, or waits for one. */
    FOLLOWER,
    /** Asks for pre-votes or votes. */
    CANDIDATE,
    /** Leads. */
    LEADER
}
