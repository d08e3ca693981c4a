package io.ngrid.simulation.check;

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

/**
 * One key of a map. Versions are known as far as somebody was told; they rise. Knows from the start by which call a value
 * was replaced, and refuses others.
 */
final class MapMachine implements Machine {
    private static final long NOTHING = 0;

    private record State(long value, long version) {}

    private final List<Timed> calls;
    private final Map<Long, Long> versions;
    private final Map<Long, Integer> replacers = new HashMap<>();
    private final boolean needsPresence;
    private final Deque<State> history = new ArrayDeque<>();
    private State now = new State(NOTHING, 0);

    /**
     * A key without a value.
     *
     * @param calls its calls
     * @param versions versions of values, as far as known
     */
    MapMachine(List<Timed> calls, Map<Long, Long> versions) {
        this.calls = calls;
        this.versions = versions;
        this.needsPresence = calls.stream()
                .anyMatch(call -> !call.answered
                        && call.certain
                        && call.call.operation() instanceof Put put
                        && put.condition() == Call.Condition.PRESENT);
        for (int i = 0; i < calls.size(); i++) {
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
        Timed call = calls.get(i);
        Outcome outcome = call.call.outcome();
        if (outcome instanceof Value value) {
            return value.value() == now.value && stay();
        }
        boolean holds = holds(call.call.operation());
        if (outcome instanceof Previous previous) {
            if (previous.value() != now.value || previous.done() != holds) {
                return false;
            }
            return holds ? replace(i) : stay();
        }
        if (!call.certain && call.call.operation() instanceof Put && !(needsPresence && now.value == NOTHING)) {
            return false; // nobody saw its value, so nobody with an answer replaced it, and others do not need it
        }
        Integer replacer = replacers.get(now.value);
        return holds && (replacer == null || replacer == i) && replace(i);
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

    private boolean stay() {
        history.push(now);
        return true;
    }

    private boolean replace(int i) {
        State next = new State(NOTHING, now.version);
        if (calls.get(i).call.operation() instanceof Put put) {
            Long version = versions.get(put.value());
            if (version != null && version <= now.version) {
                return false;
            }
            next = new State(put.value(), version == null ? now.version : version);
        }
        history.push(now);
        now = next;
        return true;
    }

    @Override
    public void undo() {
        now = history.pop();
    }

    @Override
    public long hash() {
        return now.value * 0x9E3779B97F4A7C15L + now.version;
    }
}
