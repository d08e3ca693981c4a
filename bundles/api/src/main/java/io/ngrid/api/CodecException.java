package io.ngrid.api;

import org.jspecify.annotations.Nullable;

/** An element, key or value could not be encoded or decoded. An element that cannot be decoded by a peek or an iteration stays where it is. */
public class CodecException extends NGridException {
    private static final long serialVersionUID = 1L;

    /**
     * Makes the exception.
     *
     * @param message what happened and what to do about it
     */
    public CodecException(String message) {
        super(message);
    }

    /**
     * Makes the exception.
     *
     * @param message what happened and what to do about it
     * @param cause the cause, or null
     */
    public CodecException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
