package io.ngrid.benchmarks;

import io.ngrid.benchmarks.Bodies.Check;
import io.ngrid.benchmarks.Load.Outcome;
import io.ngrid.benchmarks.peers.Contenders;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.HdrHistogram.Histogram;

/**
 * The measurements of stores. Whatever a store was given is read back and compared, in every round; a store that lost,
 * changed or reordered anything ends the run.
 */
final class StorageBench {
    private static final int[] SIZES = {100, 1024};
    private static final int SMALL = 100;
    private static final long CALLS_PER_SECOND = 1000;

    private final Settings settings;
    private final List<Contender> contenders;
    private final Workplace workplace;
    private final Consumer<String> progress;
    private final Map<String, Rounds> appends = new LinkedHashMap<>();

    StorageBench(Settings settings, List<Contender> contenders, Workplace workplace, Consumer<String> progress) {
        this.settings = settings;
        this.contenders = settings.wanted(contenders);
        this.workplace = workplace;
        this.progress = progress;
    }

    /** Measures; each table is handed on once it is there. */
    void run(Consumer<Table> tables) throws Exception {
        if (settings.wants("append")) {
            append(tables);
        }
        if (settings.wants("latency")) {
            tables.accept(latency(1));
            tables.accept(latency(16));
        }
        if (settings.wants("scan")) {
            for (int size : SIZES) {
                tables.accept(scan(size));
            }
        }
        if (settings.wants("cost")) {
            tables.accept(cost());
        }
        if (settings.wants("waiting")) {
            tables.accept(waiting());
        }
    }

    /** Elements a second of each case, for the plot. */
    Map<String, Rounds> appends() {
        return appends;
    }

    private void append(Consumer<Table> tables) throws Exception {
        if (settings.warms()) {
            progress.accept("append: warming up");
            for (Contender contender : contenders) {
                round(contender, new Load(4, SMALL, 1), new Histogram(3));
                round(contender, new Load(1, SMALL, contender.syncingWrites() ? 1 : 100), new Histogram(3));
            }
        }
        for (Load load : settings.loads()) {
            tables.accept(append(load));
        }
    }

    private Table append(Load load) throws Exception {
        Rounds rounds = new Rounds();
        Map<Contender, Histogram> latencies = new LinkedHashMap<>();
        for (int round = 0; round < settings.rounds(); round++) {
            progress.accept("append: " + load + ": round " + (round + 1) + " of " + settings.rounds());
            for (Contender contender : contenders) {
                if (load.batch() > 1 && contender.syncingWrites()) {
                    continue; // it has no batches: each element is written by itself, as in the case before
                }
                Histogram all = latencies.computeIfAbsent(contender, c -> new Histogram(3));
                rounds.add(contender, round(contender, load, all));
            }
        }
        appends.put(load.toString(), rounds);
        Table table = new Table(
                "Append, " + load,
                "store",
                "answered means on",
                "elements/s",
                "min .. max",
                "to bare",
                "to Chronicle",
                "call p50 us",
                "p99",
                "p99.9");
        for (Contender contender : rounds.contenders()) {
            Histogram calls = latencies.getOrDefault(contender, new Histogram(3));
            table.row(
                    contender.name(),
                    reached(contender),
                    Table.number(rounds.median(contender)),
                    rounds.spread(contender),
                    Table.number(rounds.ratio(contender, Contenders.BARE)),
                    Table.number(rounds.ratio(contender, Contenders.CHRONICLE)),
                    micros(calls, 50),
                    micros(calls, 99),
                    micros(calls, 99.9));
        }
        return table;
    }

    private double round(Contender contender, Load load, Histogram latencies) throws Exception {
        Path directory = workplace.fresh();
        try {
            Outcome outcome;
            try (Store store = contender.opener().open(directory)) {
                store.append(
                        new Bodies(load.size()).make(-1, 0)); // its first file is made, outside of what is measured
                outcome = load.during(store, settings.round());
            }
            latencies.add(outcome.latencies());
            verify(contender, directory, load.size(), 1 + outcome.elements());
            return outcome.perSecond();
        } finally {
            Workplace.delete(directory);
        }
    }

    /** Opens it and reads all; returns how long the opening took, in nanoseconds. */
    private static long verify(Contender contender, Path directory, int size, long elements) throws Exception {
        Check check = new Check(size);
        long began = System.nanoTime();
        try (Store store = contender.opener().open(directory)) {
            long opened = System.nanoTime();
            store.scan(check);
            check.expect(elements);
            return opened - began;
        } catch (IllegalStateException e) {
            throw new IllegalStateException(contender + " does not keep what it is given: " + e.getMessage(), e);
        }
    }

    private Table latency(int threads) throws Exception {
        Load load = new Load(threads, SMALL, 1);
        Table table = new Table(
                "Latency of an append that is due at a fixed rate, " + load + ", " + CALLS_PER_SECOND
                        + " a second, in us",
                "store",
                "answered means on",
                "p50",
                "p99",
                "p99.9",
                "max");
        Map<Contender, Histogram> latencies = new LinkedHashMap<>();
        for (int round = 0; round < settings.rounds(); round++) {
            progress.accept("latency: " + load + ": round " + (round + 1) + " of " + settings.rounds());
            for (Contender contender : contenders) {
                Path directory = workplace.fresh();
                try (Store store = contender.opener().open(directory)) {
                    load.during(store, settings.round().dividedBy(2)); // files are made, code is compiled
                    Outcome outcome =
                            load.paced(store, settings.paced().dividedBy(settings.rounds()), CALLS_PER_SECOND);
                    latencies.computeIfAbsent(contender, c -> new Histogram(3)).add(outcome.latencies());
                } finally {
                    Workplace.delete(directory);
                }
            }
        }
        latencies.forEach((contender, calls) -> table.row(
                contender.name(),
                reached(contender),
                micros(calls, 50),
                micros(calls, 99),
                micros(calls, 99.9),
                micros(calls, 100)));
        return table;
    }

