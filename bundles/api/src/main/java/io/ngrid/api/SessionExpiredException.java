package io.ngrid.api;

import org.jspecify.annotations.Nullable;

/** The session that made the operation has ended in the cluster [S2]; its outcome is unknown. */
public class SessionExpiredException extends OutcomeUnknownException {
    private static final long serialVersionUID = 1L;

    /**
     * Makes the exception.
     *
     * @param message what happened and what to do about it
     */
    public SessionExpiredException(String message) {
        super(message);
    }

    /**
     * Makes the exception.
     *
     * @param message what happened and what to do about it
     * @param cause the cause, or null
     */
    public SessionExpiredException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
