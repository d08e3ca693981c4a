package io.ngrid.architecture.planted.replication;

import io.ngrid.architecture.planted.storage.NosyStorage;

/** Sees what replication must not. */
public class NosyReplication {
    /** The forbidden sight. */
    public NosyStorage storage;
}
