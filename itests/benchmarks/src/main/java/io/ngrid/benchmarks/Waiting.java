package io.ngrid.benchmarks;

import io.ngrid.benchmarks.Contender.Promise;
import io.ngrid.benchmarks.peers.Contenders;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Memory and start of a store with much in it, each in a JVM of its own. */
final class Waiting {
    private static final List<String> JVM =
            List.of("-Xmx3g", "-Xms16m", "-XX:+UseSerialGC", "-XX:MinHeapFreeRatio=5", "-XX:MaxHeapFreeRatio=10");

    /**
     * What was found; bytes are of anonymous memory, files that are mapped or cached do not count.
     *
     * @param waiting elements that waited
     * @param moreMemory bytes more than with an empty store
     * @param restarted elements that were there at the start
     * @param startMillis from the call that opens it to the first element read
     * @param memoryAfterStart bytes then
     */
    record Figures(long waiting, long moreMemory, long restarted, long startMillis, long memoryAfterStart) {}

    private final Contender contender;
    private final int size;
    private final Duration limit;
    private final Workplace workplace;

    Waiting(Contender contender, int size, Duration limit, Workplace workplace) {
        this.contender = contender;
        this.size = size;
        this.limit = limit;
        this.workplace = workplace;
    }

    Figures measure(long waiting, long restarted) throws IOException, InterruptedException {
        Path empty = workplace.fresh();
        Path full = workplace.fresh();
        Path again = workplace.fresh();
        try {
            long base = fill(empty, 100).getOrDefault("memory", 0L);
            Map<String, Long> filled = fill(full, waiting);
            Workplace.delete(full);
            long there = fill(again, restarted).getOrDefault("elements", 0L);
            Map<String, Long> started = child("open", again, there);
            return new Figures(
                    filled.getOrDefault("elements", 0L),
                    filled.getOrDefault("memory", 0L) - base,
                    there,
                    started.getOrDefault("millis", -1L),
                    started.getOrDefault("memory", -1L));
        } finally {
            Workplace.delete(empty);
            Workplace.delete(full);
            Workplace.delete(again);
        }
    }

    private Map<String, Long> fill(Path directory, long elements) throws IOException, InterruptedException {
        return child("fill", directory, elements);
    }

    private Map<String, Long> child(String what, Path directory, long elements)
            throws IOException, InterruptedException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
                .filter(argument -> argument.startsWith("--add-") || argument.startsWith("-D"))
                .forEach(command::add);
        command.addAll(JVM);
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), Waiting.class.getName(), what));
        command.addAll(List.of(contender.name(), directory.toString(), String.valueOf(elements)));
        command.addAll(List.of(String.valueOf(size), String.valueOf(limit.toMillis())));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (process.waitFor() != 0) {
            throw new IllegalStateException(contender + ": the process that would " + what + " it failed: " + output);
        }
        Map<String, Long> figures = new HashMap<>();
        output.lines().filter(line -> line.startsWith("figure ")).forEach(line -> {
            String[] words = line.split(" ", -1);
            figures.put(words[1], Long.parseLong(words[2]));
        });
        return figures;
    }

    /**
     * The process that fills a store and is gone, or opens it.
     *
     * @param arguments fill or open, contender, directory, elements, their size, limit in milliseconds
     * @throws Exception if it fails
     */
    public static void main(String[] arguments) throws Exception {
        Contender contender = Contenders.named(arguments[1]);
        Path directory = Path.of(arguments[2]);
        long elements = Long.parseLong(arguments[3]);
        int size = Integer.parseInt(arguments[4]);
        if (arguments[0].equals("fill")) {
            fill(contender, directory, elements, size, Long.parseLong(arguments[5]));
        } else {
            open(contender, directory, elements, size);
        }
    }

    private static void fill(Contender contender, Path directory, long elements, int size, long limitMillis)
            throws Exception {
        Store store = contender.opener().open(directory);
        Bodies bodies = new Bodies(size);
        long until = System.nanoTime() + limitMillis * 1_000_000;
        long done = 0;
        while (done < elements && System.nanoTime() < until) {
            store.appendAll(bodies.make(0, done, 100));
            done += 100;
        }
        say("elements", done);
        say("memory", memory());
        if (contender.promise() == Promise.PROCESS) {
            store.close();
        }
        System.out.flush();
        Runtime.getRuntime().halt(0); // as if it were killed
    }

    private static void open(Contender contender, Path directory, long elements, int size) throws Exception {
        long began = System.nanoTime();
        Store store = contender.opener().open(directory);
        Bodies.Check check = new Bodies.Check(size);
        long[] first = new long[1];
        store.scan(body -> {
            if (first[0] == 0) {
                first[0] = System.nanoTime();
                say("memory", memory());
            }
            check.accept(body);
        });
        check.expect(elements);
        say("millis", (first[0] - began) / 1_000_000);
        System.out.flush();
        Runtime.getRuntime().halt(0);
    }

    private static void say(String figure, long value) {
        System.out.println("figure " + figure + " " + value);
    }

    @SuppressWarnings("SystemGc")
    private static long memory() {
        for (int i = 0; i < 3; i++) {
            System.gc();
        }
        try {
            return Files.readAllLines(Path.of("/proc/self/status")).stream()
                    .filter(line -> line.startsWith("RssAnon:"))
                    .mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", "")) * 1024)
                    .findAny()
                    .orElse(0);
        } catch (IOException e) {
            Runtime runtime = Runtime.getRuntime();
            return runtime.totalMemory() - runtime.freeMemory();
        }
    }
}
