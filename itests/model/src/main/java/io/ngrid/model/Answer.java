package io.ngrid.model;

import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What TLC said.
 *
 * @param states states generated
 * @param distinct different ones among them, 0 if not counted
 * @param depth greatest depth, 0 if not counted
 * @param violation the invariant that is violated, or null
 * @param finished whether it came to its end within its time
 * @param error what went wrong in the run itself, or null
 */
record Answer(
        long states,
        long distinct,
        long depth,
        @Nullable String violation,
        boolean finished,
        @Nullable String error) {
    private static final Pattern VIOLATED = Pattern.compile("Error: Invariant (\\w+) is violated.*");
    private static final Pattern COUNTED = Pattern.compile(
            "(?:Progress\\(\\d+\\) .*: )?([\\d,]+) states generated.*?, ([\\d,]+) distinct states found.*");
    private static final Pattern WALKED =
            Pattern.compile("(?:The number of states generated: ([\\d,]+)|Progress: ([\\d,]+) states checked.*)");
    private static final Pattern DEPTH =
            Pattern.compile("(?:The depth of the complete state graph search is (\\d+).*|Progress\\((\\d+)\\).*)");

    private static final int TIME_UP = -1;
    private static final int SAFETY_VIOLATED = 12;

    static Answer of(Tlc.Output output) {
        long states = 0;
        long distinct = 0;
        long depth = 0;
        String violation = null;
        for (String line : output.lines()) {
            Matcher matcher = VIOLATED.matcher(line);
            if (matcher.matches()) {
                violation = matcher.group(1);
            }
            matcher = COUNTED.matcher(line);
            if (matcher.matches()) {
                states = number(matcher, 1);
                distinct = number(matcher, 2);
            }
            matcher = WALKED.matcher(line);
            if (matcher.matches()) {
                states = number(matcher, matcher.group(1) != null ? 1 : 2);
            }
            matcher = DEPTH.matcher(line);
            if (matcher.matches()) {
                depth = number(matcher, matcher.group(1) != null ? 1 : 2);
            }
        }
        int code = output.exitCode();
        boolean understood = code == 0 || code == TIME_UP || code == SAFETY_VIOLATED && violation != null;
        return new Answer(
                states, distinct, depth, violation, code != TIME_UP, understood ? null : tail(output.lines()));
    }

    private static long number(Matcher matcher, int group) {
        return Long.parseLong(matcher.group(group).replace(",", ""));
    }

    private static String tail(List<String> lines) {
        List<String> errors = lines.stream()
                .filter(line -> !line.contains("Semantic processing") && !line.contains("Parsing file"))
                .toList();
        return String.join("\n", errors.subList(Math.max(0, errors.size() - 40), errors.size()));
    }
}
