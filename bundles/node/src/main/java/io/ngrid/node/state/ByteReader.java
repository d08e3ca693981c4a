package io.ngrid.node.state;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Reads what {@link ByteWriter} wrote. Trusts nothing: whatever the bytes, it throws nothing but IllegalArgumentException,
 * and every length is checked against what is there before anything is allocated.
 */
public final class ByteReader {
    /** Highest sequence of an operation; leaves room to count on without overflow. */
    public static final long MAX_SEQUENCE = 1L << 62;

    private final byte[] buffer;
    private int position;

    /**
     * Reads from the beginning.
     *
     * @param buffer the bytes
     */
    public ByteReader(byte[] buffer) {
        this.buffer = buffer;
    }

    /** Bytes not read yet. */
    public int remaining() {
        return buffer.length - position;
    }

    /** Checks that everything has been read. */
    public void end() {
        if (remaining() != 0) {
            throw new IllegalArgumentException(remaining() + " bytes too many at byte " + position);
        }
    }

    /** Reads the version that a layout begins with. */
    public void version(String what, int expected) {
        int version = u8();
        if (version != expected) {
            throw new IllegalArgumentException(what + " has version " + version + ", expected " + expected);
        }
    }

    /** Reads an unsigned byte. */
    public int u8() {
        if (position >= buffer.length) {
            throw cutShort(1);
        }
        return buffer[position++] & 0xFF;
    }

    /** Reads a truth value. */
    public boolean bool() {
        int value = u8();
        if (value > 1) {
            throw new IllegalArgumentException(value + " is no truth value, at byte " + (position - 1));
        }
        return value == 1;
    }

    /** Reads a number. */
    public long varint() {
        long value = 0;
        for (int shift = 0; shift < 64; shift += 7) {
            int next = u8();
            if (shift == 63 && next > 1) {
                break;
            }
            value |= (next & 0x7FL) << shift;
            if (next < 0x80) {
                return value;
            }
        }
        throw new IllegalArgumentException("a number is longer than 64 bits, at byte " + (position - 1));
    }

    /** Reads a number that was an int. */
    public int integer() {
        long value = varint();
        if (value != (int) value) {
            throw new IllegalArgumentException(value + " is out of range, before byte " + position);
        }
        return (int) value;
    }

    /** Reads the sequence of an operation, 1 to {@link #MAX_SEQUENCE}. */
    public long sequence() {
        return checkSequence(varint());
    }

    /** Reads sequences of operations. */
    public List<Long> sequences() {
        List<Long> values = longs();
        for (long value : values) {
            checkSequence(value);
        }
        return values;
    }

    private long checkSequence(long value) {
        if (value < 1 || value > MAX_SEQUENCE) {
            throw new IllegalArgumentException(value + " is no sequence of an operation, before byte " + position);
        }
        return value;
    }

    /** Reads a UUID. */
    public UUID uuid() {
        return new UUID(fixed(), fixed());
    }

    /** Reads a number of 8 bytes. */
    public long fixed() {
        long value = 0;
        for (int i = 0; i < 8; i++) {
            value = value << 8 | u8();
        }
        return value;
    }

    /** Reads bytes. */
    public byte[] bytes() {
        return take(length(Integer.MAX_VALUE));
    }

    /** Reads bytes, or null. */
    public byte @Nullable [] optionalBytes() {
        return bool() ? bytes() : null;
    }

    /** Reads a string. */
    public String string() {
        int length = length(ByteWriter.MAX_STRING);
        ByteBuffer utf8 = ByteBuffer.wrap(buffer, position, length);
        position += length;
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(utf8).toString();
        } catch (CharacterCodingException e) {
            throw new IllegalArgumentException("a string is not UTF-8, before byte " + position, e);
        }
    }

    /** Reads numbers. */
    public List<Long> longs() {
        int count = length(Integer.MAX_VALUE);
        List<Long> values = new ArrayList<>(count);
        long previous = 0;
        for (int i = 0; i < count; i++) {
            previous += varint();
            values.add(previous);
        }
        return values;
    }

    /** Reads strings. */
    public List<String> strings() {
        int count = length(ByteWriter.MAX_COUNT);
        List<String> values = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            values.add(string());
        }
        return values;
    }

    /** Reads byte arrays. */
    public List<byte[]> arrays() {
        int count = length(ByteWriter.MAX_COUNT);
        List<byte[]> values = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            values.add(bytes());
        }
        return values;
    }

    /** A length in bytes, or in elements of at least a byte each. */
    private int length(int max) {
        long length = varint();
        if (length < 0 || length > max) {
            throw new IllegalArgumentException("a length of " + length + " is not allowed, before byte " + position);
        }
        if (length > remaining()) {
            throw cutShort(length);
        }
        return (int) length;
    }

    private byte[] take(int length) {
        byte[] value = new byte[length];
        System.arraycopy(buffer, position, value, 0, length);
        position += length;
        return value;
    }

    private IllegalArgumentException cutShort(long needed) {
        return new IllegalArgumentException(
                "cut short at byte " + position + ": " + needed + " needed, " + remaining() + " there");
    }
}
