package io.ngrid.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * A scenario in a text file, with the whole trace that it must give, so that a change of behaviour shows in review.
 *
 * <pre>
 * # what the scenario shows
 * &gt; a step
 * what the step leads to, line by line
 *
 * &gt; the next step
 * </pre>
 *
 * <p>{@code -Dngrid.traces=write} writes what the steps led to into the file instead; the test fails all the same, since
 * nobody has read it yet.
 */
public final class GoldenTrace {
    private static final boolean WRITES = "write".equals(System.getProperty("ngrid.traces"));

    private final Path file;

    private GoldenTrace(Path file) {
        this.file = file;
    }

    /**
     * The traces of a module.
     *
     * @param directory where their files lie, as seen from the module, such as {@code src/test/traces}
     * @return at least one
     */
    public static List<GoldenTrace> in(Path directory) {
        try (Stream<Path> files = Files.list(directory)) {
            List<GoldenTrace> traces = files.filter(file -> file.toString().endsWith(".txt"))
                    .sorted()
                    .map(GoldenTrace::new)
                    .toList();
            if (traces.isEmpty()) {
                throw new AssertionError("no trace in " + directory.toAbsolutePath());
            }
            return traces;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * What the trace is about.
     *
     * @return the file's name without its ending
     */
    public String name() {
        String name = file.getFileName().toString();
        return name.substring(0, name.length() - ".txt".length());
    }

    /**
     * Carries out the steps and compares what they lead to.
     *
     * @param step carries a step out and returns what it led to; no line empty, or beginning with {@code >} or {@code #}
     * @throws AssertionError at the first line that differs
     */
    public void verify(Function<String, List<String>> step) {
        List<String> expected = read();
        List<String> actual = new ArrayList<>();
        for (String line : expected) {
            if (line.startsWith(">")) {
                actual.add(line);
                actual.addAll(step.apply(line.substring(1).strip()));
            } else if (line.isBlank() || line.startsWith("#")) {
                actual.add(line);
            }
        }
        if (!actual.equals(expected)) {
            if (WRITES) {
                write(actual);
            }
            throw new AssertionError(difference(expected, actual));
        }
    }

    private String difference(List<String> expected, List<String> actual) {
        int first = 0;
        while (first < Math.min(expected.size(), actual.size())
                && expected.get(first).equals(actual.get(first))) {
            first++;
        }
        return file + ":" + (first + 1) + ": expected\n  " + line(expected, first) + "\nbut was\n  "
                + line(actual, first)
                + (WRITES ? "\nwritten; read it" : "\nin the whole trace\n" + String.join("\n", actual));
    }

    private static String line(List<String> lines, int number) {
        return number < lines.size() ? lines.get(number) : "the end";
    }

    private List<String> read() {
        try {
            return Files.readAllLines(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void write(List<String> lines) {
        try {
            Files.write(file, lines);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
