package io.ngrid.api;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/** The codecs that come with NGrid. All are safe for any number of threads. */
public final class Codecs {
    private static final Codec<byte[]> BYTES = new Bytes();
    private static final Codec<String> STRING = new Text();

    private Codecs() {}

    /**
     * Bytes as they are; copied, so that neither side sees the other's changes.
     *
     * @return the codec {@code bytes}
     */
    public static Codec<byte[]> bytes() {
        return BYTES;
    }

    /**
     * Text as UTF-8. Bytes that are no UTF-8, and text with half of a surrogate pair, are a {@link CodecException}.
     *
     * @return the codec {@code string}
     */
    public static Codec<String> string() {
        return STRING;
    }

    /**
     * Objects of registered classes. An object is stored under the number of its class, its position in the list, so
     * <b>the list may only grow at its end</b>, and must be the same wherever the codec is used. An object of any other
     * class is a {@link CodecException} that names it. No class is ever loaded because stored bytes name one.
     *
     * <p>Registered beforehand are the primitive types and their wrappers, String, the usual collections (those of
     * {@code List.of} and the like among them), {@code java.time}, UUID, BigDecimal, BigInteger, Optional, and arrays of
     * primitive types, of String and of Object.
     *
     * <p>Fields of a class may come and go: a field that the stored object lacks keeps what the class's no-argument
     * constructor (private ones count) gives it, one that the class lacks is passed over. The type of a field may not
     * change, nor the components of a record. Enum constants are stored by name. Graphs with cycles are refused; an object
     * that occurs twice comes back as two. As a codec of keys, the classes must not hold hash-ordered collections.
     *
     * @param loader class loader of the consumer, the only one asked for a class; never the thread's
     * @param classes the classes, in order
     * @param <T> type of the objects
     * @return the codec {@code kryo}
     * @throws ConfigurationException if a class occurs twice
     */
    public static <T> Codec<T> kryo(ClassLoader loader, Class<?>... classes) {
        return new KryoCodec<>(loader, classes);
    }

    private static final class Bytes implements Codec<byte[]> {
        @Override
        public String name() {
            return "bytes";
        }

        @Override
        public byte[] encode(byte[] object) {
            return object.clone();
        }

        @Override
        public byte[] decode(byte[] bytes) {
            return bytes.clone();
        }
    }

    private static final class Text implements Codec<String> {
        @Override
        public String name() {
            return "string";
        }

        @Override
        public byte[] encode(String object) {
            try {
                ByteBuffer utf8 = StandardCharsets.UTF_8.newEncoder().encode(CharBuffer.wrap(object));
                byte[] bytes = new byte[utf8.remaining()];
                utf8.get(bytes);
                return bytes;
            } catch (CharacterCodingException e) {
                throw new CodecException("the text holds half of a surrogate pair and cannot be written as UTF-8", e);
            }
        }

        @Override
        public String decode(byte[] bytes) {
            try {
                return StandardCharsets.UTF_8
                        .newDecoder()
                        .decode(ByteBuffer.wrap(bytes))
                        .toString();
            } catch (CharacterCodingException e) {
                throw new CodecException(bytes.length + " bytes are no UTF-8 text: " + e.getMessage(), e);
            }
        }
    }
}
