package io.ngrid.node.state;

import java.util.Arrays;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * A map's value. Equal when the bytes are.
 *
 * @param value the value; nobody changes it
 * @param version index of the entry that wrote it
 */
record Versioned(byte[] value, long version) {
    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Versioned versioned
                && version == versioned.version
                && Arrays.equals(value, versioned.value);
    }

    @Override
    public int hashCode() {
        return 31 * Arrays.hashCode(value) + Long.hashCode(version);
    }

    @Override
    public String toString() {
        return HexFormat.of().formatHex(value) + "@" + version;
    }
}
