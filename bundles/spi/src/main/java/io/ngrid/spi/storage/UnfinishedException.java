package io.ngrid.spi.storage;

import org.jspecify.annotations.Nullable;

/**
 * An attempt that may be repeated failed, mostly for lack of space [D3]: what counted before counts still, what was begun is
 * deleted, and no file is poisoned. Any other {@link StorageException} is final [D1].
 */
public class UnfinishedException extends StorageException {
    private static final long serialVersionUID = 1L;

    /**
     * Makes the exception.
     *
     * @param message what failed
     * @param cause the cause, or null
     */
    public UnfinishedException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
