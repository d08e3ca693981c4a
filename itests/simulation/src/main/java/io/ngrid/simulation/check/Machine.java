package io.ngrid.simulation.check;

/** A queue or map that takes calls in an order that {@link Search} tries, and takes them back. Calls go by their places. */
interface Machine {
    /** Order in which calls are tried: the likely ones first. */
    long rank(int call);

    /** Takes a call, if it can have been told what it was in the present state; otherwise changes nothing. */
    boolean take(int call);

    /** Takes back the last call taken. */
    void undo();

    /** Whether a certain call only looks: what it was told says that it changed nothing. */
    boolean looks(int call);

    /** A hash of the state. */
    long hash();
}
