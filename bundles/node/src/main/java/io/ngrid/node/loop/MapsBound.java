package io.ngrid.node.loop;

import io.ngrid.node.state.Action;
import io.ngrid.node.state.GridState;

/**
 * Bounds the memory that maps take, at a leader, before it proposes: every node holds all maps on its heap. What is under way is not
 * counted, so the bound may be passed by as much as a leader admits.
 */
final class MapsBound {
    private final long maxBytes;
    private long counted;
    private long bytes;

    MapsBound(long maxBytes) {
        this.maxBytes = maxBytes;
    }

    /** Why an action cannot be taken on: maps are full, and it would make one larger. Empty if it can. */
    String refuses(GridState state, Action action) {
        if (!(action instanceof Action.Put) && !(action instanceof Action.PutAll)) {
            return "";
        }
        if (counted != state.appliedIndex()) { // one count for all that comes before the next entry is applied
            counted = state.appliedIndex();
            bytes = state.mapsMemory();
        }
        if (bytes < maxBytes || state.growth(action) <= 0) {
            return "";
        }
        return "maps are full: they take " + bytes + " bytes on every node, maps.memory.max = " + maxBytes
                + ". Remove entries, or give every node more";
    }
}
