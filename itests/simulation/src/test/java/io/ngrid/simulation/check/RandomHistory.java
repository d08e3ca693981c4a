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
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.stream.LongStream;

/**
 * Random small histories: calls that were really carried out in some order, what they were told hidden here and there, and
 * falsified in half of the histories.
 */
final class RandomHistory {
    private static final class Line {
        String session = "";
        long from;
        long to;
        long moment;
        Operation operation = new Peek("q");
        Outcome outcome = new Unknown();
    }

    private final SplittableRandom random;
    private final List<Line> lines = new ArrayList<>();
    private final int capacity;
    private final boolean dropsOldest;
    private List<String> keys = List.of("k");
    private final ArrayDeque<Long> left = new ArrayDeque<>();
    private boolean plain;
    private long lastValue;

    private RandomHistory(SplittableRandom random, int capacity, boolean dropsOldest) {
        this.random = random;
        this.capacity = capacity;
        this.dropsOldest = dropsOldest;
    }

    static History ofQueue(SplittableRandom random) {
        return new RandomHistory(random, random.nextInt(1, 5), random.nextInt(3) == 0).small(true, false);
    }

    /** One element at a time, no bound, no polls without an answer, no looks, no order within sessions. */
    static History ofPlainQueue(SplittableRandom random) {
        RandomHistory made = new RandomHistory(random, Integer.MAX_VALUE, false);
        made.plain = true;
        return made.small(true, false);
    }

    static History ofMap(SplittableRandom random) {
        return new RandomHistory(random, 1, false).small(false, true);
    }

    /** Several keys, and calls of all of them. */
    static History ofKeys(SplittableRandom random) {
        RandomHistory made = new RandomHistory(random, 1, false);
        made.keys = List.of("k", "l");
        return made.small(false, true);
    }

    static History ofBoth(SplittableRandom random) {
        RandomHistory made = new RandomHistory(random, random.nextInt(1, 5), random.nextInt(3) == 0);
        made.keys = List.of("k", "l");
        return made.small(true, true);
    }

    /** Nothing falsified; about {@code overlap} calls at any time. */
    static History ofMany(SplittableRandom random, int count, int capacity, boolean dropsOldest, int overlap) {
        RandomHistory made = new RandomHistory(random, capacity, dropsOldest);
        made.keys = List.of("k", "l", "m");
        made.call(count, 6, 10L * count, 20 * overlap, true, true);
        made.drain(count);
        return made.history();
    }

    /** Takes all that is left, one after the other. */
    private void drain(int count) {
        long now = 20L * count;
        Line line;
        do {
            line = new Line();
            line.session = "end";
            line.from = now++;
            line.to = now++;
            line.operation = new Poll("q", 1, false);
            line.outcome = onQueue(left, line.operation);
            lines.add(line);
        } while (!line.outcome.equals(new Values(List.of())));
    }

    private History small(boolean queue, boolean map) {
        call(random.nextInt(2, 9), random.nextInt(1, 5), 12, random.nextInt(1, 12), queue, map);
        if (random.nextBoolean()) {
            falsify();
        }
        return history();
    }

    private void call(int count, int sessions, long end, int length, boolean queue, boolean map) {
        for (int i = 0; i < count; i++) {
            Line line = new Line();
            line.session = "s" + random.nextInt(sessions);
            line.from = random.nextLong(end);
            line.to = line.from + random.nextInt(length);
            line.operation = queue && (!map || random.nextBoolean()) ? queueOperation() : mapOperation();
            lines.add(line);
        }
        lines.sort(Comparator.comparingLong(line -> line.from));
        order();
        execute();
    }

    private Operation queueOperation() {
        if (plain) {
            return random.nextBoolean() ? new Offer("q", List.of(++lastValue), true) : new Poll("q", 1, true);
        }
        return switch (random.nextInt(15)) {
            case 0 -> new Peek("q");
            case 1 -> new Size("q");
            case 2, 13 ->
                new Browse("q", random.nextInt(3) > 0 ? 0 : random.nextLong(1, lastValue + 2), random.nextInt(1, 5));
            case 14 -> random.nextBoolean() ? new Clear("q") : new Poll("q", 3, false);
            case 3, 4, 5, 6, 7 -> new Offer("q", values(), random.nextInt(8) == 0);
            default -> new Poll("q", random.nextInt(4) == 0 ? random.nextInt(1, 4) : 1, random.nextInt(8) == 0);
        };
    }

