package io.ngrid.model;

import io.ngrid.simulation.Parts;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** {@code itests/bin/model --replay A-B [--traffic] [--trace]}: seeds of simulated runs against the specification. */
final class Replays {
    /** So many runs are recorded before they are judged: memory is bounded. */
    private static final int AT_ONCE = 20;

    private static final Pattern RANGE = Pattern.compile("(\\d{1,18})(?:-(\\d{1,18}))?");

    private Replays() {}

    /** Returns the exit code. */
    static int run(String seeds, RecordedRun.Traffic traffic, boolean traced, Tlc tlc)
            throws IOException, InterruptedException {
        Matcher range = RANGE.matcher(seeds);
        if (!range.matches()) {
            System.err.println("model: --replay " + seeds + " is not allowed: a seed, or a range of them, as 1-20");
            return 2;
        }
        long from = Long.parseLong(range.group(1));
        return run(from, range.group(2) == null ? from : Long.parseLong(range.group(2)), traffic, traced, tlc) ? 0 : 1;
    }

    private static boolean run(long from, long to, RecordedRun.Traffic traffic, boolean traced, Tlc tlc)
            throws IOException, InterruptedException {
        long begin = System.nanoTime();
        Replay replay = new Replay(tlc);
        Map<String, Long> kinds = new TreeMap<>();
        int replayed = 0;
        int failed = 0;
        for (long first = from; first <= to; first += AT_ONCE) {
            List<RecordedRun> runs = new ArrayList<>();
            for (long seed = first; seed <= Math.min(to, first + AT_ONCE - 1); seed++) {
                runs.add(RecordedRun.of(seed, traffic, Parts.real(), traced ? System.out::println : null));
            }
            for (Replay.Judgement judgement : replay.judge(runs)) {
                System.out.println(judgement);
                replayed++;
                failed += judgement.accepted() ? 0 : 1;
                judgement.run().kinds().forEach((kind, steps) -> kinds.merge(kind, steps, Long::sum));
            }
        }
        boolean passed = failed == 0 && replayed > 0;
        System.out.println("steps: "
                + kinds.entrySet().stream()
                        .map(kind -> kind.getKey() + " " + kind.getValue())
                        .collect(Collectors.joining(", ")));
        System.out.printf(
                "model: %s replayed=%d failed=%d steps=%d seconds=%d%n",
                passed ? "PASS" : "FAIL",
                replayed,
                failed,
                kinds.values().stream().mapToLong(Long::longValue).sum(),
                (System.nanoTime() - begin) / 1_000_000_000L);
        return passed;
    }
}
