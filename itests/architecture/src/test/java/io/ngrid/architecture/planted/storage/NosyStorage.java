package io.ngrid.architecture.planted.storage;

import io.ngrid.architecture.planted.transport.NosyTransport;

/** Sees what storage must not. */
public class NosyStorage {
    /** The forbidden sight. */
    public NosyTransport transport;
}
