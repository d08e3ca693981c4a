package io.ngrid.simulation.check;

import io.ngrid.simulation.check.Call.Browse;
import io.ngrid.simulation.check.Call.Clear;
import io.ngrid.simulation.check.Call.ClearMap;
import io.ngrid.simulation.check.Call.Count;
import io.ngrid.simulation.check.Call.Done;
import io.ngrid.simulation.check.Call.Entries;
import io.ngrid.simulation.check.Call.Entry;
import io.ngrid.simulation.check.Call.Flag;
import io.ngrid.simulation.check.Call.Get;
import io.ngrid.simulation.check.Call.Look;
import io.ngrid.simulation.check.Call.MapSize;
import io.ngrid.simulation.check.Call.NotExecuted;
import io.ngrid.simulation.check.Call.Offer;
import io.ngrid.simulation.check.Call.Outcome;
import io.ngrid.simulation.check.Call.Page;
import io.ngrid.simulation.check.Call.Peek;
import io.ngrid.simulation.check.Call.Poll;
import io.ngrid.simulation.check.Call.Previous;
import io.ngrid.simulation.check.Call.Put;
import io.ngrid.simulation.check.Call.PutAll;
import io.ngrid.simulation.check.Call.Remove;
import io.ngrid.simulation.check.Call.Unknown;
import io.ngrid.simulation.check.Call.Value;
import io.ngrid.simulation.check.Call.Values;
import java.util.ArrayList;
import java.util.Comparator;
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
    private final Map<String, History.Queue> queues = new HashMap<>();
    private final Map<Long, Long> versions = new HashMap<>();
    private final Set<Object> tried = new HashSet<>();

    private BruteForce(History history) {
        calls = history.calls();
        history.queues().forEach(queue -> queues.put(queue.name(), queue));
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
            if (outcome instanceof Entries page
                    && !page.entries().stream().allMatch(entry -> agrees(entry.value(), entry.version()))) {
                return false;
            }
        }
        return calls.stream().allMatch(call -> !(call.operation() instanceof PutAll all) || agree(all));
    }

    private boolean agree(PutAll all) {
        List<Long> known = all.values().stream()
                .map(versions::get)
                .filter(v -> v != null)
                .distinct()
                .toList();
        known.forEach(version -> all.values().forEach(value -> versions.put(value, version)));
        return known.size() < 2;
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
        return call.operation() instanceof Look;
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
        if (call.operation() instanceof PutAll all) {
            return putAll(state, all);
        }
        if (call.operation() instanceof ClearMap) {
            return new Step(new State(state.queues, Map.of(), state.lastVersions), new Done()); // there is one map
        }
        if (call.operation() instanceof Page page) {
            return new Step(state, new Entries(entries(state, page)));
        }
        if (call.operation() instanceof MapSize) {
            return new Step(
                    state,
                    new Count(state.values.values().stream().filter(v -> v != 0).count()));
        }
        return queueStep(state, call);
    }

    private List<Entry> entries(State state, Page page) {
        return state.values.entrySet().stream()
                .filter(entry -> entry.getValue() != 0)
                .map(entry -> new Entry(
                        entry.getKey().substring(page.name().length() + 1),
                        entry.getValue(),
                        version(entry.getValue())))
                .filter(entry -> entry.key().compareTo(page.after()) > 0)
                .sorted(Comparator.comparing(Entry::key))
                .limit(page.max())
                .toList();
    }

    private @Nullable Step putAll(State state, PutAll all) {
        State after = state;
        for (int i = 0; i < all.keys().size(); i++) {
            Put put = new Put(all.name(), all.keys().get(i), all.values().get(i), Call.Condition.ALWAYS, 0);
            Step step = put(after, put);
            if (step == null) {
                return null;
            }
            after = step.after;
        }
        return new Step(after, new Done());
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
            History.Queue queue = queues.get(name);
            int count = offer.values().size();
            boolean fits = before.size() + count <= queue.capacity();
            if (!fits && queue.dropsOldest() && count <= queue.capacity()) {
                after.subList(0, (int) (before.size() + count - queue.capacity()))
                        .clear();
                fits = true;
            }
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
        } else if (call.operation() instanceof Browse browse) {
            int first = browse.after() == 0 ? 0 : before.indexOf(browse.after()) + 1;
            outcome = new Values(before.subList(first, Math.min(first + browse.max(), before.size())));
        } else if (call.operation() instanceof Clear) {
            after.clear();
            outcome = new Done();
        } else {
            outcome = new Count(before.size());
        }
        Map<String, List<Long>> queues = new HashMap<>(state.queues);
        queues.put(name, after);
        return new Step(new State(queues, state.values, state.lastVersions), outcome);
    }
}
