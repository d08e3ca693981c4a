package io.ngrid.storage;

import io.ngrid.spi.storage.CorruptionException;
import io.ngrid.spi.storage.Disk;
import io.ngrid.spi.storage.DiskFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * A small checksummed file that is replaced as a whole: written beside, forced, renamed, directory forced.
 * An {@code IOException} leaves the old one.
 */
final class SmallFile {
    private static final int HEADER = 16; // magic, length, CRC over magic, length and body
    private static final int LARGEST = 1 << 20;

    private SmallFile() {}

    static void replace(Disk disk, String directory, String name, long magic, byte[] body) throws IOException {
        String path = Segments.path(directory, name);
        String temporary = path + ".tmp";
        ByteBuffer bytes = ByteBuffer.allocate(HEADER + body.length);
        bytes.putLong(magic).putInt(body.length).putInt(0).put(body);
        bytes.putInt(12, crc(bytes.array()));
        disk.delete(temporary);
        try (DiskFile file = disk.open(temporary, true)) {
            file.write(new ByteBuffer[] {bytes.flip()}, 0);
            Faults.force(file, temporary);
        }
        disk.rename(temporary, path);
        Faults.forceDirectory(disk, directory);
    }

    static byte[] read(Disk disk, String path, long magic) throws IOException {
        try (DiskFile file = disk.open(path, false)) {
            long size = file.size();
            if (size < HEADER || size > LARGEST) {
                throw new CorruptionException(path, 0, "it is " + size + " bytes long");
            }
            byte[] bytes = new byte[(int) size];
            int read = file.read(ByteBuffer.wrap(bytes), 0);
            ByteBuffer buffer = ByteBuffer.wrap(bytes);
            if (read != size || buffer.getLong(0) != magic) {
                throw new CorruptionException(path, 0, "it does not begin as such a file does");
            }
            if (buffer.getInt(8) != size - HEADER || buffer.getInt(12) != crc(bytes)) {
                throw new CorruptionException(path, 8, "its checksum does not match");
            }
            return Arrays.copyOfRange(bytes, HEADER, bytes.length);
        }
    }

    private static int crc(byte[] bytes) {
        byte[] covered = bytes.clone();
        Arrays.fill(covered, 12, 16, (byte) 0);
        return Checksum.of(covered, 0, covered.length);
    }
}
