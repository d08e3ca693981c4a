package io.ngrid.simulation;

import java.nio.charset.StandardCharsets;

/** Values as bytes: a number from 1 that is given out once, and some filling. */
final class Values {
    private static final int DIGITS = 10;

    private Values() {}

    static byte[] encode(long value, int filling) {
        byte[] bytes = new byte[DIGITS + filling];
        byte[] digits = String.format("%010d", value).getBytes(StandardCharsets.US_ASCII);
        System.arraycopy(digits, 0, bytes, 0, DIGITS);
        for (int i = 0; i < filling; i++) {
            bytes[DIGITS + i] = (byte) (value + i);
        }
        return bytes;
    }

    /** The number; 0 for none, -1 if the bytes are not what {@link #encode} made of any. */
    static long decode(byte[] bytes) {
        if (bytes.length < DIGITS) {
            return -1;
        }
        long value = 0;
        for (int i = 0; i < DIGITS; i++) {
            if (bytes[i] < '0' || bytes[i] > '9') {
                return -1;
            }
            value = value * 10 + bytes[i] - '0';
        }
        for (int i = DIGITS; i < bytes.length; i++) {
            if (bytes[i] != (byte) (value + i - DIGITS)) {
                return -1;
            }
        }
        return value;
    }
}
