package io.ngrid.node.client;

import java.util.Comparator;
import java.util.List;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** All pending calls, in the order in which time will be up for them. Every call is in it exactly once until it ends. */
final class Agenda {
    private static final Comparator<Pending<?>> ORDER = (a, b) -> {
        int order = Long.compare(a.due - b.due, 0); // monotonic times wrap around
        return order != 0 ? order : Long.compare(a.id, b.id);
    };

    private final TreeSet<Pending<?>> byDue = new TreeSet<>(ORDER);

    void add(Pending<?> call, long due) {
        call.due = due;
        if (!byDue.add(call)) {
            throw new IllegalStateException("call " + call.id + " is on the agenda twice");
        }
    }

    void move(Pending<?> call, long due) {
        remove(call);
        add(call, due);
    }

    void remove(Pending<?> call) {
        if (!byDue.remove(call)) {
            throw new IllegalStateException("call " + call.id + " is not on the agenda");
        }
    }

    @Nullable
    Pending<?> firstDue(long now) {
        return !byDue.isEmpty() && byDue.first().due - now <= 0 ? byDue.first() : null;
    }

    long earlier(long than) {
        return !byDue.isEmpty() && byDue.first().due - than < 0 ? byDue.first().due : than;
    }

    List<Pending<?>> all() {
        return List.copyOf(byDue);
    }

    int size() {
        return byDue.size();
    }
}
