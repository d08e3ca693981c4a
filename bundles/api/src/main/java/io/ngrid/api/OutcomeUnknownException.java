package io.ngrid.api;

import org.jspecify.annotations.Nullable;

/**
 * Whether the operation was executed is not known: it was sent, and no definite answer came by the deadline, or before the
 * node closed, which waits two seconds for answers. A poll of unknown outcome may have consumed an element.
 */
public class OutcomeUnknownException extends NGridException {
    private static final long serialVersionUID = 1L;

    /**
     * Makes the exception.
     *
     * @param message what happened and what to do about it
     */
    public OutcomeUnknownException(String message) {
        super(message);
    }

    /**
     * Makes the exception.
     *
     * @param message what happened and what to do about it
     * @param cause the cause, or null
     */
    public OutcomeUnknownException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
