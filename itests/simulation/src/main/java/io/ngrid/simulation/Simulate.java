package io.ngrid.simulation;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** Runs seeds, one worker a processor, until all have run, time is up, or one has failed. */
public final class Simulate {
    private static final String USAGE =
            "usage: simulate --seeds A-B | --seed S [--trace] [--minutes M] [--nodes N] [--quorum W|majority]"
                    + " [--keep-going]";

    private final boolean keepsGoing;
    private final long to;
    private final Options options;
    private final boolean traced;
    private final long endNanos;
    private final AtomicLong next;
    private final List<String> fixed;
    private long seeds;
    private long digest;
    private long nanos;
    private long faults;
    private long operations;
    private final Elections elections = new Elections();
    private Simulation.@Nullable Outcome failed;

    private Simulate(
            long from, long to, Options options, boolean traced, boolean keepsGoing, long minutes, List<String> fixed) {
        this.keepsGoing = keepsGoing;
        this.to = to;
        this.options = options;
        this.traced = traced;
        this.endNanos = System.nanoTime() + Duration.ofMinutes(minutes).toNanos();
        this.next = new AtomicLong(from);
        this.fixed = fixed;
    }

    /**
     * The command.
     *
     * @param arguments see the usage
     */
    public static void main(String[] arguments) throws InterruptedException {
        int status;
        try {
            status = run(arguments) ? 0 : 1;
        } catch (IllegalArgumentException e) {
            System.err.println(e.getMessage());
            System.err.println(USAGE);
            status = 1;
        }
        System.exit(status);
    }

    /**
     * The command, within a program that goes on.
     *
     * @param arguments as of {@link #main}
     * @return whether all seeds passed
     * @throws IllegalArgumentException if the arguments make no sense
     */
    public static boolean run(String... arguments) throws InterruptedException {
        return parse(arguments).run();
    }

    private static Simulate parse(String[] arguments) {
        long from = 1;
        long to = 1_000;
        long minutes = 24 * 60;
        int nodes = 0;
        int quorum = -1;
        boolean traced = false;
        boolean keepsGoing = false;
        List<String> fixed = new ArrayList<>();
        for (int i = 0; i < arguments.length; i++) {
            String name = arguments[i];
            if (name.equals("--trace") || name.equals("--keep-going")) {
                traced |= name.equals("--trace");
                keepsGoing |= name.equals("--keep-going");
                continue;
            }
            if (i + 1 == arguments.length) {
                throw new IllegalArgumentException(name + " needs a value");
            }
            String value = arguments[++i];
            switch (name) {
                case "--seeds" -> {
                    int dash = value.indexOf('-', 1);
                    from = number(name, dash < 0 ? value : value.substring(0, dash));
                    to = dash < 0 ? from : number(name, value.substring(dash + 1));
                }
                case "--seed" -> {
                    from = number(name, value);
                    to = from;
                }
                case "--minutes" -> minutes = number(name, value);
                case "--nodes" -> {
                    nodes = (int) number(name, value);
                    fixed.add(name + " " + value);
                }
                case "--quorum" -> {
                    quorum = value.equals("majority") ? 0 : (int) number(name, value);
                    fixed.add(name + " " + value);
                }
                default -> throw new IllegalArgumentException("unknown option " + name);
            }
        }
        if (to < from || minutes < 1) { // nothing would be run, and so nothing fail
            throw new IllegalArgumentException("no seed in --seeds " + from + "-" + to + " --minutes " + minutes);
        }
        if (quorum > 0 && nodes == 0) {
            throw new IllegalArgumentException("--quorum " + quorum + " needs --nodes");
        }
        return new Simulate(
                from, to, new Options(nodes, quorum, 0, 1, Parts.real()), traced, keepsGoing, minutes, fixed);
    }

    private static long number(String name, String value) {
        try {
            return Long.parseLong(value);
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException(name + " " + value + " is no number", e);
        }
    }

    private boolean run() throws InterruptedException {
        List<Thread> workers = new ArrayList<>();
        int count = traced ? 1 : Runtime.getRuntime().availableProcessors();
        for (int i = 0; i < count; i++) {
            Thread worker = new Thread(this::work, "simulate-" + i);
            worker.start();
            workers.add(worker);
        }
        long shown = System.nanoTime();
        for (Thread worker : workers) {
            while (worker.isAlive()) {
                worker.join(1_000);
                if (System.nanoTime() - shown > 10_000_000_000L) {
                    shown = System.nanoTime();
                    System.out.println("simulate: " + figures());
                }
            }
        }
        return report();
    }

    private void work() {
        while (true) {
            long seed = next.getAndIncrement();
            if (seed > to || isOver()) {
                return;
            }
            Simulation.Outcome outcome;
            try {
                outcome = Simulation.run(seed, options, traced ? System.out::println : null);
            } catch (RuntimeException | Error e) {
                e.printStackTrace();
                outcome = new Simulation.Outcome(
                        seed, 0, 0, 0, 0, Elections.OfRun.NONE, 0, "[simulator]", String.valueOf(e), List.of());
            }
            add(outcome);
        }
    }

    private synchronized boolean isOver() {
        return (failed != null && !keepsGoing) || System.nanoTime() - endNanos > 0;
    }

    private synchronized void add(Simulation.Outcome outcome) {
        seeds++;
        digest = outcome.digest();
        nanos += outcome.nanos();
        faults += outcome.faults();
        operations += outcome.operations();
        elections.add(outcome.elections());
        if (outcome.rule() != null && keepsGoing) {
            System.out.println("seed " + outcome.seed() + " breaks " + outcome.rule() + ": " + outcome.message());
        }
        if (outcome.rule() != null && (failed == null || outcome.seed() < failed.seed())) {
            failed = outcome;
        }
    }

    private synchronized String figures() {
        return "seeds=" + seeds + " hours=" + String.format("%.2f", nanos / 3.6e12) + " faults=" + faults
                + " operations=" + operations;
    }

    private synchronized boolean report() {
        Simulation.Outcome bad = failed;
        if (traced) {
            System.out.println("digest=" + digest);
        }
        elections.lines().forEach(line -> System.out.println("simulate: " + line));
        if (bad == null) {
            System.out.println("simulate: PASS " + figures());
            return true;
        }
        bad.last().forEach(System.out::println);
        System.out.println("seed " + bad.seed() + " breaks " + bad.rule() + ": " + bad.message());
        System.out.println("simulate: FAIL seed=" + bad.seed() + " rule=" + bad.rule() + " replay=\""
                + String.join(" ", replay(bad.seed())) + "\"");
        return false;
    }

    private List<String> replay(long seed) {
        List<String> words = new ArrayList<>(List.of("itests/bin/simulate", "--seed", String.valueOf(seed)));
        words.addAll(fixed);
        words.add("--trace");
        return words;
    }
}
