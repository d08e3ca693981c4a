package io.ngrid.api;

import org.jspecify.annotations.Nullable;

/** The operation was not executed and never will be: it may be repeated safely. */
public class NotExecutedException extends NGridException {
    private static final long serialVersionUID = 1L;

    /**
     * Makes the exception.
     *
     * @param message what happened and what to do about it
     */
    public NotExecutedException(String message) {
        super(message);
    }

    /**
     * Makes the exception.
     *
     * @param message what happened and what to do about it
     * @param cause the cause, or null
     */
    public NotExecutedException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
