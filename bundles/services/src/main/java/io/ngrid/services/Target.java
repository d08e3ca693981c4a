package io.ngrid.services;

import io.ngrid.api.NGridNode;

/** What calls are made on, for a given node. */
interface Target {
    /** The object on that node; does not wait. */
    Object on(NGridNode node);

    /** Its name, known without a node. */
    String name();

    /** Takes the node's news of the object; true if it has to be opened anew. */
    boolean learn(NGridNode node);
}
