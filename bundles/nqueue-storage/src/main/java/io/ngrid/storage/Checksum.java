package io.ngrid.storage;

import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

/** CRC32C over pieces, seeded, so that bytes copied from elsewhere do not pass. */
final class Checksum {
    private final CRC32C crc = new CRC32C();
    private final byte[] seed;

    Checksum(long seed) {
        this.seed = ByteBuffer.allocate(Long.BYTES).putLong(seed).array();
    }

    Checksum begin() {
        crc.reset();
        crc.update(seed);
        return this;
    }

    Checksum add(byte[] bytes, int offset, int length) {
        crc.update(bytes, offset, length);
        return this;
    }

    int value() {
        return (int) crc.getValue();
    }

    static int of(byte[] bytes, int offset, int length) {
        CRC32C crc = new CRC32C();
        crc.update(bytes, offset, length);
        return (int) crc.getValue();
    }
}
