package io.ngrid.api;

import org.osgi.annotation.versioning.ConsumerType;

/**
 * Turns a consumer's objects into bytes and back. The grid stores and ships bytes only; it never loads a class because
 * a peer named it.
 *
 * <p>A codec is called by the thread that calls the queue or map, and by callback threads, possibly at the same time:
 * it must be safe for that. Encoding must not depend on anything but the object. The codec of a map's keys must be
 * deterministic: keys are equal when their bytes are.
 *
 * @param <T> type of the objects
 */
@ConsumerType
public interface Codec<T> {
    /**
     * The name under which the codec stands in the settings of a queue or map: {@code bytes}, {@code string},
     * {@code kryo}, or the codec's own.
     *
     * @return the name
     */
    String name();

    /**
     * Encodes an object.
     *
     * @param object the object, not null
     * @return its bytes; the array belongs to the caller
     * @throws CodecException if the object cannot be encoded
     */
    byte[] encode(T object);

    /**
     * Decodes an object.
     *
     * @param bytes what {@link #encode} returned, here or on another node; not changed
     * @return the object, fresh and not null
     * @throws CodecException if the bytes cannot be decoded
     */
    T decode(byte[] bytes);
}
