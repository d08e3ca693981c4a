package io.ngrid.api;

import org.jspecify.annotations.Nullable;

/** Parent of all of NGrid's errors. What a caller may conclude is in the type: {@link NotExecutedException} is definite, {@link OutcomeUnknownException} is not. */
public class NGridException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /**
     * Makes the exception.
     *
     * @param message what happened and what to do about it
     */
    public NGridException(String message) {
        super(message);
    }

    /**
     * Makes the exception.
     *
     * @param message what happened and what to do about it
     * @param cause the cause, or null
     */
    public NGridException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
