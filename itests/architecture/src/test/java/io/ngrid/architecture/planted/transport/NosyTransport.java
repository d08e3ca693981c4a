package io.ngrid.architecture.planted.transport;

import io.ngrid.architecture.planted.election.NosyElection;

/** Sees what transport must not. */
public class NosyTransport {
    /** The forbidden sight. */
    public NosyElection election;
}
