package io.ngrid.simulation.check;

import io.ngrid.simulation.check.Call.Previous;
import io.ngrid.simulation.check.Finding.Kind;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Narrows down when calls took effect: a value was written before it was seen, seen before it was replaced, and a session's
 * writes keep their order, over all queues and maps. What follows is necessary, so a call without any time left is a
 * finding.
 */
final class Spans {
    private record Edge(Timed before, Timed after) {}

    private final List<Timed> all = new ArrayList<>();
    private final Map<Long, Call> asked = new HashMap<>();
    private final Map<Long, String> places = new HashMap<>();
    private final Map<Long, Timed> writers = new HashMap<>();
    private final List<Edge> edges = new ArrayList<>();
    private final Collection<List<Timed>> sessions;
    private final List<Finding> findings = new ArrayList<>();

    Spans(History history) {
        Map<String, List<Timed>> bySession = new LinkedHashMap<>();
        for (Call call : history.calls()) {
            for (Timed.Sight written : Timed.writing(call)) {
                long value = written.value();
                if (value < 1 || asked.put(value, call) != null) {
                    throw new IllegalArgumentException("value " + value + " is not a new one in call " + call.number());
                }
                places.put(value, written.place());
            }
            if (Timed.matters(call)) {
                Timed timed = new Timed(call);
                all.add(timed);
                timed.written().forEach(value -> writers.put(value, timed));
                bySession
                        .computeIfAbsent(call.session(), s -> new ArrayList<>())
                        .add(timed);
            }
        }
        sessions = bySession.values();
    }

    /** Narrows all down; returns what is impossible. */
    List<Finding> narrow() {
        written();
        if (findings.isEmpty()) {
            spread(false);
            empty(Kind.INVENTED);
        }
        if (findings.isEmpty()) {
            replaced();
            spread(false);
            empty(Kind.STALE_READ);
        }
        if (findings.isEmpty()) {
            spread(true);
            empty(Kind.SESSION_ORDER);
        }
        all.removeIf(call -> call.earliest > call.latest); // it was not executed then
        return findings;
    }

    /** Calls of a queue or map, in the order of their invocations. */
    List<Timed> of(String name) {
        return all.stream()
                .filter(call -> call.call.operation().name().equals(name))
                .toList();
    }

    /** A value that was seen was written, so its writer took effect, and before. */
    private void written() {
        for (Timed call : all) {
            for (Timed.Sight sight : call.sights()) {
                long value = sight.value();
                Timed writer = writers.get(value);
                if (writer == null || !sight.place().equals(places.get(value))) {
                    Call by = asked.get(value);
                    found(
                            Kind.INVENTED,
                            call,
                            "value " + value + " was "
                                    + (by == null ? "never written" : "written by " + new Timed(by)));
                } else if (writer != call) {
                    writer.certain = true;
                    edges.add(new Edge(writer, call));
                }
            }
        }
    }

    /** Whoever saw a map's value did so before it was replaced. */
    private void replaced() {
        Map<Long, Timed> replacers = new HashMap<>();
        for (Timed call : all) {
            if (call.call.outcome() instanceof Previous previous && previous.done() && previous.value() != 0) {
                Timed other = replacers.put(previous.value(), call);
                if (other != null) {
                    found(Kind.LOST_UPDATE, call, "value " + previous.value() + " was replaced already by " + other);
                }
            }
        }
        for (Timed call : all) {
            for (long value : call.seen()) {
                Timed replacer = replacers.get(value);
                if (replacer != null && replacer != call) {
                    edges.add(new Edge(call, replacer));
                }
            }
        }
    }

    private void spread(boolean withSessions) {
        boolean changed = true;
        while (changed) {
            changed = false;
            for (Edge edge : edges) {
                changed |= raise(edge.after, edge.before.earliest);
                changed |= lower(edge.before, edge.after.latest);
            }
            if (withSessions) {
                for (List<Timed> session : sessions) {
                    changed |= inOrder(session);
                }
            }
        }
    }

    /** As {@link Timed#isBefore}. */
    private static boolean inOrder(List<Timed> session) {
        boolean changed = false;
        long earliest = Long.MIN_VALUE; // of what comes next
        long earliestWrite = Long.MIN_VALUE;
        for (Timed call : session) {
            if (call.ordered) {
                changed |= raise(call, call.write ? earliestWrite : earliest);
                earliestWrite = call.certain && call.write ? Math.max(earliestWrite, call.earliest) : earliestWrite;
                earliest = call.answered && call.write ? Math.max(earliest, call.earliest) : earliest;
            }
        }
        long latest = Call.NEVER;
        long latestWrite = Call.NEVER;
        for (int i = session.size() - 1; i >= 0; i--) {
            Timed call = session.get(i);
            if (call.ordered) {
                changed |= call.write && lower(call, call.answered ? latest : latestWrite);
                latest = call.certain ? Math.min(latest, call.latest) : latest;
                latestWrite = call.certain && call.write ? Math.min(latestWrite, call.latest) : latestWrite;
            }
        }
        return changed;
    }

    private static boolean raise(Timed call, long earliest) {
        boolean changed = call.earliest < earliest;
        call.earliest = Math.max(call.earliest, earliest);
        return changed;
    }

    private static boolean lower(Timed call, long latest) {
        boolean changed = call.latest > latest;
        call.latest = Math.min(call.latest, latest);
        return changed;
    }

    private void empty(Kind kind) {
        for (Timed call : all) {
            if (call.certain && call.earliest > call.latest) {
                found(
                        kind,
                        call,
                        "it can have taken effect at no time: not before " + call.earliest + " and not after "
                                + call.latest + " ns, by what other calls were told");
            }
        }
    }

    private void found(Kind kind, Timed call, String text) {
        findings.add(new Finding(kind, call.place(), call + ": " + text));
    }
}