    private List<Long> values() {
        int count = random.nextInt(4) == 0 ? random.nextInt(2, 4) : 1;
        List<Long> values =
                LongStream.rangeClosed(lastValue + 1, lastValue + count).boxed().toList();
        lastValue += count;
        return values;
    }

    private Operation mapOperation() {
        String key = keys.get(random.nextInt(keys.size()));
        return switch (random.nextInt(8)) {
            case 0, 1 -> new Get("m", key);
            case 2 -> new Remove("m", key, random.nextInt(3) == 0 ? random.nextInt(1, 9) : -1);
            case 3 -> mapOperationOfAll();
            default -> {
                Condition condition = random.nextBoolean() ? Condition.ALWAYS : Condition.values()[random.nextInt(4)];
                yield new Put(
                        "m", key, ++lastValue, condition, condition == Condition.VERSION ? random.nextInt(1, 9) : 0);
            }
        };
    }

    private Operation mapOperationOfAll() {
        return switch (random.nextInt(6)) {
            case 0, 1 -> {
                List<String> some = keys.subList(0, random.nextInt(1, keys.size() + 1));
                lastValue += some.size();
                yield new PutAll(
                        "m",
                        some,
                        LongStream.rangeClosed(lastValue - some.size() + 1, lastValue)
                                .boxed()
                                .toList());
            }
            case 2 -> new ClearMap("m");
            case 3 -> keys.size() == 1 ? new ClearMap("m") : new MapSize("m");
            default -> new Page("m", random.nextInt(4) == 0 ? "k" : "", random.nextInt(1, 4));
        };
    }

    /** Moments at which the calls take effect, in their times; a session's in order. */
    private void order() {
        Map<String, Long> last = new HashMap<>();
        for (Line line : lines) {
            long earliest = Math.max(line.from, last.getOrDefault(line.session, 0L));
            line.to = Math.max(line.to, earliest);
            line.moment = random.nextLong(earliest, line.to + 1);
            last.put(line.session, line.moment);
        }
    }

    private void execute() {
        TreeMap<String, Entry> map = new TreeMap<>();
        long index = 0;
        List<Line> sorted = new ArrayList<>(lines);
        sorted.sort(Comparator.comparingLong(line -> line.moment));
        for (Line line : sorted) {
            index++;
            int fate = random.nextInt(10);
            if (fate == 0) {
                line.outcome = random.nextBoolean() ? new NotExecuted() : new Unknown(); // without effect
                continue;
            }
            line.outcome = line.operation.name().equals("q")
                    ? onQueue(left, line.operation)
                    : onMap(map, line.operation, index);
            if (fate == 1) {
                line.outcome = new Unknown();
            }
        }
    }

    private Outcome onQueue(ArrayDeque<Long> queue, Operation operation) {
        if (operation instanceof Offer offer) {
            boolean fits = queue.size() + offer.values().size() <= capacity;
            if (dropsOldest && offer.values().size() <= capacity) {
                while (queue.size() + offer.values().size() > capacity) {
                    queue.remove();
                }
                fits = true;
            }
            if (fits) {
                queue.addAll(offer.values());
            }
            return new Flag(fits);
        }
        if (operation instanceof Poll poll) {
            List<Long> taken = new ArrayList<>();
            while (taken.size() < poll.max() && !queue.isEmpty()) {
                taken.add(queue.remove());
            }
            return new Values(taken);
        }
        if (operation instanceof Peek) {
            return new Values(queue.isEmpty() ? List.of() : List.of(queue.peek()));
        }
        if (operation instanceof Browse browse) {
            List<Long> all = List.copyOf(queue);
            return new Values(all.stream()
                    .skip(all.indexOf(browse.after()) + 1)
                    .limit(browse.max())
                    .toList());
        }
        if (operation instanceof Clear) {
            queue.clear();
            return new Done();
        }
        return new Count(queue.size());
    }

