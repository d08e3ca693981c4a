package io.ngrid.node.state;

import io.ngrid.api.QueueSettings;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a read answers. */
public sealed interface Answer {
    /**
     * A number.
     *
     * @param value the number
     */
    record Count(long value) implements Answer {}

    /**
     * Elements by reference; whoever answers reads the bodies.
     *
     * @param queue creation index of the queue
     * @param sequences their sequences in order
     */
    record Elements(long queue, List<Long> sequences) implements Answer {}

    /**
     * A queue.
     *
     * @param settings its settings
     * @param size number of elements
     */
    record Queue(QueueSettings settings, long size) implements Answer {}

    /**
     * A value.
     *
     * @param value the value, or null
     * @param version its version, 0 if absent
     */
    record Value(byte @Nullable [] value, long version) implements Answer {}

    /**
     * Entries of a map.
     *
     * @param keys the keys
     * @param values their values
     * @param versions their versions
     */
    record Page(List<byte[]> keys, List<byte[]> values, List<Long> versions) implements Answer {}

    /**
     * Refused.
     *
     * @param reason why
     * @param message one sentence for people
     */
    record Failed(Result.Reason reason, String message) implements Answer {}
}
