package io.ngrid.testkit;

import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.LongFunction;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;

/**
 * A fault, planted by replacing source text of a bundle. For tests of a module two directories below the root.
 *
 * @param number its number in docs/verification.md
 * @param name what is wrong with it
 * @param edits the replacements
 */
public record Mutant(String number, String name, List<Edit> edits) {
    /**
     * One replacement.
     *
     * @param file the source file, below bundles
     * @param was the text there, once
     * @param is the text instead
     */
    public record Edit(String file, String was, String is) {}

    /** A mutant with one edit; more may follow. */
    public static Mutant of(String number, String name, String file, String was, String is) {
        return new Mutant(number, name, List.of(new Edit(file, was, is)));
    }

    /** One edit more. */
    public Mutant and(String file, String was, String is) {
        List<Edit> more = new ArrayList<>(edits);
        more.add(new Edit(file, was, is));
        return new Mutant(number, name, more);
    }

    /** The mutated sources, by file. */
    Map<Path, String> sources() {
        Map<Path, String> sources = new LinkedHashMap<>();
        for (Edit edit : edits) {
            Path file = bundles().resolve(edit.file);
            String source = sources.computeIfAbsent(file, Mutant::read);
            int at = source.indexOf(edit.was);
            if (at < 0 || source.indexOf(edit.was, at + 1) >= 0) {
                throw new AssertionError("mutant " + number + ": " + edit.file + " has not once the text " + edit.was);
            }
            sources.put(file, source.substring(0, at) + edit.is + source.substring(at + edit.was.length()));
        }
        return sources;
    }

    /** Compiles it into a directory. */
    public void compile(Path directory) throws IOException {
        List<Path> files = new ArrayList<>();
        for (Map.Entry<Path, String> source : sources().entrySet()) {
            Path copy = directory.resolve("src").resolve(bundles().relativize(source.getKey()));
            Files.createDirectories(copy.getParent());
            Files.writeString(copy, source.getValue());
            files.add(copy);
        }
        JavaCompiler compiler = Objects.requireNonNull(ToolProvider.getSystemJavaCompiler());
        StringWriter said = new StringWriter();
        String classPath = System.getProperty("surefire.test.class.path", System.getProperty("java.class.path", ""));
        List<String> options = List.of("-proc:none", "-nowarn", "-d", directory.toString(), "-cp", classPath);
        try (StandardJavaFileManager manager = compiler.getStandardFileManager(null, null, null)) {
            if (!compiler.getTask(said, manager, null, options, null, manager.getJavaFileObjectsFromPaths(files))
                    .call()) {
                throw new AssertionError("mutant " + number + " does not compile: " + said);
            }
        }
    }

    /** A function of a class that is loaded anew, with the mutant that lies compiled in a directory. */
    @SuppressWarnings("unchecked")
    public static LongFunction<String> load(Path directory, Class<? extends LongFunction<String>> type)
            throws ReflectiveOperationException {
        return (LongFunction<String>) new MutantLoader(directory)
                .loadClass(type.getName())
                .getConstructor()
                .newInstance();
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Path bundles() {
        return Path.of("..", "..", "bundles");
    }
}
