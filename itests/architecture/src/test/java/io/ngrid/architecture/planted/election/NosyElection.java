package io.ngrid.architecture.planted.election;

import io.ngrid.architecture.planted.replication.NosyReplication;

/** Sees what election must not. */
public class NosyElection {
    /** The forbidden sight. */
    public NosyReplication replication;
}
