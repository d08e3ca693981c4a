package io.ngrid.demo;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * What a producer or consumer wrote down, in its order: lines {@code <milliseconds> <event> <element>}. The milliseconds
 * are of a monotonic clock. The event is {@code ok} (acknowledged to the producer, or received by the consumer),
 * {@code unknown} (an offer of unknown outcome, or a poll, then with the element {@code -}), or {@code end} (a producer
 * thread is done). A last line without its end was being written when the process died, and does not count.
 *
 * @param lines the lines
 */
public record Ledger(List<Line> lines) {
    /**
     * A line.
     *
     * @param millis when, by the writer's monotonic clock
     * @param event what
     * @param element which element
     */
    public record Line(long millis, String event, String element) {}

    /**
     * Reads a ledger.
     *
     * @param file the file; a missing one is empty
     * @return the ledger
     * @throws IOException if it cannot be read, or a line is of another form
     */
    public static Ledger read(Path file) throws IOException {
        List<Line> lines = new ArrayList<>();
        if (Files.exists(file)) {
            String text = Files.readString(file, StandardCharsets.UTF_8);
            int start = 0;
            for (int end = text.indexOf('\n'); end >= 0; end = text.indexOf('\n', start)) {
                lines.add(parse(file, text.substring(start, end)));
                start = end + 1;
            }
        }
        return new Ledger(List.copyOf(lines));
    }

    private static Line parse(Path file, String line) throws IOException {
        String[] parts = line.split(" ", 3);
        try {
            return new Line(Long.parseLong(parts[0]), parts[1], parts[2]);
        } catch (NumberFormatException | ArrayIndexOutOfBoundsException e) {
            throw new IOException(file + " has a line of another form: '" + line + "'", e);
        }
    }

    /**
     * Elements of an event, in order.
     *
     * @param event the event
     * @return the elements
     */
    public List<String> elements(String event) {
        return lines.stream()
                .filter(line -> line.event().equals(event))
                .map(Line::element)
                .toList();
    }
}
