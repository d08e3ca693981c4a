package io.ngrid.itests.processes;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.stream.Stream;

/** What a test may leave behind: nothing, or the logs if it failed. */
final class Leftovers {
    private static final int LINES = 40;

    private Leftovers() {}

    /** No process of ours has the directory in its command line. */
    static void assertNoProcess(Path directory) {
        assertThat(ProcessHandle.allProcesses()
                        .filter(process ->
                                process.info().commandLine().orElse("").contains(directory.toString()))
                        .toList())
                .isEmpty();
    }

    /** Shows the end of a file on the standard error. */
    static void show(Path file) throws IOException {
        if (Files.exists(file)) {
            List<String> lines = Files.readAllLines(file);
            System.err.println("---- last lines of " + file);
            lines.subList(Math.max(0, lines.size() - LINES), lines.size()).forEach(System.err::println);
        }
    }

    static void delete(Path directory) throws IOException {
        try (Stream<Path> files = Files.walk(directory)) {
            for (Iterator<Path> all = files.sorted(Comparator.reverseOrder()).iterator(); all.hasNext(); ) {
                Files.delete(all.next());
            }
        }
    }
}