    private static Outcome onMap(TreeMap<String, Entry> map, Operation operation, long index) {
        if (operation instanceof PutAll all) {
            for (int i = 0; i < all.keys().size(); i++) {
                String key = all.keys().get(i);
                map.put(key, new Entry(key, all.values().get(i), index));
            }
            return new Done();
        }
        if (operation instanceof ClearMap) {
            map.clear();
            return new Done();
        }
        if (operation instanceof MapSize) {
            return new Count(map.size());
        }
        if (operation instanceof Page page) {
            return new Entries(map.tailMap(page.after(), false).values().stream()
                    .limit(page.max())
                    .toList());
        }
        String key = operation instanceof Get get
                ? get.key()
                : operation instanceof Put put ? put.key() : ((Remove) operation).key();
        Entry before = map.getOrDefault(key, new Entry(key, 0, 0));
        if (operation instanceof Get) {
            return new Value(before.value(), before.version());
        }
        boolean present = before.value() != 0;
        boolean holds;
        if (operation instanceof Put put) {
            holds = switch (put.condition()) {
                case ALWAYS -> true;
                case ABSENT -> !present;
                case PRESENT -> present;
                case VERSION -> present && before.version() == put.version();
            };
            if (holds) {
                map.put(key, new Entry(key, put.value(), index));
            }
        } else {
            long asked = ((Remove) operation).version();
            holds = present && (asked < 0 || asked == before.version());
            if (holds) {
                map.remove(key);
            }
        }
        return new Previous(holds, before.value(), before.version());
    }

    /** One or two lies. */
    private void falsify() {
        for (int lies = random.nextInt(1, 3); lies > 0; lies--) {
            Line line = lines.get(random.nextInt(lines.size()));
            Line other = lines.get(random.nextInt(lines.size()));
            switch (random.nextInt(5)) {
                case 0 -> { // at another time
                    line.from = random.nextInt(12);
                    line.to = line.from + random.nextInt(4);
                }
                case 1 -> line.to = line.from;
                case 2 -> { // told what another was told
                    if (line.operation.getClass() == other.operation.getClass()) {
                        Outcome outcome = line.outcome;
                        line.outcome = other.outcome;
                        other.outcome = outcome;
                    }
                }
                case 3 -> line.session = other.session;
                default -> line.outcome = falsified(line);
            }
        }
    }

    private Outcome falsified(Line line) {
        if (line.outcome instanceof Flag flag && line.operation instanceof Offer) {
            return new Flag(!flag.done());
        }
        if (line.outcome instanceof Count count) {
            return new Count(Math.max(0, count.count() + (random.nextBoolean() ? 1 : -1)));
        }
        if (line.outcome instanceof Values values && line.operation instanceof Browse && random.nextBoolean()) {
            List<Long> changed = new ArrayList<>(values.values());
            if (changed.isEmpty() || random.nextInt(4) == 0) {
                changed.add(random.nextLong(1, lastValue + 2));
            } else {
                changed.remove(random.nextInt(changed.size()));
            }
            return new Values(changed);
        }
        if (line.outcome instanceof Entries page) {
            List<Entry> changed = new ArrayList<>(page.entries());
            if (!changed.isEmpty()) {
                changed.remove(random.nextInt(changed.size()));
            }
            return new Entries(changed);
        }
        if (line.outcome instanceof Values && line.operation instanceof Peek && random.nextBoolean()) {
            return new Values(List.of(random.nextLong(1, lastValue + 2)));
        }
        if (line.outcome instanceof Values) {
            return new Values(List.of());
        }
        if (line.outcome instanceof Previous previous) {
            return random.nextBoolean()
                    ? new Previous(!previous.done(), previous.value(), previous.version())
                    : new Previous(previous.done(), 0, 0);
        }
        return line.outcome instanceof Value ? new Value(0, 0) : line.outcome;
    }

    private History history() {
        History history = new History();
        history.add(new History.Queue("q", capacity, dropsOldest));
        history.addMap("m");
        lines.sort(Comparator.comparingLong(line -> line.from));
        long number = 0;
        for (Line line : lines) {
            if (plain && line.operation instanceof Poll && line.outcome instanceof Unknown) {
                line.outcome = new NotExecuted();
            }
            history.add(new Call(++number, line.session, line.operation, line.from, line.to, line.outcome));
        }
        return history;
    }
}