    private Table scan(int size) throws Exception {
        Map<Contender, Path> filled = new LinkedHashMap<>();
        Map<Contender, Long> elements = new LinkedHashMap<>();
        try {
            for (Contender contender : Contenders.unlike(contenders)) {
                progress.accept("scan: " + size + " B: filling " + contender);
                Path directory = workplace.fresh();
                filled.put(contender, directory);
                try (Store store = contender.opener().open(directory)) {
                    elements.put(contender, fill(store, size, settings.scanned() / size));
                }
            }
            Rounds rounds = new Rounds();
            Rounds openings = new Rounds();
            for (int round = 0; round < settings.rounds(); round++) {
                progress.accept("scan: " + size + " B: round " + (round + 1) + " of " + settings.rounds());
                for (Map.Entry<Contender, Path> entry : filled.entrySet()) {
                    Contender contender = entry.getKey();
                    long began = System.nanoTime();
                    long opening = verify(contender, entry.getValue(), size, elements.getOrDefault(contender, 0L));
                    openings.add(contender, opening / 1e6);
                    rounds.add(contender, elements.getOrDefault(contender, 0L) * 1e9 / (System.nanoTime() - began));
                }
            }
            Table table = new Table(
                    "Open and read all, " + size + " B, files in the page cache, every element checked",
                    "store",
                    "elements",
                    "elements/s",
                    "min .. max",
                    "MB/s of elements",
                    "of it opening ms",
                    "to bare");
            for (Contender contender : rounds.contenders()) {
                table.row(
                        contender.name(),
                        Table.number(elements.getOrDefault(contender, 0L)),
                        Table.number(rounds.median(contender)),
                        rounds.spread(contender),
                        Table.number(rounds.median(contender) * size / 1e6),
                        Table.number(openings.median(contender)),
                        Table.number(rounds.ratio(contender, Contenders.BARE)));
            }
            return table;
        } finally {
            for (Path directory : filled.values()) {
                Workplace.delete(directory);
            }
        }
    }

    private long fill(Store store, int size, long wanted) throws Exception {
        Bodies bodies = new Bodies(size);
        long until = System.nanoTime() + settings.fillLimit().toNanos();
        long done = 0;
        while (done < wanted && System.nanoTime() < until) {
            store.appendAll(bodies.make(0, done, 100));
            done += 100;
        }
        return done;
    }

    private Table cost() throws Exception {
        Table table = new Table(
                "What an element of 100 B costs: bytes written to the disk and fsyncs an element",
                "store",
                "bytes, 1 thread",
                "fsyncs, 1 thread",
                "bytes, 16 threads",
                "fsyncs, 16 threads",
                "bytes, batches of 100",
                "fsyncs, batches of 100");
        for (Contender contender : contenders) {
            progress.accept("cost: " + contender);
            Cost one = Cost.of(contender, new Load(1, SMALL, 1), settings.counted(), workplace);
            Cost sixteen = Cost.of(contender, new Load(16, SMALL, 1), settings.counted(), workplace);
            Cost batches = Cost.of(contender, new Load(1, SMALL, 100), settings.counted(), workplace);
            table.row(
                    contender.name(),
                    Table.number(one.bytes()),
                    Table.number(one.syncs()),
                    Table.number(sixteen.bytes()),
                    Table.number(sixteen.syncs()),
                    Table.number(batches.bytes()),
                    Table.number(batches.syncs()));
        }
        return table;
    }

    private Table waiting() throws IOException, InterruptedException {
        Table table = new Table(
                "Memory with elements of 100 B waiting, and the start after the process was killed (PROCESS: closed)",
                "store",
                "waiting",
                "more memory MiB",
                "elements at start",
                "start s",
                "memory after it MiB");
        List<Contender> started = new ArrayList<>(Contenders.unlike(contenders));
        started.addAll(settings.wanted(List.of(Contenders.NODE)));
        for (Contender contender : started) {
            progress.accept("waiting: " + contender);
            Waiting waiting = new Waiting(contender, SMALL, settings.fillLimit(), workplace);
            Waiting.Figures figures = waiting.measure(settings.waiting(), settings.restarted());
            table.row(
                    contender.name(),
                    Table.number(figures.waiting()),
                    Table.number(figures.moreMemory() / 1048576.0),
                    Table.number(figures.restarted()),
                    Table.number(figures.startMillis() / 1000.0),
                    Table.number(figures.memoryAfterStart() / 1048576.0));
        }
        return table;
    }

    private static String reached(Contender contender) {
        return switch (contender.promise()) {
            case DISK -> "the disk";
            case SYSTEM -> "the system";
            case PROCESS -> "nothing yet";
        };
    }

    private static String micros(Histogram calls, double percentile) {
        return Table.number(calls.getValueAtPercentile(percentile) / 1000.0);
    }
}
