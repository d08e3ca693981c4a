package io.ngrid.node.state;

import io.ngrid.api.MapSettings;
import org.jspecify.annotations.Nullable;

/**
 * A map.
 *
 * @param created index of the entry that created it
 * @param settings its settings
 * @param entries its entries in the order of their keys' bytes
 * @param bytes bytes of its keys and values
 * @param puts values put so far
 * @param removes values removed so far
 */
public record MapState(
        long created, MapSettings settings, OrderedMap<Key, Versioned> entries, long bytes, long puts, long removes) {
    /** What an entry takes beside its key and value, about. */
    private static final long ENTRY_BYTES = 128;

    static MapState create(long created, MapSettings settings) {
        return new MapState(created, settings, OrderedMap.empty(), 0, 0, 0);
    }

    /**
     * Number of entries.
     *
     * @return the number
     */
    public int size() {
        return entries.size();
    }

    /**
     * What it takes in memory, about.
     *
     * @return bytes of its keys and values, and 128 an entry
     */
    public long memory() {
        return bytes + ENTRY_BYTES * size();
    }

    /** Whether the condition of a put holds where there is this value, or none. */
    static boolean takes(Action.Put put, @Nullable Versioned before) {
        return switch (put.condition()) {
            case ALWAYS -> true;
            case ABSENT -> before == null;
            case PRESENT -> before != null;
            case VERSION -> before != null && before.version() == put.version();
        };
    }

    /** What a put would add to {@link #memory}; 0 if its condition does not hold. */
    long growth(Action.Put put) {
        boolean takes = takes(put, entries.get(new Key(put.key())));
        return takes ? growth(put.key(), put.value()) : 0;
    }

    /** What a value would add to {@link #memory}. */
    long growth(byte[] key, byte[] value) {
        Versioned before = entries.get(new Key(key));
        return before == null ? ENTRY_BYTES + key.length + value.length : (long) value.length - before.value().length;
    }

    MapState with(MapSettings changed) {
        return new MapState(created, changed, entries, bytes, puts, removes);
    }

    MapState put(Key key, @Nullable Versioned before, Versioned value) {
        long change = before == null ? key.length() : -before.value().length;
        return new MapState(
                created, settings, entries.put(key, value), bytes + change + value.value().length, puts + 1, removes);
    }

    MapState remove(Key key, Versioned before) {
        long freed = key.length() + before.value().length;
        return new MapState(created, settings, entries.remove(key), bytes - freed, puts, removes + 1);
    }

    MapState clear() {
        return new MapState(created, settings, OrderedMap.empty(), 0, puts, removes + entries.size());
    }
}
