package io.ngrid.node.state;

import io.ngrid.api.MapSettings;
import io.ngrid.api.QueueSettings;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What an operation does to the state. */
public sealed interface Action {
    /**
     * Size of the elements, keys and values that it brings.
     *
     * @return the size in bytes; 0 if it brings none
     */
    default long bytes() {
        return 0;
    }

    /**
     * Whether it makes the state or its elements larger, so that it is refused while the disk is full [D3].
     *
     * @return true if it does
     */
    default boolean takesSpace() {
        return this instanceof Offer || this instanceof Put || this instanceof PutAll;
    }

    /**
     * Creates a queue, or extends the classes of one that exists. {@link Result.Done}, or {@link Result.Failed} if it
     * exists with other settings.
     *
     * @param settings its settings
     */
    record CreateQueue(QueueSettings settings) implements Action {}

    /**
     * Creates a map, or extends the classes of one that exists. {@link Result.Done}, or {@link Result.Failed} if it
     * exists with other settings.
     *
     * @param settings its settings
     */
    record CreateMap(MapSettings settings) implements Action {}

    /**
     * Appends elements, all or none. {@link Result.Flag}: false if they do not fit.
     *
     * @param queue name of the queue
     * @param bodies the elements, at least one
     */
    record Offer(String queue, List<byte[]> bodies) implements Action {
        @Override
        public long bytes() {
            return total(bodies);
        }
    }

    /**
     * Takes elements. {@link Result.Polled}, without elements if the queue is empty.
     *
     * @param queue name of the queue
     * @param max how many at most, from 1
     */
    record Poll(String queue, int max) implements Action {}

    /**
     * Takes all elements and drops them. {@link Result.Done}.
     *
     * @param queue name of the queue
     */
    record Clear(String queue) implements Action {}

    /**
     * Puts a value. {@link Result.Previous}.
     *
     * @param map name of the map
     * @param key the key
     * @param value the value
     * @param condition when
     * @param version for {@link Condition#VERSION}: the version that the present value must have
     */
    record Put(String map, byte[] key, byte[] value, Condition condition, long version) implements Action {
        @Override
        public long bytes() {
            return (long) key.length + value.length;
        }
    }

    /**
     * Puts several values unconditionally. {@link Result.Done}.
     *
     * @param map name of the map
     * @param keys the keys
     * @param values the values, one a key
     */
    record PutAll(String map, List<byte[]> keys, List<byte[]> values) implements Action {
        @Override
        public long bytes() {
            return total(keys) + total(values);
        }
    }

    /**
     * Removes a value. {@link Result.Previous}.
     *
     * @param map name of the map
     * @param key the key
     * @param version version that the present value must have, or null for any
     */
    record Remove(String map, byte[] key, @Nullable Long version) implements Action {
        @Override
        public long bytes() {
            return key.length;
        }
    }

    /**
     * Removes all values. {@link Result.Done}.
     *
     * @param map name of the map
     */
    record ClearMap(String map) implements Action {}

    private static long total(List<byte[]> parts) {
        long bytes = 0;
        for (byte[] part : parts) {
            bytes += part.length;
        }
        return bytes;
    }

    /** When a put takes effect. */
    enum Condition {
        /** Always. */
        ALWAYS,
        /** If the key is absent. */
        ABSENT,
        /** If the key is present. */
        PRESENT,
        /** If the key's value has a given version. */
        VERSION
    }
}
