package io.ngrid.architecture.planted.management;

import io.ngrid.architecture.planted.node.NosyNode;

/** Sees what management must not. */
public class NosyManagement {
    /** The forbidden sight. */
    public NosyNode node;
}
