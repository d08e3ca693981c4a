package io.ngrid.storage;

/** A bound of an {@link NQueue} left no room for an append; nothing was appended. */
public class QueueFullException extends IllegalStateException {
    private static final long serialVersionUID = 1L;

    /**
     * Makes the exception.
     *
     * @param message which queue, what it holds, and its bounds
     */
    public QueueFullException(String message) {
        super(message);
    }
}
