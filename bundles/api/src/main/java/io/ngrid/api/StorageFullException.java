package io.ngrid.api;

import org.jspecify.annotations.Nullable;

/** Not executed: the disk, or a configured bound of storage, is full [D3]. */
public class StorageFullException extends NotExecutedException {
    private static final long serialVersionUID = 1L;

    /**
     * Makes the exception.
     *
     * @param message what happened and what to do about it
     */
    public StorageFullException(String message) {
        super(message);
    }

    /**
     * Makes the exception.
     *
     * @param message what happened and what to do about it
     * @param cause the cause, or null
     */
    public StorageFullException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
