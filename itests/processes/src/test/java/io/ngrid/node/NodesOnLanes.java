package io.ngrid.node;

import io.ngrid.api.NGridConfig;
import io.ngrid.api.NGridNode;
import io.ngrid.node.loop.Lanes;

/** Starts nodes whose lanes are watched; no user needs that. */
public final class NodesOnLanes {
    private NodesOnLanes() {}

    /**
     * As {@link NGridNodes#start(NGridConfig)}.
     *
     * @param config the node's settings
     * @param lanes its lanes
     * @return the node
     */
    public static NGridNode start(NGridConfig config, Lanes lanes) {
        return NGridNodes.start(config, lanes);
    }
}
