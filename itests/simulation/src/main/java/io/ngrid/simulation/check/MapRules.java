package io.ngrid.simulation.check;

import io.ngrid.simulation.check.Call.ClearMap;
import io.ngrid.simulation.check.Call.Count;
import io.ngrid.simulation.check.Call.Entries;
import io.ngrid.simulation.check.Call.Entry;
import io.ngrid.simulation.check.Call.Get;
import io.ngrid.simulation.check.Call.Operation;
import io.ngrid.simulation.check.Call.Page;
import io.ngrid.simulation.check.Call.Previous;
import io.ngrid.simulation.check.Call.Put;
import io.ngrid.simulation.check.Call.PutAll;
import io.ngrid.simulation.check.Call.Remove;
import io.ngrid.simulation.check.Call.Value;
import io.ngrid.simulation.check.Finding.Kind;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Whether a map may behave as its calls show. Each key by itself has to be linearizable, which a search decides ({@link
 * Search}); a call of several keys is a call of each of them there. That such a call is one step for all of its keys
 * follows from pairs of calls: values put together have one version, and a page that shows one of them shows nothing older
 * at the others.
 */
final class MapRules {
    private static final int MAX_STATES = 400_000;

    private final String name;
    private final List<Timed> calls;
    private final Map<String, List<Timed>> keys = new HashMap<>();
    private final Map<Long, Long> versions = new HashMap<>();
    private final List<Finding> findings = new ArrayList<>();

    /**
     * Rules of a map.
     *
     * @param name its name
     * @param calls its calls, in the order of their invocations
     */
    MapRules(String name, List<Timed> calls) {
        this.name = name;
        this.calls = calls;
        Set<String> all = new TreeSet<>();
        calls.forEach(call -> all.addAll(named(call)));
        for (String key : all) {
            keys.put(
                    key,
                    calls.stream()
                            .map(call -> atKey(call, key))
                            .flatMap(Optional::stream)
                            .sorted(Comparator.comparingLong((Timed call) -> call.earliest)
                                    .thenComparingLong(call -> call.call.number()))
                            .toList());
        }
    }

    List<Finding> check() {
        versions();
        for (Timed call : calls) {
            if (call.call.operation() instanceof PutAll all && call.certain) {
                oneVersion(call, all);
            } else if (call.call.outcome() instanceof Entries page) {
                oneState(call, page);
            } else if (call.call.outcome() instanceof Count count) {
                size(call, count.count());
            }
        }
        if (findings.isEmpty()) {
            new TreeSet<>(keys.keySet()).forEach(key -> search(key, keys.getOrDefault(key, List.of())));
        }
        return findings;
    }

    /** Keys that a call names or was told. */
    private static List<String> named(Timed call) {
        Operation operation = call.call.operation();
        if (operation instanceof PutAll all) {
            return all.keys();
        }
        if (call.call.outcome() instanceof Entries page) {
            return page.entries().stream().map(Entry::key).toList();
        }
        return operation instanceof Put put
                ? List.of(put.key())
                : operation instanceof Get get
                        ? List.of(get.key())
                        : operation instanceof Remove remove ? List.of(remove.key()) : List.of();
    }

    /** What a call is to one key. */
    private static Optional<Timed> atKey(Timed call, String key) {
        Operation operation = call.call.operation();
        if (operation instanceof ClearMap clear) {
            return Optional.of(call.as(new Remove(clear.name(), key, -1), call.call.outcome()));
        }
        if (operation instanceof PutAll all) {
            int at = all.keys().indexOf(key);
            Put put = new Put(all.name(), key, at < 0 ? 0 : all.values().get(at), Call.Condition.ALWAYS, 0);
            return at < 0 ? Optional.empty() : Optional.of(call.as(put, call.call.outcome()));
        }
        if (operation instanceof Page page && call.call.outcome() instanceof Entries entries) {
            return covers(page, entries, key)
                    ? Optional.of(call.as(new Get(page.name(), key), value(entries, key)))
                    : Optional.empty();
        }
        return named(call).contains(key) ? Optional.of(call) : Optional.empty();
    }

    /** Whether a page tells of a key: it ends with its last entry if it is full. */
    private static boolean covers(Page page, Entries entries, String key) {
        int count = entries.entries().size();
        return key.compareTo(page.after()) > 0
                && (count < page.max()
                        || key.compareTo(entries.entries().get(count - 1).key()) <= 0);
    }

    private static Value value(Entries entries, String key) {
        return entries.entries().stream()
                .filter(entry -> entry.key().equals(key))
                .map(entry -> new Value(entry.value(), entry.version()))
                .findFirst()
                .orElse(new Value(0, 0));
    }

    private void versions() {
        for (Timed call : calls) {
            for (Timed.Sight sight : call.sights()) {
                Long other = versions.put(sight.value(), sight.version());
                if (other != null && other != sight.version()) {
                    found(
                            Kind.VERSION,
                            sight.place(),
                            "value " + sight.value() + " has version " + other + ", and in " + call + " another");
                }
            }
        }
    }

    private void oneVersion(Timed call, PutAll all) {
        List<Long> known = all.values().stream()
                .map(versions::get)
                .filter(v -> v != null)
                .distinct()
                .toList();
        if (known.size() > 1) {
            found(Kind.VERSION, name, call + ": what was put together has versions " + known);
        } else if (known.size() == 1) {
            all.values().forEach(value -> versions.put(value, known.get(0)));
        }
    }

