package io.ngrid.simulation.check;

import io.ngrid.simulation.check.Call.Browse;
import io.ngrid.simulation.check.Call.Clear;
import io.ngrid.simulation.check.Call.ClearMap;
import io.ngrid.simulation.check.Call.Condition;
import io.ngrid.simulation.check.Call.Count;
import io.ngrid.simulation.check.Call.Done;
import io.ngrid.simulation.check.Call.Entries;
import io.ngrid.simulation.check.Call.Entry;
import io.ngrid.simulation.check.Call.Flag;
import io.ngrid.simulation.check.Call.Get;
import io.ngrid.simulation.check.Call.MapSize;
import io.ngrid.simulation.check.Call.NotExecuted;
import io.ngrid.simulation.check.Call.Offer;
import io.ngrid.simulation.check.Call.Operation;
import io.ngrid.simulation.check.Call.Outcome;
import io.ngrid.simulation.check.Call.Page;
import io.ngrid.simulation.check.Call.Peek;
import io.ngrid.simulation.check.Call.Poll;
import io.ngrid.simulation.check.Call.Previous;
import io.ngrid.simulation.check.Call.Put;
import io.ngrid.simulation.check.Call.PutAll;
import io.ngrid.simulation.check.Call.Remove;
import io.ngrid.simulation.check.Call.Size;
import io.ngrid.simulation.check.Call.Unknown;
import io.ngrid.simulation.check.Call.Value;
import io.ngrid.simulation.check.Call.Values;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/** A history by hand: queue "q", map "m" with key "k". Calls may be told in any order; sessions are single letters. */
final class Told {
    static final int CAPACITY = 4;

    private static final List<String> KEYS = List.of("k", "l", "m");

    private record Line(String session, long from, long to, Operation operation, Outcome outcome) {}

    private final List<Line> lines = new ArrayList<>();
    private long capacity = CAPACITY;
    private boolean dropsOldest;

    Told capacity(long bound) {
        capacity = bound;
        return this;
    }

    Told dropsOldest(long bound) {
        dropsOldest = true;
        return capacity(bound);
    }

    Told call(String session, long from, long to, Operation operation, Outcome outcome) {
        lines.add(new Line(session, from, to, operation, outcome));
        return this;
    }

    Told offer(String session, long from, long to, long... values) {
        return call(session, from, to, new Offer("q", list(values), false), new Flag(true));
    }

    Told full(String session, long from, long to, long... values) {
        return call(session, from, to, new Offer("q", list(values), false), new Flag(false));
    }

    Told unknownOffer(String session, long from, long to, long... values) {
        return call(session, from, to, new Offer("q", list(values), false), new Unknown());
    }

    Told refusedOffer(String session, long from, long to, long... values) {
        return call(session, from, to, new Offer("q", list(values), false), new NotExecuted());
    }

    Told poll(String session, long from, long to, long... values) {
        return pollBatch(session, from, to, Math.max(1, values.length), values);
    }

    Told pollBatch(String session, long from, long to, int max, long... values) {
        return call(session, from, to, new Poll("q", max, false), new Values(list(values)));
    }

    Told unknownPoll(String session, long from, long to, int max) {
        return call(session, from, to, new Poll("q", max, false), new Unknown());
    }

    Told peek(String session, long from, long to, long... values) {
        return call(session, from, to, new Peek("q"), new Values(list(values)));
    }

    Told size(String session, long from, long to, long count) {
        return call(session, from, to, new Size("q"), new Count(count));
    }

    Told put(String session, long from, long to, long value, long previous, long version) {
        return call(session, from, to, put("k", value), new Previous(true, previous, version));
    }

    Told unknownPut(String session, long from, long to, long value) {
        return call(session, from, to, put("k", value), new Unknown());
    }

    Told putIfAbsent(String session, long from, long to, long value, boolean done, long previous, long version) {
        Put put = new Put("m", "k", value, Condition.ABSENT, 0);
        return call(session, from, to, put, new Previous(done, previous, version));
    }

    Told replace(String session, long from, long to, long value, long expected, boolean done, long prev, long version) {
        Put put = new Put("m", "k", value, Condition.VERSION, expected);
        return call(session, from, to, put, new Previous(done, prev, version));
    }

    Told remove(String session, long from, long to, long previous, long version) {
        return call(session, from, to, new Remove("m", "k", -1), new Previous(previous != 0, previous, version));
    }

    Told unknownRemove(String session, long from, long to) {
        return call(session, from, to, new Remove("m", "k", -1), new Unknown());
    }

    Told get(String session, long from, long to, long value, long version) {
        return call(session, from, to, new Get("m", "k"), new Value(value, version));
    }

    Told browse(String session, long from, long to, int max, long... values) {
        return call(session, from, to, new Browse("q", 0, max), new Values(list(values)));
    }

    Told browseAfter(String session, long from, long to, long after, long... values) {
        return call(session, from, to, new Browse("q", after, Math.max(1, values.length)), new Values(list(values)));
    }

    Told clear(String session, long from, long to) {
        return call(session, from, to, new Clear("q"), new Done());
    }

    /** Keys in order: k, l, m... */
    Told putAll(String session, long from, long to, long... values) {
        return call(session, from, to, new PutAll("m", KEYS.subList(0, values.length), list(values)), new Done());
    }

    Told clearMap(String session, long from, long to) {
        return call(session, from, to, new ClearMap("m"), new Done());
    }

    Told page(String session, long from, long to, int max, Entry... entries) {
        return call(session, from, to, new Page("m", "", max), new Entries(List.of(entries)));
    }

    Told mapSize(String session, long from, long to, long count) {
        return call(session, from, to, new MapSize("m"), new Count(count));
    }

    static Put put(String key, long value) {
        return new Put("m", key, value, Condition.ALWAYS, 0);
    }

    History history() {
        History history = new History();
        history.add(new History.Queue("q", capacity, dropsOldest));
        history.addMap("m");
        List<Line> sorted = new ArrayList<>(lines);
        sorted.sort(Comparator.comparingLong(Line::from)); // stable: calls of one instant are as told
        long number = 0;
        for (Line line : sorted) {
            history.add(new Call(++number, line.session, line.operation, line.from, line.to, line.outcome));
        }
        return history;
    }

    List<Finding> check() {
        return Checker.check(history());
    }

    private static List<Long> list(long... values) {
        return Arrays.stream(values).boxed().toList();
    }
}
