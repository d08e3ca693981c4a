package io.ngrid.simulation;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** How elections went in the quiet after the faults, over many runs. Times are in election time-outs. */
final class Elections {
    /**
     * The elections of one run; NaN and 0 stand for one that did not take place.
     *
     * @param afterFaults from the end of the faults to a leader with followers, if there was none
     * @param silent whether the leader that died then lost its power, so that nothing but its silence told
     * @param failover from its death to another leader
     * @param messages requests, answers and fetches that this took
     * @param epochs epochs that it took
     */
    record OfRun(double afterFaults, boolean silent, double failover, long messages, long epochs) {
        static final OfRun NONE = new OfRun(Double.NaN, false, Double.NaN, 0, 0);
    }

    private final List<Double> afterFaults = new ArrayList<>();
    private final List<Double> kills = new ArrayList<>();
    private final List<Double> powerCuts = new ArrayList<>();
    private final List<Double> messages = new ArrayList<>();
    private final List<Double> epochs = new ArrayList<>();

    void add(OfRun run) {
        if (!Double.isNaN(run.afterFaults)) {
            afterFaults.add(run.afterFaults);
        }
        if (!Double.isNaN(run.failover)) {
            (run.silent ? powerCuts : kills).add(run.failover);
            messages.add((double) run.messages);
            epochs.add((double) run.epochs);
        }
    }

    /** Some lines for people. */
    List<String> lines() {
        return List.of(
                line("elections after faults, time-outs", afterFaults),
                line("failovers after a kill, time-outs", kills),
                line("failovers after a power cut, time-outs", powerCuts),
                line("messages of a failover", messages),
                line("epochs of a failover", epochs));
    }

    private static String line(String what, List<Double> figures) {
        if (figures.isEmpty()) {
            return what + ": none";
        }
        List<Double> sorted = figures.stream().sorted().toList();
        return String.format(
                Locale.ROOT,
                "%s: n=%d p50=%.2f p99=%.2f max=%.2f",
                what,
                sorted.size(),
                at(sorted, 50),
                at(sorted, 99),
                at(sorted, 100));
    }

    private static double at(List<Double> sorted, int percent) {
        return sorted.get((sorted.size() * percent + 99) / 100 - 1);
    }
}
