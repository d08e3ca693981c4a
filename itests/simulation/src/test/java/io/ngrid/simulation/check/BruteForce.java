package io.ngrid.simulation.check;

import io.ngrid.simulation.check.Call.Count;
import io.ngrid.simulation.check.Call.Flag;
import io.ngrid.simulation.check.Call.Get;
import io.ngrid.simulation.check.Call.NotExecuted;
import io.ngrid.simulation.check.Call.Offer;
import io.ngrid.simulation.check.Call.Outcome;
import io.ngrid.simulation.check.Call.Peek;
import io.ngrid.simulation.check.Call.Poll;
import io.ngrid.simulation.check.Call.Previous;
import io.ngrid.simulation.check.Call.Put;
import io.ngrid.simulation.check.Call.Remove;
import io.ngrid.simulation.check.Call.Size;
import io.ngrid.simulation.check.Call.Unknown;
import io.ngrid.simulation.check.Call.Value;
import io.ngrid.simulation.check.Call.Values;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Tries every order of a few calls, over all queues and maps at once, by the definition and nothing else. */
final class BruteForce {
    /** What all queues and maps hold. */
    private record State(Map<String, List<Long>> queues, Map<String, Long> values, Map<String, Long> lastVersions) {}

    /** What a call does and is told. */
    private record Step(State after, Outcome outcome) {}

    private final List<Call> calls;
    private final Map<String, Long> capacities = new HashMap<>();
    private final Map<Long, Long> versions = new HashMap<>();
    private final Set<Object> tried = new HashSet<>();

    private BruteForce(History history) {
        calls = history.calls();
        history.queues().forEach(queue -> capacities.put(queue.name(), queue.capacity()));
    }

    static boolean accepts(History history) {
        BruteForce search = new BruteForce(history);
        return search.versionsAgree() && search.from(new State(Map.of(), Map.of(), Map.of()), 0);
    }

    private boolean versionsAgree() {
        for (Call call : calls) {
            Outcome outcome = call.outcome();
            if (outcome instanceof Value found && !agrees(found.value(), found.version())) {
                return false;
            }
            if (outcome instanceof Previous found && !agrees(found.value(), found.version())) {
                return false;
            }
        }
        return true;
    }

    private boolean agrees(long value, long version) {
        Long other = value == 0 ? null : versions.putIfAbsent(value, version);
        return other == null || other == version;
    }

    private boolean from(State state, long done) {
        boolean complete = true;
        for (int i = 0; i < calls.size(); i++) {
            complete &= (done & 1L << i) != 0 || !isCertain(calls.get(i));
        }
        if (complete) {
            return true;
        }
        if (!tried.add(List.of(state, done))) {
            return false;
        }
        for (int i = 0; i < calls.size(); i++) {
            if ((done & 1L << i) == 0 && mayComeNext(i, done)) {
                Call call = calls.get(i);
                Step step = call.outcome() instanceof NotExecuted ? null : step(state, call);
                boolean fits = step != null
                        && (call.outcome() instanceof Unknown || call.outcome().equals(step.outcome));
                if (step != null && fits && from(step.after, done | 1L << i)) {
                    return true;
                }
            }
        }
        return false;
    }

    private static boolean isCertain(Call call) {
        return !(call.outcome() instanceof Unknown || call.outcome() instanceof NotExecuted);
    }

    private boolean mayComeNext(int i, long done) {
        Call call = calls.get(i);
        for (int k = 0; k < calls.size(); k++) {
            Call other = calls.get(k);
            boolean isDone = (done & 1L << k) != 0;
            if (isDone && (returned(call) < other.invokedNanos() || isBeforeInSession(call, other))) {
                return false; // it would have had to come earlier
            }
            if (!isDone
                    && isCertain(other)
                    && (returned(other) < call.invokedNanos() || isBeforeInSession(other, call))) {
                return false;
            }
        }
        return true;
    }

    private static long returned(Call call) {
        return isCertain(call) ? call.returnedNanos() : Long.MAX_VALUE;
    }

    /** A write takes effect before whatever was invoked after it in its session; one that was given up, before writes. */
    private static boolean isBeforeInSession(Call a, Call b) {
        return a.session().equals(b.session())
                && a.number() < b.number()
                && !looks(a)
                && (isCertain(a) || !looks(b))
                && !waits(a)
                && !waits(b);
    }

    private static boolean looks(Call call) {
        return call.operation() instanceof Get || call.operation() instanceof Peek || call.operation() instanceof Size;
    }

    private static boolean waits(Call call) {
        return call.operation() instanceof Offer offer && offer.waits()
                || call.operation() instanceof Poll poll && poll.waits();
    }

    private @Nullable Step step(State state, Call call) {
        if (call.operation() instanceof Put put) {
            return put(state, put);
        }
        if (call.operation() instanceof Remove remove) {
            long value = value(state, remove.name(), remove.key());
            boolean holds = value != 0 && (remove.version() < 0 || isVersion(value, remove.version()));
            State after = holds ? with(state, remove.name() + "/" + remove.key(), 0, 0) : state;
            return new Step(after, new Previous(holds, value, version(value)));
        }
        if (call.operation() instanceof Get get) {
            long value = value(state, get.name(), get.key());
            return new Step(state, new Value(value, version(value)));
        }
        return queueStep(state, call);
    }

    private @Nullable Step put(State state, Put put) {
        long value = value(state, put.name(), put.key());
        boolean holds = switch (put.condition()) {
            case ALWAYS -> true;
            case ABSENT -> value == 0;
            case PRESENT -> value != 0;
            case VERSION -> value != 0 && isVersion(value, put.version());
        };
        Outcome outcome = new Previous(holds, value, version(value));
        if (!holds) {
            return new Step(state, outcome);
        }
        String place = put.name() + "/" + put.key();
        long version = versions.getOrDefault(put.value(), 0L);
        long last = state.lastVersions.getOrDefault(place, 0L);
        if (version != 0 && version <= last) {
            return null;
        }
        return new Step(with(state, place, put.value(), Math.max(version, last)), outcome);
    }

    private static State with(State state, String place, long value, long version) {
        Map<String, Long> values = new HashMap<>(state.values);
        values.put(place, value);
        Map<String, Long> last = new HashMap<>(state.lastVersions);
        last.merge(place, version, Math::max);
        return new State(state.queues, values, last);
    }

    private static long value(State state, String map, String key) {
        return state.values.getOrDefault(map + "/" + key, 0L);
    }

    private long version(long value) {
        return value == 0 ? 0 : versions.getOrDefault(value, -7L);
    }

    private boolean isVersion(long value, long version) {
        return versions.containsKey(value) && version(value) == version;
    }

    private Step queueStep(State state, Call call) {
        String name = call.operation().name();
        List<Long> before = state.queues.getOrDefault(name, List.of());
        List<Long> after = new ArrayList<>(before);
        Outcome outcome;
        if (call.operation() instanceof Offer offer) {
            boolean fits = before.size() + offer.values().size() <= capacities.get(name);
            if (fits) {
                after.addAll(offer.values());
            }
            outcome = new Flag(fits);
        } else if (call.operation() instanceof Poll poll) {
            List<Long> taken = after.subList(0, Math.min(poll.max(), after.size()));
            outcome = new Values(List.copyOf(taken));
            taken.clear();
        } else if (call.operation() instanceof Peek) {
            outcome = new Values(before.subList(0, Math.min(1, before.size())));
        } else {
            outcome = new Count(before.size());
        }
        Map<String, List<Long>> queues = new HashMap<>(state.queues);
        queues.put(name, after);
        return new Step(new State(queues, state.values, state.lastVersions), outcome);
    }
}
