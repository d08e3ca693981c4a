package io.ngrid.api;

import org.jspecify.annotations.Nullable;

/** Not executed: too few nodes of the cluster are reachable, or none leads. The message says which are missing. */
public class NoQuorumException extends NotExecutedException {
    private static final long serialVersionUID = 1L;

    /**
     * Makes the exception.
     *
     * @param message what happened and what to do about it
     */
    public NoQuorumException(String message) {
        super(message);
    }

    /**
     * Makes the exception.
     *
     * @param message what happened and what to do about it
     * @param cause the cause, or null
     */
    public NoQuorumException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
