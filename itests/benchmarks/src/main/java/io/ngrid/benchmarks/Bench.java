package io.ngrid.benchmarks;

import io.ngrid.benchmarks.peers.Contenders;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** {@code itests/bin/bench}. */
final class Bench {
    private static final String USAGE = """
            usage: bench storage [--quick] [--only TEXT]... [--round MILLIS] [--out DIR]
              --quick      short rounds and few elements: three minutes or so instead of most of an hour
              --only TEXT  a part (%s) or a store whose name contains TEXT; may be given again
              --round MILLIS  how long each round of appends is, by default 1200, with --quick 120; MVStore puts off
                           writing by a second, so in rounds that are shorter it looks faster than it writes
              --out DIR    where results go, and the stores meanwhile; decides which disk is measured
                           (default itests/benchmarks/target/bench)""".formatted(String.join(", ", Settings.PARTS));

    private Bench() {}

    /**
     * Measures.
     *
     * @param arguments see usage
     * @throws Exception if a store fails, or loses what it was given
     */
    public static void main(String[] arguments) throws Exception {
        List<String> left = new ArrayList<>(Arrays.asList(arguments));
        boolean quick = left.remove("--quick");
        List<String> only = new ArrayList<>();
        Path out = Path.of("itests", "benchmarks", "target", "bench");
        for (String text = option(left, "--only"); text != null; text = option(left, "--only")) {
            only.add(text);
        }
        String directory = option(left, "--out");
        if (directory != null) {
            out = Path.of(directory);
        }
        String round = option(left, "--round");
        if (!left.equals(List.of("storage")) || round != null && !round.matches("[1-9][0-9]{0,6}")) {
            System.err.println(USAGE);
            System.exit(2);
        }
        Settings settings = quick ? Settings.quick(only, out) : Settings.full(only, out);
        storage(
                round == null ? settings : settings.withRound(Duration.ofMillis(Integer.parseInt(round))),
                String.join(" ", arguments));
        System.exit(0); // peers leave threads
    }

    private static @Nullable String option(List<String> arguments, String name) {
        int at = arguments.indexOf(name);
        if (at < 0 || at + 1 == arguments.size()) {
            return null;
        }
        arguments.remove(at);
        return arguments.remove(at);
    }

    static void storage(Settings settings, String command) throws Exception {
        Instant began = Instant.now();
        Path stores = settings.out().resolve("stores");
        Workplace.delete(stores);
        StorageBench bench = new StorageBench(
                settings,
                Contenders.all(),
                new Workplace(stores),
                text -> System.err.printf(
                        "[%4d s] %s%n", Duration.between(began, Instant.now()).toSeconds(), text));
        Path report = settings.out().resolve("storage.txt");
        String header = header(command, settings);
        System.out.print(header);
        Files.writeString(report, header);
        bench.run(table -> {
            System.out.print(table);
            try {
                Files.writeString(report, table.toString(), StandardOpenOption.APPEND);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
        System.out.println("bench: " + report);
        if (!bench.appends().isEmpty()) {
            Path plot = settings.out().resolve("storage.svg");
            Plot.write(bench.appends(), plot);
            System.out.println("bench: " + plot);
        }
        Workplace.delete(stores);
    }

    private static String header(String command, Settings settings) throws IOException {
        return "itests/bin/bench " + command + ", " + Instant.now() + "\n"
                + System.getProperty("os.name") + " " + System.getProperty("os.version") + ", "
                + Runtime.getRuntime().availableProcessors() + " processors, "
                + "Java " + System.getProperty("java.version") + ", "
                + Files.getFileStore(settings.out()).type() + "; "
                + "medians of " + settings.rounds()
                + " interleaved rounds of " + settings.round().toMillis()
                + " ms, ratios within a round; each store's elements read"
                + " back and compared\n\n";
    }
}
