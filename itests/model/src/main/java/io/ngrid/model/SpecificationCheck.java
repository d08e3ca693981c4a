package io.ngrid.model;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** Puts a check to TLC, and judges what it says. */
final class SpecificationCheck {
    /** Bound of what is to end by itself, on a loaded machine. */
    private static final long LIMIT_SECONDS = 900;

    private final Tlc tlc;

    SpecificationCheck(Tlc tlc) {
        this.tlc = tlc;
    }

    Verdict run(Check check) throws IOException, InterruptedException {
        Tlc.Output output = tlc.run(module(check), configuration(check), arguments(check), limitSeconds(check));
        Answer answer = Answer.of(output);
        boolean mayBeCut = check.search().minutes() > 0;
        String result;
        boolean passed = false;
        if (answer.error() != null) {
            result = "TLC failed:\n" + answer.error();
        } else if (answer.violation() != null) {
            passed = answer.violation().equals(check.violation());
            result = answer.violation() + " violated"
                    + (passed ? ", as it must be" : check.violation() == null ? "" : ", expected " + check.violation());
        } else if (check.violation() != null) {
            result = check.violation() + " not found violated";
        } else if (!answer.finished() && !mayBeCut) {
            result = "not finished within " + limitSeconds(check) + " s";
        } else {
            passed = answer.states() > 0;
            result = "no error" + (answer.finished() ? "" : " so far") + depth(answer);
        }
        if (!passed && answer.violation() != null) {
            result += "\n" + String.join("\n", output.lines());
        }
        return new Verdict(
                check.name(), check.bounds(), answer.states(), answer.distinct(), output.nanos(), passed, result);
    }

    private static String depth(Answer answer) {
        return answer.depth() == 0 ? "" : ", depth " + answer.depth();
    }

    private static long limitSeconds(Check check) {
        int minutes = check.search().minutes();
        return minutes > 0 ? minutes * 60L : LIMIT_SECONDS;
    }

    private static List<String> arguments(Check check) {
        if (check.search() instanceof Check.Search.Walks walks) {
            return List.of(
                    "-simulate",
                    "num=" + walks.number(),
                    "-depth",
                    String.valueOf(walks.depth()),
                    "-seed",
                    String.valueOf(walks.seed()));
        }
        return List.of("-fp", "0");
    }

    private static String module(Check check) {
        boolean directed = !check.script().isEmpty();
        return "---- MODULE Run ----\n"
                + "EXTENDS " + (directed ? "NGridDirected" : "NGrid") + ", TLC\n"
                + "CONSTANTS " + String.join(", ", check.nodeNames()) + "\n"
                + "Symmetry == Permutations(Node)\n"
                + (directed
                        ? "Script == <<\n  " + String.join(",\n  ", check.script()) + ">>\n"
                                + "RunInit == DirectedInit\nRunNext == DirectedNext(Script)\n"
                        : "RunInit == Init\nRunNext == Next\n")
                + "====\n";
    }

    private String configuration(Check check) {
        List<String> lines = new ArrayList<>();
        lines.add("CONSTANTS");
        check.nodeNames().forEach(node -> lines.add("  " + node + " = " + node));
        lines.add("  Node = {" + String.join(", ", check.nodeNames()) + "}");
        lines.add("  W = " + check.quorum());
        lines.add("  MaxEpoch = " + check.epochs());
        lines.add("  MaxLen = " + check.length());
        lines.add("  Parts = {"
                + check.parts().stream().sorted().map(part -> '"' + part + '"').collect(Collectors.joining(", "))
                + "}");
        lines.add("  Mutant = \"" + check.mutant() + "\"");
        lines.add("INIT RunInit");
        lines.add("NEXT RunNext");
        lines.add("CHECK_DEADLOCK FALSE");
        if (!(check.search() instanceof Check.Search.Walks) && check.script().isEmpty()) {
            lines.add("SYMMETRY Symmetry");
        }
        lines.addAll(check.violation() == null ? tlc.invariants() : List.of("INVARIANT " + check.violation()));
        return String.join("\n", lines) + "\n";
    }
}
