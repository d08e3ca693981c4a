package io.ngrid.spi.view;

import io.ngrid.api.NGridNode;

/** A running node, for management and shell; a service in OSGi, beside the {@link NGridNode}. */
public interface NodeView {
    /**
     * What the node last published about itself, at most half a second old. Never blocks, never does I/O.
     *
     * @return the status
     */
    NodeStatus status();

    /**
     * The node itself, for operations.
     *
     * @return the node
     */
    NGridNode node();
}
