package io.ngrid.model;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Puts recorded runs to TLC, all of the same N and W in one process: is every step one that the specification allows? */
final class Replay {
    private static final Pattern PRINTED =
            Pattern.compile("\"(accepted|broken|rejected) (\\d+)(?: (\\d+) has (.*))?\"");
    private static final long LIMIT_SECONDS = 300;
    private static final int STEPS_SHOWN = 8;

    private final Tlc tlc;

    Replay(Tlc tlc) {
        this.tlc = tlc;
    }

    /**
     * What came of one run.
     *
     * @param run the run
     * @param accepted whether all of it is allowed, and no invariant is broken at its end
     * @param at number of the step that is not allowed, from 1; 0 if there is none
     * @param result in words
     */
    record Judgement(RecordedRun run, boolean accepted, int at, String result) {
        /** Name of the step that is not allowed, or nothing. */
        String rejectedStep() {
            return at == 0 ? "" : Steps.name(run.steps().get(at - 1));
        }

        @Override
        public String toString() {
            return "seed " + run.seed() + ", N=" + run.nodes() + " W=" + run.quorum() + ": " + result;
        }
    }

    /** Judges runs, and returns the judgements in their order. */
    List<Judgement> judge(List<RecordedRun> runs) throws IOException, InterruptedException {
        Map<RecordedRun, Judgement> judgements = new HashMap<>();
        for (List<RecordedRun> alike : runs.stream()
                .collect(Collectors.groupingBy(run -> List.of(run.nodes(), run.quorum())))
                .values()) {
            Tlc.Output output = tlc.run(module(alike), configuration(alike), List.of("-fp", "0"), LIMIT_SECONDS);
            for (int i = 0; i < alike.size(); i++) {
                judgements.put(alike.get(i), judgement(alike.get(i), i + 1, output));
            }
        }
        List<Judgement> inOrder = new ArrayList<>();
        runs.forEach(run -> inOrder.add(judgements.get(run)));
        return inOrder;
    }

    private static Judgement judgement(RecordedRun run, int number, Tlc.Output output) {
        for (String line : output.lines()) {
            Matcher matcher = PRINTED.matcher(line);
            if (matcher.matches() && Integer.parseInt(matcher.group(2)) == number) {
                return judgement(run, matcher);
            }
        }
        return new Judgement(run, false, 0, "TLC came to no judgement:\n" + String.join("\n", output.lines()));
    }

    private static Judgement judgement(RecordedRun run, Matcher printed) {
        if (printed.group(1).equals("accepted")) {
            return new Judgement(run, true, 0, run.steps().size() + " steps allowed, up to " + run.end());
        }
        if (printed.group(1).equals("broken")) {
            return new Judgement(run, false, 0, "all steps are allowed, but an invariant is broken behind the last");
        }
        int at = Integer.parseInt(printed.group(3));
        String before = String.join("\n    ", run.steps().subList(Math.max(0, at - STEPS_SHOWN), at));
        return new Judgement(
                run,
                false,
                at,
                "step " + at + " of " + run.steps().size()
                        + " is not allowed, the last of these (NGridSteps.tla):\n    "
                        + before + "\n  The specification has " + printed.group(4)
                        + "\n  Again: itests/bin/model --replay "
                        + run.seed() + " --trace");
    }

    private static String module(List<RecordedRun> runs) {
        return "---- MODULE Run ----\nEXTENDS NGridTrace\nRuns == <<\n"
                + runs.stream()
                        .map(run -> "<<\n" + String.join(",\n", run.steps()) + ">>")
                        .collect(Collectors.joining(",\n"))
                + ">>\nRunInit == TraceInit(Runs)\nRunNext == TraceNext(Runs)\n====\n";
    }

    private static String configuration(List<RecordedRun> runs) {
        RecordedRun first = runs.get(0);
        String nodes = IntStream.rangeClosed(1, first.nodes())
                .mapToObj(i -> "\"node-" + i + "\"")
                .collect(Collectors.joining(", ", "{", "}"));
        long epochs = runs.stream().mapToLong(RecordedRun::highestEpoch).max().orElse(1);
        return "CONSTANTS\n  Node = " + nodes + "\n  W = " + first.quorum() + "\n  MaxEpoch = " + epochs
                + "\n  MaxLen = 0\n  Parts = {\"late\", \"fetches\"}\n  Mutant = \"none\"\n"
                + "INIT RunInit\nNEXT RunNext\nVIEW Place\nCHECK_DEADLOCK FALSE\n"
                + "INVARIANT OneLeaderAnEpoch\nINVARIANT Linearizable\n";
    }
}
