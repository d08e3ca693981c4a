package io.ngrid.model;

/**
 * What came of a check, as a line of the table.
 *
 * @param name what was checked
 * @param bounds its bounds
 * @param states states generated
 * @param distinct different ones among them, 0 if not counted
 * @param nanos time that it took
 * @param passed whether it came out as it must
 * @param result what came out
 */
record Verdict(String name, String bounds, long states, long distinct, long nanos, boolean passed, String result) {
    static String header() {
        return String.format(
                "%-28s %-66s %11s %10s %7s  %s", "check", "bounds", "states", "distinct", "time", "result");
    }

    @Override
    public String toString() {
        return String.format(
                "%-28s %-66s %,11d %10s %5.1f s  %s%s",
                name,
                bounds,
                states,
                distinct == 0 ? "-" : String.format("%,d", distinct),
                nanos / 1e9,
                passed ? "" : "FAIL: ",
                result);
    }
}
