package io.ngrid.node.client;

import io.ngrid.api.Codec;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/** Encodes what goes into one operation, within what fits a frame. */
final class Payloads {
    /** Most bytes of one operation, every part counted with {@value #PART_OVERHEAD} bytes more. */
    static final int MAX_BYTES = 8 << 20;

    static final int PART_OVERHEAD = 16;

    private Payloads() {}

    static <T> byte[] encode(Codec<T> codec, T object, String what) {
        byte[] bytes = codec.encode(object);
        if (bytes.length > MAX_BYTES) {
            throw tooLarge(what, bytes.length);
        }
        return bytes;
    }

    static <T> List<byte[]> encodeAll(Codec<T> codec, Collection<? extends T> objects, String what) {
        List<byte[]> all = new ArrayList<>(objects.size());
        long total = 0;
        for (T object : objects) {
            byte[] bytes = encode(codec, java.util.Objects.requireNonNull(object, what), what);
            total += size(bytes);
            all.add(bytes);
        }
        if (total > MAX_BYTES && all.size() > 1) {
            throw tooLarge(all.size() + " elements together, " + PART_OVERHEAD + " bytes more for each,", total);
        }
        return all;
    }

    static void checkTogether(byte[] key, byte[] value) {
        long bytes = (long) key.length + value.length;
        if (bytes > MAX_BYTES) {
            throw tooLarge("a key and its value", bytes);
        }
    }

    static long size(byte[] part) {
        return (long) part.length + PART_OVERHEAD;
    }

    private static IllegalArgumentException tooLarge(String what, long bytes) {
        return new IllegalArgumentException(
                what + " of " + bytes + " bytes: one operation takes at most " + MAX_BYTES + " bytes (8 MiB)");
    }
}
