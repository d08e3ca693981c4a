package io.ngrid.examples.consumer;

import java.io.BufferedWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.TimeUnit;

/** What was received, one line an event; the format is in bundles/examples/README.md. */
final class Ledger implements AutoCloseable {
    private final Path file;
    private final BufferedWriter writer;

    Ledger(Path file) throws IOException {
        this.file = file;
        Path directory = file.toAbsolutePath().getParent();
        if (directory != null) {
            Files.createDirectories(directory);
        }
        if (Files.exists(file)) { // a crash may have cut the last line short
            String text = Files.readString(file);
            Files.writeString(file, text.substring(0, text.lastIndexOf('\n') + 1));
        }
        writer = Files.newBufferedWriter(file, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    }

    synchronized void write(String outcome, String message) {
        try {
            writer.write(TimeUnit.NANOSECONDS.toMillis(System.nanoTime()) + " " + outcome + " " + message + "\n");
            writer.flush();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write the ledger " + file, e);
        }
    }

    @Override
    public synchronized void close() throws IOException {
        writer.close();
    }
}
