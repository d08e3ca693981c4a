package io.ngrid.api;

import org.jspecify.annotations.Nullable;

/** Not executed: the bounds of pending operations stayed exhausted until the call's deadline [R7]. */
public class OverloadedException extends NotExecutedException {
    private static final long serialVersionUID = 1L;

    /**
     * Makes the exception.
     *
     * @param message what happened and what to do about it
     */
    public OverloadedException(String message) {
        super(message);
    }

    /**
     * Makes the exception.
     *
     * @param message what happened and what to do about it
     * @param cause the cause, or null
     */
    public OverloadedException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
