package io.ngrid.simulation.check;

import io.ngrid.simulation.check.Call.Done;
import io.ngrid.simulation.check.Call.Get;
import io.ngrid.simulation.check.Call.Outcome;
import io.ngrid.simulation.check.Call.Previous;
import io.ngrid.simulation.check.Call.Put;
import io.ngrid.simulation.check.Call.Remove;
import io.ngrid.simulation.check.Call.Value;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;

/**
 * One key of a map. Versions are known as far as somebody was told; they rise. A value that is replaced never comes back. So
 * what cannot lead to the end is refused at once, and not only when nothing fits any more: to replace a value by another
 * call than the one that was told so, or while somebody who was told it is still to come, or by a value that is not the next
 * one by its version.
 */
final class MapMachine implements Machine {
    private static final long NOTHING = 0;

    /** What is there, and how many values with known versions have been written. */
    private record State(long value, int written) {}

    private record Taken(int call, State before) {}

    private final List<Timed> calls;
    private final Map<Long, Long> versions = new HashMap<>();
    private final Map<Long, Integer> replacers = new HashMap<>();

    /** Values with known versions by their versions' order, from 0. */
    private final Map<Long, Integer> places = new HashMap<>();

    /** How many of the calls that were told a value are still to be taken. */
    private final Map<Long, Integer> toCome = new HashMap<>();

    private final boolean needsPresence;
    private final Deque<Taken> history = new ArrayDeque<>();
    private State now = new State(NOTHING, 0);

    /**
     * A key without a value.
     *
     * @param calls its calls
     * @param written its values by their versions, as far as those are known; all of them were written
     */
    MapMachine(List<Timed> calls, SortedMap<Long, Long> written) {
        this.calls = calls;
        this.needsPresence = calls.stream()
                .anyMatch(call -> !call.answered
                        && call.certain
                        && call.call.operation() instanceof Put put
                        && put.condition() == Call.Condition.PRESENT);
        written.forEach((version, value) -> {
            versions.put(value, version);
            places.put(value, places.size());
        });
        for (int i = 0; i < calls.size(); i++) {
            calls.get(i).seen().forEach(value -> toCome.merge(value, 1, Integer::sum));
            Outcome outcome = calls.get(i).call.outcome();
            if (outcome instanceof Previous previous && previous.done() && previous.value() != NOTHING) {
                replacers.put(previous.value(), i);
            }
        }
    }

    @Override
    public long rank(int i) {
        Timed call = calls.get(i);
        if (looks(i)) {
            return 0;
        }
        if (call.call.outcome() instanceof Previous) {
            return 1;
        }
        return call.certain ? 2 + Math.min(call.latest, Long.MAX_VALUE - 10) : Long.MAX_VALUE;
    }

    @Override
    public boolean looks(int i) {
        Timed call = calls.get(i);
        return call.call.operation() instanceof Get
                || call.call.outcome() instanceof Previous previous && !previous.done();
    }

    @Override
    public boolean take(int i) {
        State next = next(i);
        if (next == null) {
            return false;
        }
        history.push(new Taken(i, now));
        calls.get(i).seen().forEach(value -> toCome.merge(value, -1, Integer::sum));
        now = next;
        return true;
    }

    @Override
    public void undo() {
        Taken taken = history.pop();
        calls.get(taken.call).seen().forEach(value -> toCome.merge(value, 1, Integer::sum));
        now = taken.before;
    }

    private @Nullable State next(int i) {
        Timed call = calls.get(i);
        Outcome outcome = call.call.outcome();
        if (outcome instanceof Value value) {
            return value.value() == now.value ? now : null;
        }
        boolean holds = holds(call.call.operation());
        if (outcome instanceof Previous previous) {
            if (previous.value() != now.value || previous.done() != holds) {
                return null;
            }
            return holds ? replaced(i) : now;
        }
        if (outcome instanceof Done && !holds) {
            return now; // a removal that does not tell whether there was anything
        }
        if (!call.certain && call.call.operation() instanceof Put && !(needsPresence && now.value == NOTHING)) {
            return null; // nobody saw its value, so nobody with an answer replaced it, and others do not need it
        }
        return holds ? replaced(i) : null;
    }

    private boolean holds(Call.Operation operation) {
        boolean present = now.value != NOTHING;
        if (operation instanceof Put put) {
            return switch (put.condition()) {
                case ALWAYS -> true;
                case ABSENT -> !present;
                case PRESENT -> present;
                case VERSION -> present && isVersion(put.version());
            };
        }
        return present && (((Remove) operation).version() < 0 || isVersion(((Remove) operation).version()));
    }

    /** A caller knows a version from an answer only. */
    private boolean isVersion(long version) {
        Long known = versions.get(now.value);
        return known != null && known == version;
    }

    private @Nullable State replaced(int i) {
        Integer replacer = replacers.get(now.value);
        int others = toCome.getOrDefault(now.value, 0) - (calls.get(i).seen().contains(now.value) ? 1 : 0);
        if (others > 0 || replacer != null && replacer != i) {
            return null;
        }
        if (!(calls.get(i).call.operation() instanceof Put put)) {
            return new State(NOTHING, now.written);
        }
        Integer place = places.get(put.value());
        if (place == null) {
            return new State(put.value(), now.written);
        }
        return place == now.written ? new State(put.value(), now.written + 1) : null;
    }

    @Override
    public long hash() {
        return now.value * 0x9E3779B97F4A7C15L + now.written;
    }
}
