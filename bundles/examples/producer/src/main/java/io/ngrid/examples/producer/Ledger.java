package io.ngrid.examples.producer;

import java.io.BufferedWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** What became of each message, one line an event; the format is in bundles/examples/README.md. */
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

    /** The number of the last message of a thread, 0 if there is none; -1 if the thread came to its end. */
    long lastOf(String thread) throws IOException {
        long last = 0;
        List<String> lines = Files.readAllLines(file);
        for (String line : lines) {
            String[] parts = line.split(" ", 3);
            if (parts[1].equals("end") && parts[2].equals(thread)) {
                return -1;
            }
            int dash = parts[2].lastIndexOf('-');
            if (dash > 0 && parts[2].substring(0, dash).equals(thread)) {
                last = Math.max(last, Long.parseLong(parts[2].substring(dash + 1)));
            }
        }
        return last;
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
