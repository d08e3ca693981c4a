package io.ngrid.benchmarks;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Consumer;

/** Makes elements that can be told apart, and checks that a store gave back just those, in order. */
final class Bodies {
    private static final int MARK = 2 * Long.BYTES;

    private final byte[] template;

    Bodies(int size) {
        if (size < MARK + Long.BYTES) {
            throw new IllegalArgumentException(
                    "an element needs " + (MARK + Long.BYTES) + " bytes to be known by: " + size);
        }
        this.template = new byte[size];
        new Random(size).nextBytes(template); // does not compress
    }

    byte[] make(int thread, long number) {
        byte[] body = template.clone();
        ByteBuffer.wrap(body).putLong(thread).putLong(number).putLong(body.length - Long.BYTES, check(thread, number));
        return body;
    }

    List<byte[]> make(int thread, long number, int count) {
        List<byte[]> bodies = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            bodies.add(make(thread, number + i));
        }
        return bodies;
    }

    private static long check(long thread, long number) {
        return (thread * 0x9e37_79b9_7f4a_7c15L) ^ Long.rotateLeft(number * 0xc2b2_ae3d_27d4_eb4fL, 31);
    }

    /** Fails if the elements are not those of each thread, from 0 on, each once and in order. */
    static final class Check implements Consumer<byte[]> {
        private final Map<Long, Long> next = new HashMap<>();
        private final int size;
        private long count;

        Check(int size) {
            this.size = size;
        }

        @Override
        public void accept(byte[] body) {
            ByteBuffer in = ByteBuffer.wrap(body);
            long thread = in.getLong();
            long number = in.getLong();
            long expected = next.getOrDefault(thread, 0L);
            if (body.length != size || in.getLong(size - Long.BYTES) != check(thread, number)) {
                throw new IllegalStateException("element " + count + " is not what was appended");
            }
            if (number != expected) {
                throw new IllegalStateException(
                        "thread " + thread + ": element " + number + " where " + expected + " was due");
            }
            next.put(thread, expected + 1);
            count++;
        }

        void expect(long appended) {
            if (count != appended) {
                throw new IllegalStateException(count + " elements came back, " + appended + " were appended");
            }
        }
    }
}
