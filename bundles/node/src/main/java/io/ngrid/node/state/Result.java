package io.ngrid.node.state;

import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What an executed operation answered; kept in the session until its floor passes [S1]. */
public sealed interface Result {
    /** Done. */
    record Done() implements Result {}

    /**
     * Done or not.
     *
     * @param value whether it was done
     */
    record Flag(boolean value) implements Result {}

    /**
     * Elements taken, by reference [S3]; their bodies stay until the session's floor passes.
     *
     * @param queue creation index of the queue
     * @param sequences the elements' sequences in their order; empty if the queue was empty
     */
    record Polled(long queue, List<Long> sequences) implements Result {}

    /**
     * The value before a put or removal. Equal when the bytes are.
     *
     * @param done whether the condition held; for a removal, whether there was a value to remove
     * @param value the value before, or null
     * @param version its version, 0 if absent
     */
    record Previous(boolean done, byte @Nullable [] value, long version) implements Result {
        @Override
        public boolean equals(@Nullable Object other) {
            return other instanceof Previous previous
                    && done == previous.done
                    && version == previous.version
                    && Arrays.equals(value, previous.value);
        }

        @Override
        public int hashCode() {
            return 31 * (31 * Boolean.hashCode(done) + Arrays.hashCode(value)) + Long.hashCode(version);
        }
    }

    /**
     * Refused by the state, without effect.
     *
     * @param reason why
     * @param message one sentence for people
     */
    record Failed(Reason reason, String message) implements Result {}

    /** Why an operation was refused. The code is stored and sent; never reuse one. */
    enum Reason {
        /** No such queue or map. */
        UNKNOWN_NAME(1),
        /** It exists with other settings. */
        OTHER_SETTINGS(2),
        /** A configured bound. */
        STORAGE_FULL(3),
        /** The command cannot be understood. */
        BAD_COMMAND(4);

        private final int code;

        Reason(int code) {
            this.code = code;
        }

        /**
         * The stored code.
         *
         * @return the code
         */
        public int code() {
            return code;
        }
    }
}
