package io.ngrid.architecture.planted.shell;

import io.ngrid.architecture.planted.node.NosyNode;

/** Sees what shell must not. */
public class NosyShell {
    /** The forbidden sight. */
    public NosyNode node;
}
