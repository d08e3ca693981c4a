package io.ngrid.node.state;

import org.jspecify.annotations.Nullable;

/** What a read asks; answered by {@link Answer}. */
public sealed interface Query {
    /**
     * Size of the key that it brings.
     *
     * @return the size in bytes; 0 if it brings none
     */
    default long bytes() {
        return 0;
    }

    /**
     * Number of elements: {@link Answer.Count}.
     *
     * @param queue name of the queue
     */
    record QueueSize(String queue) implements Query {}

    /**
     * Elements from a position counted from the head, without taking them: {@link Answer.Elements}.
     *
     * @param queue name of the queue
     * @param offset how many to pass over
     * @param max how many at most
     */
    record Browse(String queue, long offset, int max) implements Query {}

    /**
     * Elements from a sequence on: {@link Answer.Elements}; for iterators.
     *
     * @param queue name of the queue
     * @param sequence first sequence of interest
     * @param max how many at most
     */
    record BrowseFrom(String queue, long sequence, int max) implements Query {}

    /**
     * Settings of a queue: {@link Answer.Queue}.
     *
     * @param queue name of the queue
     */
    record QueueInfo(String queue) implements Query {}

    /**
     * A value: {@link Answer.Value}.
     *
     * @param map name of the map
     * @param key the key
     */
    record Get(String map, byte[] key) implements Query {
        @Override
        public long bytes() {
            return key.length;
        }
    }

    /**
     * Number of entries: {@link Answer.Count}.
     *
     * @param map name of the map
     */
    record MapSize(String map) implements Query {}

    /**
     * Entries in the order of their keys' bytes: {@link Answer.Page}.
     *
     * @param map name of the map
     * @param after last key of the page before, or null for the first page
     * @param max how many at most
     */
    record MapPage(String map, byte @Nullable [] after, int max) implements Query {
        @Override
        public long bytes() {
            return after == null ? 0 : after.length;
        }
    }
}
