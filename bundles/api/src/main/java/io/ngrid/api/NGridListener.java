package io.ngrid.api;

import org.osgi.annotation.versioning.ConsumerType;

/**
 * Hears of changes at one node. Called on the thread {@code ngrid-<node>-callback}, one event at a time; an exception
 * is logged and has no other effect.
 */
@ConsumerType
public interface NGridListener {
    /**
     * The node's state, leader or epoch changed, or a queue or map was created or changed its settings. Ask the node
     * for the news; several changes may be told as one.
     *
     * @param node the node
     */
    void changed(NGridNode node);
}
