package io.ngrid.node.state;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.UUID;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Writes the binary layouts of this bundle; {@link ByteReader} reads them. Content is written twice, first only to count
 * its bytes, so that the array is allocated once and bodies are copied once.
 */
public final class ByteWriter {
    /** Greatest number of elements of a list of byte arrays or strings. */
    public static final int MAX_COUNT = 1 << 20;

    /** Greatest number of bytes of a string. */
    public static final int MAX_STRING = 1 << 16;

    private final byte @Nullable [] buffer; // null: only count
    private int position;

    private ByteWriter(byte @Nullable [] buffer) {
        this.buffer = buffer;
    }

    /**
     * Writes something.
     *
     * @param content writes it; called twice, and must write the same both times
     * @return its bytes
     */
    public static byte[] encode(Consumer<ByteWriter> content) {
        ByteWriter counter = new ByteWriter(null);
        content.accept(counter);
        byte[] bytes = new byte[counter.position];
        ByteWriter writer = new ByteWriter(bytes);
        content.accept(writer);
        if (writer.position != bytes.length) {
            throw new IllegalStateException("counted " + bytes.length + " bytes, wrote " + writer.position);
        }
        return bytes;
    }

    /** Writes an unsigned byte. */
    public void u8(int value) {
        if (buffer != null) {
            buffer[position] = (byte) value;
        }
        position++;
    }

    /** Writes a truth value in one byte. */
    public void bool(boolean value) {
        u8(value ? 1 : 0);
    }

    /** Writes a number in 1 to 10 bytes, 7 bits each, lowest first; small positive ones are short. */
    public void varint(long value) {
        long rest = value;
        while ((rest & ~0x7FL) != 0) {
            u8((int) (rest & 0x7F | 0x80));
            rest >>>= 7;
        }
        u8((int) rest);
    }

    /** Writes a UUID in 16 bytes. */
    public void uuid(UUID value) {
        fixed(value.getMostSignificantBits());
        fixed(value.getLeastSignificantBits());
    }

    /** Writes a number in 8 bytes. */
    public void fixed(long value) {
        for (int shift = 56; shift >= 0; shift -= 8) {
            u8((int) (value >>> shift));
        }
    }

    /** Writes a length and bytes. */
    public void bytes(byte[] value) {
        varint(value.length);
        if (buffer != null) {
            System.arraycopy(value, 0, buffer, position, value.length);
        }
        position = Math.addExact(position, value.length);
    }

    /** Writes whether there are bytes, and the bytes. */
    public void optionalBytes(byte @Nullable [] value) {
        bool(value != null);
        if (value != null) {
            bytes(value);
        }
    }

    /** Writes a string of at most {@link #MAX_STRING} bytes in UTF-8. */
    public void string(String value) {
        byte[] utf8 = value.getBytes(StandardCharsets.UTF_8);
        if (utf8.length > MAX_STRING) {
            throw new IllegalArgumentException(
                    "a string of " + utf8.length + " bytes is too long; allowed: " + MAX_STRING);
        }
        bytes(utf8);
    }

    /** Writes numbers as differences, so that a rising run costs about a byte a number. */
    public void longs(List<Long> values) {
        varint(values.size());
        long previous = 0;
        for (long value : values) {
            varint(value - previous);
            previous = value;
        }
    }

    /** Writes at most {@link #MAX_COUNT} strings. */
    public void strings(List<String> values) {
        count(values.size());
        for (String value : values) {
            string(value);
        }
    }

    /** Writes at most {@link #MAX_COUNT} byte arrays. */
    public void arrays(List<byte[]> values) {
        count(values.size());
        for (byte[] value : values) {
            bytes(value);
        }
    }

    private void count(int count) {
        if (count > MAX_COUNT) {
            throw new IllegalArgumentException("a list of " + count + " is too long; allowed: " + MAX_COUNT);
        }
        varint(count);
    }
}
