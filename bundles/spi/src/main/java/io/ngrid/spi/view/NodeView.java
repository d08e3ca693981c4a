package io.ngrid.spi.view;

import io.ngrid.api.NGridNode;
import io.ngrid.spi.storage.StorageReport;

/** A running node, for management and shell; a service in OSGi, beside the {@link NGridNode}. */
public interface NodeView {
    /**
     * What the node last published about itself, at most a second old. Never blocks, never does I/O.
     *
     * @return the status
     */
    NodeStatus status();

    /**
     * Reads all files of the node, as far as they are known to be written, beside all else, and changes nothing. Takes as long
     * as reading them takes.
     *
     * @return what was found
     * @throws IllegalStateException if there is nothing to verify yet, they are being verified, or the caller is interrupted
     * @throws io.ngrid.api.NodeClosedException if the node is closed meanwhile
     * @throws io.ngrid.spi.storage.StorageException if a directory cannot be read, or files were closed meanwhile
     */
    StorageReport verify();

    /**
     * The node itself, for operations.
     *
     * @return the node
     */
    NGridNode node();
}