    /** A page is of one state; and its keys are in order. */
    private void oneState(Timed look, Entries page) {
        Page asked = (Page) look.call.operation();
        String last = asked.after();
        for (Entry entry : page.entries()) {
            if (entry.key().compareTo(last) <= 0) {
                found(Kind.OUT_OF_ORDER, name, look + ": " + entry.key() + " comes behind " + last);
            }
            last = entry.key();
        }
        if (page.entries().size() > asked.max()) {
            found(Kind.WRONG_SIZE, name, look + ": more than " + asked.max() + " entries");
        }
        for (Timed call : calls) {
            if (call.call.operation() instanceof PutAll all
                    && page.entries().stream().anyMatch(entry -> all.values().contains(entry.value()))) {
                all.keys().stream()
                        .filter(key -> covers(asked, page, key))
                        .filter(key -> isOlder(call, look, all, page, key))
                        .forEach(
                                key -> found(Kind.TORN, name, look + ": shows a part of " + call + ", but not " + key));
            }
        }
    }

    /** Whether a page shows a key as it was before a {@link PutAll} of which it shows a part. */
    private boolean isOlder(Timed put, Timed look, PutAll all, Entries page, String key) {
        Value value = value(page, key);
        if (value.value() == 0) {
            return !mayGo(key, put, look);
        }
        return page.entries().stream()
                .anyMatch(entry -> all.values().contains(entry.value()) && value.version() < entry.version());
    }

    // ---- how many keys there were

    private void size(Timed look, long count) {
        long surely =
                keys.keySet().stream().filter(key -> isSurelyThere(key, look)).count();
        long perhaps =
                keys.keySet().stream().filter(key -> !isSurelyAbsent(key, look)).count();
        if (count < surely || count > perhaps) {
            found(
                    Kind.WRONG_SIZE,
                    name,
                    look + ": there were at least " + surely + " and at most " + perhaps + " keys all the time");
        }
    }

    private boolean isSurelyThere(String key, Timed look) {
        return of(key).anyMatch(put -> put.certain && mayPut(put) && put.isBefore(look) && !mayGo(key, put, look));
    }

    private boolean isSurelyAbsent(String key, Timed look) {
        return !mayCome(key, null, look)
                || of(key).anyMatch(call -> removes(call) && call.isBefore(look) && !mayCome(key, call, look));
    }

    private boolean mayGo(String key, Timed since, Timed look) {
        return of(key).anyMatch(call -> mayRemove(call) && mayBeBetween(call, since, look));
    }

    private boolean mayCome(String key, @Nullable Timed since, Timed look) {
        return of(key).anyMatch(call -> mayPut(call) && mayBeBetween(call, since, look));
    }

    private static boolean mayBeBetween(Timed call, @Nullable Timed since, Timed look) {
        return (since == null || call.call.number() != since.call.number() && !call.isBefore(since))
                && !look.isBefore(call);
    }

    private static boolean mayPut(Timed call) {
        return call.call.operation() instanceof Put && !isRefused(call);
    }

    private static boolean mayRemove(Timed call) {
        return call.call.operation() instanceof Remove && !isRefused(call);
    }

    /** Whether the key is absent behind it. */
    private static boolean removes(Timed call) {
        return call.call.operation() instanceof Remove remove
                && call.certain
                && (remove.version() < 0 || !isRefused(call));
    }

    private static boolean isRefused(Timed call) {
        return call.call.outcome() instanceof Previous previous && !previous.done();
    }

    private Stream<Timed> of(String key) {
        return keys.getOrDefault(key, List.of()).stream();
    }

    /** Values of a key by their versions, as far as those are known. */
    private SortedMap<Long, Long> written(String key, List<Timed> calls) {
        SortedMap<Long, Long> written = new TreeMap<>();
        for (Timed call : calls) {
            for (Timed.Sight sight : Timed.writing(call.call)) {
                Long version = versions.get(sight.value());
                Long namesake = version == null ? null : written.put(version, sight.value());
                if (namesake != null) {
                    found(
                            Kind.VERSION,
                            Timed.place(name, key),
                            "in " + call + " value " + sight.value() + " has the version of value " + namesake);
                }
            }
        }
        return written;
    }

    private void search(String key, List<Timed> sorted) {
        SortedMap<Long, Long> written = written(key, sorted);
        if (!findings.isEmpty()) {
            return;
        }
        Search search = new Search(sorted, new MapMachine(sorted, written), MAX_STATES);
        Search.Verdict verdict = search.run();
        if (verdict != Search.Verdict.FOUND) {
            StringBuilder text = new StringBuilder(
                    "no order of the calls explains what they were told; the longest that was tried could go on with none of");
            search.stuck()
                    .forEach(call ->
                            text.append(System.lineSeparator()).append("  ").append(call));
            found(
                    verdict == Search.Verdict.NONE ? Kind.NOT_LINEARIZABLE : Kind.UNDECIDED,
                    Timed.place(name, key),
                    text.toString());
        }
    }

    private void found(Kind kind, String object, String text) {
        findings.add(new Finding(kind, object, text));
    }
}
