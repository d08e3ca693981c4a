package io.ngrid.node.client;

import io.ngrid.api.NoQuorumException;
import io.ngrid.api.NodeClosedException;
import io.ngrid.api.NotExecutedException;
import io.ngrid.api.OverloadedException;
import io.ngrid.api.StorageFullException;
import org.jspecify.annotations.Nullable;

/**
 * Why an attempt was not executed, as its caller will see it [S4].
 *
 * @param reason the leader's word, or null if there was none
 * @param message one sentence for people
 */
record Refusal(Response.@Nullable Refused reason, String message) {
    static final Refusal NONE = new Refusal(null, "");

    /** Whether it would be the same if the write were sent again soon, so that its caller is told at once. */
    boolean isFinal() {
        return reason == Response.Refused.STORAGE_FULL;
    }

    boolean isSome() {
        return reason != null;
    }

    NotExecutedException exception() {
        if (reason == Response.Refused.OVERLOADED) {
            return new OverloadedException("not executed: " + message);
        }
        if (reason == Response.Refused.CLOSED) {
            return new NodeClosedException("not executed: " + message);
        }
        if (reason == Response.Refused.STORAGE_FULL) {
            return new StorageFullException("not executed: " + message);
        }
        return new NoQuorumException("not executed: " + message);
    }
}
