package io.ngrid.demo;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Counts the lines of a file that grows, reading each byte once. */
final class LineCount {
    private final Path file;
    private final byte[] buffer = new byte[1 << 16];
    private long position;
    private long lines;

    LineCount(Path file) {
        this.file = file;
    }

    long lines() {
        if (Files.exists(file)) {
            try (RandomAccessFile in = new RandomAccessFile(file.toFile(), "r")) {
                in.seek(position);
                for (int count = in.read(buffer); count > 0; count = in.read(buffer)) {
                    position += count;
                    for (int i = 0; i < count; i++) {
                        if (buffer[i] == '\n') {
                            lines++;
                        }
                    }
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        return lines;
    }
}
