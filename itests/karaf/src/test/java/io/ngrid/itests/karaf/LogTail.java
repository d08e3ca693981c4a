package io.ngrid.itests.karaf;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** What the container has logged since this was made. */
final class LogTail {
    private static final Path LOG = Path.of(System.getProperty("karaf.log"), "karaf.log");

    private final int passed;

    LogTail() throws IOException {
        passed = Files.readAllLines(LOG).size();
    }

    /** The errors; each with the first line of its stack trace. */
    List<String> errors() throws IOException {
        return entries("ERROR");
    }

    /** The entries of a level; each with the line that follows, which is the exception if there is one. */
    List<String> entries(String level) throws IOException {
        List<String> lines = Files.readAllLines(LOG);
        List<String> found = new ArrayList<>();
        for (int i = passed; i < lines.size(); i++) {
            if (lines.get(i).contains("| " + level)) {
                found.add(lines.get(i) + (i + 1 < lines.size() ? "\n" + lines.get(i + 1) : ""));
            }
        }
        return found;
    }
}
