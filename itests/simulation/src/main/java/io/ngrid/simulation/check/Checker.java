package io.ngrid.simulation.check;

import java.util.ArrayList;
import java.util.List;

/**
 * Whether queues and maps may behave as a history shows: queues first in, first out ({@link QueueRules}), each key of a map
 * linearizable and calls of several keys at once ({@link MapRules}), each session's writes in their order over all of them ({@link Spans}).
 */
public final class Checker {
    private final History history;
    private final List<Finding> findings = new ArrayList<>();

    private Checker(History history) {
        this.history = history;
    }

    /**
     * Checks a history.
     *
     * @param history the history
     * @return what is wrong with it
     * @throws IllegalArgumentException if a value was to be written twice: then nothing can be told
     */
    public static List<Finding> check(History history) {
        Checker checker = new Checker(history);
        checker.run();
        return checker.findings;
    }

    private void run() {
        Spans spans = new Spans(history);
        findings.addAll(spans.narrow());
        if (!findings.isEmpty()) {
            return;
        }
        for (History.Queue queue : history.queues()) {
            findings.addAll(new QueueRules(queue, spans.of(queue.name())).check());
        }
        for (String map : history.maps()) {
            findings.addAll(new MapRules(map, spans.of(map)).check());
        }
    }
}
