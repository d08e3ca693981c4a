package io.ngrid.api;

import org.jspecify.annotations.Nullable;

/** Not executed: this node is closed, or has not started. */
public class NodeClosedException extends NotExecutedException {
    private static final long serialVersionUID = 1L;

    /**
     * Makes the exception.
     *
     * @param message what happened and what to do about it
     */
    public NodeClosedException(String message) {
        super(message);
    }

    /**
     * Makes the exception.
     *
     * @param message what happened and what to do about it
     * @param cause the cause, or null
     */
    public NodeClosedException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
