package io.ngrid.simulation.check;

import io.ngrid.simulation.check.Finding.Kind;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Whether queues and maps may behave as a history shows: queues first in, first out ({@link QueueRules}), each key of a map
 * linearizable ({@link Search}), each session's writes in their order over all of them ({@link Spans}).
 */
public final class Checker {
    private static final int MAX_STATES = 400_000;

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
            findings.addAll(new QueueRules(queue.name(), queue.capacity(), spans.of(queue.name())).check());
        }
        for (String map : history.maps()) {
            Map<String, List<Timed>> keys = new LinkedHashMap<>();
            spans.of(map)
                    .forEach(call -> keys.computeIfAbsent(Spans.place(call), k -> new ArrayList<>())
                            .add(call));
            keys.forEach(this::key);
        }
    }

    private void key(String key, List<Timed> calls) {
        Map<Long, Long> versions = new HashMap<>();
        Map<Long, Long> values = new HashMap<>();
        for (Timed call : calls) {
            Call.Outcome outcome = call.call.outcome();
            long value = outcome instanceof Call.Value found
                    ? found.value()
                    : outcome instanceof Call.Previous found ? found.value() : 0;
            long version = outcome instanceof Call.Value found
                    ? found.version()
                    : outcome instanceof Call.Previous found ? found.version() : 0;
            Long other = value == 0 ? null : versions.put(value, version);
            if (other != null && other != version) {
                findings.add(new Finding(
                        Kind.VERSION,
                        key,
                        "value " + value + " has version " + other + ", and in " + call + " another"));
                return;
            }
            Long namesake = value == 0 ? null : values.put(version, value);
            if (namesake != null && namesake != value) {
                findings.add(new Finding(
                        Kind.VERSION, key, "in " + call + " value " + value + " has the version of value " + namesake));
                return;
            }
        }
        List<Timed> sorted = sorted(calls);
        search(key, sorted, new MapMachine(sorted, versions));
    }

    private static List<Timed> sorted(List<Timed> calls) {
        return calls.stream()
                .sorted(Comparator.comparingLong((Timed call) -> call.earliest)
                        .thenComparingLong(call -> call.call.number()))
                .toList();
    }

    private void search(String object, List<Timed> calls, Machine machine) {
        Search search = new Search(calls, machine, MAX_STATES);
        Search.Verdict verdict = search.run();
        if (verdict != Search.Verdict.FOUND) {
            StringBuilder text = new StringBuilder(
                    "no order of the calls explains what they were told; the longest that was tried could go on with none of");
            search.stuck()
                    .forEach(call ->
                            text.append(System.lineSeparator()).append("  ").append(call));
            findings.add(new Finding(
                    verdict == Search.Verdict.NONE ? Kind.NOT_LINEARIZABLE : Kind.UNDECIDED, object, text.toString()));
        }
    }
}
