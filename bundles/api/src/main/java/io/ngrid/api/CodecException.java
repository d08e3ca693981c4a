package io.ngrid.api;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An element, key or value could not be encoded or decoded. An element that cannot be decoded by a peek or an iteration
 * stays where it is; one that was taken is gone. Of a batch the exception tells the first such element, its suppressed
 * exceptions tell the others, and {@link #decoded} has the rest of the batch.
 */
public class CodecException extends NGridException {
    private static final long serialVersionUID = 1L;

    @SuppressWarnings("serial") // elements need not be serializable
    private final transient @Nullable List<?> decoded;

    /**
     * Makes the exception.
     *
     * @param message what happened and what to do about it
     */
    public CodecException(String message) {
        this(message, null);
    }

    /**
     * Makes the exception.
     *
     * @param message what happened and what to do about it
     * @param cause the cause, or null
     */
    public CodecException(String message, @Nullable Throwable cause) {
        this(message, cause, List.of());
    }

    /**
     * Makes the exception for a batch of taken elements.
     *
     * @param message what happened and what to do about it
     * @param cause the cause, or null
     * @param decoded the elements of the batch that could be decoded
     */
    public CodecException(String message, @Nullable Throwable cause, List<?> decoded) {
        super(message, cause);
        this.decoded = Collections.unmodifiableList(new ArrayList<>(decoded));
    }

    /**
     * The elements that {@code pollBatch} took together with the one that cannot be decoded: nobody else gets them.
     *
     * @return the elements in their order; empty for other calls, and after serialization
     */
    public List<?> decoded() {
        return decoded == null ? List.of() : decoded;
    }
}
