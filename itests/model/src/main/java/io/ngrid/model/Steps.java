package io.ngrid.model;

import io.ngrid.api.NodeId;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/** The steps of one run, as {@code NGridSteps.tla} reads them, up to a limit. */
final class Steps {
    private final int limit;
    private final Consumer<String> listener;
    private final List<String> steps = new ArrayList<>();
    private long highestEpoch = 1;
    private String end = "";

    Steps(int limit, Consumer<String> listener) {
        this.limit = limit;
        this.listener = listener;
    }

    /** Adds a step: its name, the node that acts, and numbers, names of nodes, or lists of epochs. */
    void add(String name, NodeId node, Object... values) {
        if (isOver()) {
            return;
        }
        StringBuilder step =
                new StringBuilder("<<\"").append(name).append("\", ").append(text(node));
        for (Object value : values) {
            step.append(", ").append(text(value));
        }
        steps.add(step.append(">>").toString());
        listener.accept("step " + steps.size() + " " + step);
        if (steps.size() >= limit) {
            end("enough steps");
        }
    }

    /** An epoch occurs; the specification is given as many as there are. */
    void epoch(long epoch) {
        if (!isOver()) {
            highestEpoch = Math.max(highestEpoch, epoch);
        }
    }

    /** The rest of the run is not recorded. */
    void end(String reason) {
        if (!isOver()) {
            end = reason;
        }
    }

    private boolean isOver() {
        return !end.isEmpty();
    }

    List<String> list() {
        return List.copyOf(steps);
    }

    long highestEpoch() {
        return highestEpoch;
    }

    /** Why the record ends where it does. */
    String whyItEnds() {
        return isOver() ? end : "the run's end";
    }

    /** The name of a step. */
    static String name(String step) {
        return step.substring(step.indexOf('"') + 1, step.indexOf('"', step.indexOf('"') + 1));
    }

    private static String text(Object value) {
        if (value instanceof List<?> list) {
            return list.stream().map(Steps::text).collect(Collectors.joining(", ", "<<", ">>"));
        }
        return value instanceof Number ? value.toString() : "\"" + value + "\"";
    }
}
