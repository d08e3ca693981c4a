package io.ngrid.architecture.planted.spi;

import io.ngrid.architecture.planted.node.NosyNode;

/** Sees what spi must not. */
public class NosySpi {
    /** The forbidden sight. */
    public NosyNode node;
}
