package io.ngrid.spi.storage;

import org.jspecify.annotations.Nullable;

/** A read, write, or force of the node's storage failed [D1]: the node stops voting and acknowledging. */
public class StorageException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /**
     * Makes the exception.
     *
     * @param message which file, and what failed; what to do depends on who hears it
     * @param cause the cause, or null
     */
    public StorageException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
