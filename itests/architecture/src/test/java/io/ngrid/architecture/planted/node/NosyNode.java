package io.ngrid.architecture.planted.node;

import io.ngrid.architecture.planted.transport.NosyTransport;

/** Sees what node must not. */
public class NosyNode {
    /** The forbidden sight. */
    public NosyTransport transport;
}
