package io.ngrid.model;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * {@code itests/bin/model [--deep] [--only TEXT]}: the checks as a table; or {@code --replay A-B}: simulated runs against the
 * specification. Exit code 0 if all pass.
 */
public final class Model {
    private static final int HEAP_MEGABYTES = 512;
    private static final int DEEP_HEAP_MEGABYTES = 1_200;

    private final boolean deep;
    private final String only;

    private Model(boolean deep, String only) {
        this.deep = deep;
        this.only = only;
    }

    /**
     * Runs the checks.
     *
     * @param arguments {@code --deep}: an hour instead of two minutes; {@code --only TEXT}: lines with that text only;
     *     {@code --replay A-B}: instead of checks, seeds of simulated runs; {@code --trace}: what they do, message by message
     * @throws Exception if a run cannot be started
     */
    public static void main(String[] arguments) throws Exception {
        boolean deep = false;
        String only = "";
        String replay = "";
        RecordedRun.Traffic traffic = RecordedRun.Traffic.LITTLE;
        boolean traced = false;
        for (int i = 0; i < arguments.length; i++) {
            if (arguments[i].equals("--deep")) {
                deep = true;
            } else if (arguments[i].equals("--only") && i + 1 < arguments.length) {
                only = arguments[++i];
            } else if (arguments[i].equals("--replay") && i + 1 < arguments.length) {
                replay = arguments[++i];
            } else if (arguments[i].equals("--traffic")) {
                traffic = RecordedRun.Traffic.MUCH;
            } else if (arguments[i].equals("--trace")) {
                traced = true;
            } else {
                System.err.println("model: " + arguments[i]
                        + " is not allowed: --deep, --only TEXT, --replay A-B [--traffic] [--trace], or nothing");
                System.exit(2);
            }
        }
        if (!replay.isEmpty()) {
            System.exit(Replays.run(replay, traffic, traced, new Tlc(HEAP_MEGABYTES)));
        }
        System.exit(new Model(deep, only).run() ? 0 : 1);
    }

    private boolean run() throws InterruptedException, ExecutionException {
        long begin = System.nanoTime();
        SpecificationCheck specification = new SpecificationCheck(new Tlc(deep ? DEEP_HEAP_MEGABYTES : HEAP_MEGABYTES));
        List<Check> checks = new ArrayList<>(Checks.quick());
        if (deep) {
            checks.addAll(Checks.deep());
        }
        checks.removeIf(check -> !(check.name() + " " + check.bounds()).contains(only));
        System.out.println(Verdict.header());
        ExecutorService executor =
                Executors.newFixedThreadPool(Math.min(2, Runtime.getRuntime().availableProcessors()));
        try {
            List<Future<Verdict>> verdicts = checks.stream()
                    .map(check -> executor.submit(() -> specification.run(check)))
                    .toList();
            return report(verdicts, begin);
        } finally {
            executor.shutdownNow();
        }
    }

    private static boolean report(List<Future<Verdict>> verdicts, long begin)
            throws InterruptedException, ExecutionException {
        int failed = 0;
        long states = 0;
        for (Future<Verdict> future : verdicts) {
            Verdict verdict = future.get();
            System.out.println(verdict);
            failed += verdict.passed() ? 0 : 1;
            states += verdict.states();
        }
        boolean passed = failed == 0 && !verdicts.isEmpty();
        System.out.printf(
                "model: %s checks=%d failed=%d states=%d seconds=%d%n",
                passed ? "PASS" : "FAIL",
                verdicts.size(),
                failed,
                states,
                (System.nanoTime() - begin) / 1_000_000_000L);
        return passed;
    }
}
