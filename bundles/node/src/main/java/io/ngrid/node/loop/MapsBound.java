package io.ngrid.node.loop;

import io.ngrid.node.state.Action;
import io.ngrid.node.state.GridState;
import io.ngrid.node.state.MapState;
import io.vavr.collection.Map;
import java.util.List;

/**
 * Bounds the memory that maps take, at a leader, before it proposes: every node holds all maps on its heap. What is under way is not
 * counted, so the bound may be passed by as much as a leader admits.
 */
final class MapsBound {
    private final long maxBytes;
    private Map<String, MapState> counted = GridState.EMPTY.maps();
    private long bytes;

    MapsBound(long maxBytes) {
        this.maxBytes = maxBytes;
    }

    /** Why an action cannot be taken on: maps are full, and it would make one larger. Empty if it can. */
    String refuses(GridState state, Action action) {
        List<byte[]> keys;
        List<byte[]> values;
        String name;
        if (action instanceof Action.Put put) {
            name = put.map();
            keys = List.of(put.key());
            values = List.of(put.value());
        } else if (action instanceof Action.PutAll all) {
            name = all.map();
            keys = all.keys();
            values = all.values();
        } else {
            return "";
        }
        if (counted != state.maps()) { // an immutable value: one count for all that comes before it changes
            counted = state.maps();
            bytes = state.mapsMemory();
        }
        MapState map = counted.get(name).getOrNull();
        if (bytes < maxBytes || map == null || !grows(map, keys, values)) {
            return "";
        }
        return "maps are full: they take " + bytes + " bytes on every node, maps.memory.max = " + maxBytes
                + ". Remove entries, or give every node more";
    }

    /** Whether what is put is more than what it replaces. */
    private static boolean grows(MapState map, List<byte[]> keys, List<byte[]> values) {
        long growth = 0;
        for (int i = 0; i < Math.min(keys.size(), values.size()); i++) {
            growth += map.growth(keys.get(i), values.get(i));
        }
        return growth > 0;
    }
}
