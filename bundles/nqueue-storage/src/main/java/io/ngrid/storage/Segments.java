package io.ngrid.storage;

import io.ngrid.spi.storage.CorruptionException;
import io.ngrid.spi.storage.Disk;
import io.ngrid.spi.storage.DiskFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/** Names and zeros: what all stores with numbered files need. */
final class Segments {
    private static final int ZEROS = 1 << 20;
    private static final byte[] ZERO = new byte[ZEROS];

    private Segments() {}

    static String path(String directory, String name) {
        return directory.isEmpty() ? name : directory + "/" + name;
    }

    static String name(long number, String suffix) {
        return String.format("%016d%s", number, suffix);
    }

    /** Numbers of the files in a directory that have a suffix, rising. Other names are ignored. */
    static List<Long> numbers(Disk disk, String directory, String suffix) throws IOException {
        List<Long> numbers = new ArrayList<>();
        for (String name : disk.list(directory)) {
            String stem = name.endsWith(suffix) ? name.substring(0, name.length() - suffix.length()) : "";
            if (stem.length() >= 16 && stem.length() <= 18 && stem.chars().allMatch(c -> c >= '0' && c <= '9')) {
                numbers.add(Long.parseLong(stem));
            }
        }
        numbers.sort(null);
        return numbers;
    }

    /** Refuses a directory in which a file has a suffix, but no number that {@link #numbers} knows. */
    static void checkNames(Disk disk, String directory, String suffix) throws IOException {
        for (String name : disk.list(directory)) {
            if (name.endsWith(suffix) && !name.matches("[0-9]{16,18}\\Q" + suffix + "\\E")) {
                throw new CorruptionException(path(directory, name), 0, "its name is not that of a segment");
            }
        }
    }

    static void fillWithZeros(DiskFile file, long from, long to) throws IOException {
        for (long at = from; at < to; at += ZEROS) {
            int n = (int) Math.min(ZEROS, to - at);
            file.write(new ByteBuffer[] {ByteBuffer.wrap(ZERO, 0, n).asReadOnlyBuffer()}, at);
        }
    }

    /**
     * Writes again what a dead process wrote, which may lie in the page cache only. To force it is not enough: if that process
     * was told that a force had failed, the operating system takes those pages for written, and will never write them by
     * itself. Behind the end of the file zeros are written: a failed force has lost the length.
     */
    static void rewrite(DiskFile file, long from, long to) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate((int) Math.max(0, Math.min(ZEROS, to - from)));
        for (long at = from; at < to; at += bytes.limit()) {
            bytes.clear().limit((int) Math.min(bytes.capacity(), to - at));
            file.read(bytes, at);
            while (bytes.hasRemaining()) {
                bytes.put((byte) 0);
            }
            file.write(new ByteBuffer[] {bytes.flip()}, at);
        }
    }

    /** Deletes a directory and all in it, children first, each directory forced. */
    static void deleteTree(Disk disk, String directory) throws IOException {
        List<String> names = disk.list(directory);
        for (String name : names) {
            deleteTree(disk, path(directory, name));
        }
        if (!names.isEmpty()) {
            Faults.forceDirectory(disk, directory);
        }
        disk.delete(directory);
    }
}
