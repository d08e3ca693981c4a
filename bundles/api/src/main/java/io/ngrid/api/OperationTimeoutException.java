package io.ngrid.api;

import org.jspecify.annotations.Nullable;

/** The deadline passed while the operation was on its way; its outcome is unknown. */
public class OperationTimeoutException extends OutcomeUnknownException {
    private static final long serialVersionUID = 1L;

    /**
     * Makes the exception.
     *
     * @param message what happened and what to do about it
     */
    public OperationTimeoutException(String message) {
        super(message);
    }

    /**
     * Makes the exception.
     *
     * @param message what happened and what to do about it
     * @param cause the cause, or null
     */
    public OperationTimeoutException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
