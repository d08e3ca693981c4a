package io.ngrid.simulation.check;

import java.util.List;

/**
 * One call of a client: what it asked, what it was told, and when. Values are numbers from 1, each given to one write only;
 * 0 is no value.
 *
 * @param number order of the calls' invocations over all clients, from 1
 * @param session one start of one node; its writes take effect in the order of their invocations [S1], those that
 *     wait excepted ({@link Poll#waits}, {@link Offer#waits}): they do in the order of their proposals
 * @param operation what was asked
 * @param invokedNanos when it was invoked, in virtual time
 * @param returnedNanos when it returned; {@link Long#MAX_VALUE} if it never did
 * @param outcome what it was told
 */
public record Call(
        long number, String session, Operation operation, long invokedNanos, long returnedNanos, Outcome outcome) {
    /** Never returned, because the node died. */
    public static final long NEVER = Long.MAX_VALUE;

    /** What was asked. */
    public sealed interface Operation {
        /**
         * Name of the queue or map.
         *
         * @return the name
         */
        String name();

        /**
         * Whether it changes anything; otherwise it only looks.
         *
         * @return whether it does
         */
        default boolean writes() {
            return true;
        }
    }

    /** It only looks. */
    public sealed interface Look extends Operation {
        @Override
        default boolean writes() {
            return false;
        }
    }

    /**
     * All values or none: {@link Flag}.
     *
     * @param name name of the queue
     * @param values what is offered
     * @param waits whether it waits for room
     */
    public record Offer(String name, List<Long> values, boolean waits) implements Operation {}

    /**
     * {@link Values}, empty if the queue was.
     *
     * @param name name of the queue
     * @param max how many at most
     * @param waits whether it waits for an element
     */
    public record Poll(String name, int max, boolean waits) implements Operation {}

    /**
     * {@link Values}: the head, or none.
     *
     * @param name name of the queue
     */
    public record Peek(String name) implements Look {}

    /**
     * {@link Count}.
     *
     * @param name name of the queue
     */
    public record Size(String name) implements Look {}

    /**
     * {@link Values}: elements in their order.
     *
     * @param name name of the queue
     * @param after the first one follows this one; it is the head if this is 0 or not in the queue any more
     * @param max how many at most
     */
    public record Browse(String name, long after, int max) implements Look {}

    /**
     * All elements go: {@link Done}.
     *
     * @param name name of the queue
     */
    public record Clear(String name) implements Operation {}

    /**
     * {@link Previous}.
     *
     * @param name name of the map
     * @param key the key
     * @param value the new value
     * @param condition when it takes effect
     * @param version for {@link Condition#VERSION}: the version that the present value must have
     */
    public record Put(String name, String key, long value, Condition condition, long version) implements Operation {}

    /**
     * {@link Previous}.
     *
     * @param name name of the map
     * @param key the key
     * @param version version that the present value must have, or -1 for any
     */
    public record Remove(String name, String key, long version) implements Operation {}

    /**
     * {@link Value}.
     *
     * @param name name of the map
     * @param key the key
     */
    public record Get(String name, String key) implements Look {}

    /**
     * All at once: {@link Done}.
     *
     * @param name name of the map
     * @param keys the keys, each once
     * @param values their new values
     */
    public record PutAll(String name, List<String> keys, List<Long> values) implements Operation {}

    /**
     * All keys go: {@link Done}.
     *
     * @param name name of the map
     */
    public record ClearMap(String name) implements Operation {}

    /**
     * Keys in their order: {@link Entries}.
     *
     * @param name name of the map
     * @param after the first one follows this one; may be empty
     * @param max how many at most
     */
    public record Page(String name, String after, int max) implements Look {}

    /**
     * {@link Count} of the keys.
     *
     * @param name name of the map
     */
    public record MapSize(String name) implements Look {}

    /** When a put takes effect. */
    public enum Condition {
        /** Always. */
        ALWAYS,
        /** If the key is absent. */
        ABSENT,
        /** If the key is present. */
        PRESENT,
        /** If the present value has the version. */
        VERSION
    }

    /** What the client was told. */
    public sealed interface Outcome {}

    /**
     * Done or not (full).
     *
     * @param done whether it was
     */
    public record Flag(boolean done) implements Outcome {}

    /** Done. */
    public record Done() implements Outcome {}

    /**
     * Elements.
     *
     * @param values their values in order
     */
    public record Values(List<Long> values) implements Outcome {}

    /**
     * A number.
     *
     * @param count the number
     */
    public record Count(long count) implements Outcome {}

    /**
     * A put or removal, and what was there before.
     *
     * @param done whether the condition held; for a removal, whether a value was removed
     * @param value the value before, 0 if absent
     * @param version its version, 0 if absent
     */
    public record Previous(boolean done, long value, long version) implements Outcome {}

    /**
     * A value.
     *
     * @param value the value, 0 if absent
     * @param version its version, 0 if absent
     */
    public record Value(long value, long version) implements Outcome {}

    /**
     * Keys with their values.
     *
     * @param entries them, in their order
     */
    public record Entries(List<Entry> entries) implements Outcome {}

    /**
     * A key and its value.
     *
     * @param key the key
     * @param value its value
     * @param version the value's version
     */
    public record Entry(String key, long value, long version) {}

    /** Definitely without effect: refused, withdrawn in time, or no such queue or map. */
    public record NotExecuted() implements Outcome {}

    /** It may have taken effect, once, at any time after its invocation, or not at all. */
    public record Unknown() implements Outcome {}
}
