package io.ngrid.simulation.check;

import io.ngrid.simulation.check.Call.Clear;
import io.ngrid.simulation.check.Call.Count;
import io.ngrid.simulation.check.Call.Flag;
import io.ngrid.simulation.check.Call.Offer;
import io.ngrid.simulation.check.Call.Peek;
import io.ngrid.simulation.check.Call.Poll;
import io.ngrid.simulation.check.Call.Values;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A bounded FIFO queue. Knows from the start which value comes out by which poll, and refuses at once what could not come
 * out like that any more.
 */
final class QueueMachine implements Machine {
    private static final int NEVER = -1;

    private record Before(int call, int head, int tail, int clears, long removable) {}

    private final List<Timed> calls;
    private final long capacity;
    private final Map<Long, Integer> numbers = new HashMap<>();
    private final int[][] offered; // by call
    private final int[][] told; // by call
    private final int[] polledBy; // by value, a call or NEVER
    private final int[] before; // by value: the one before it in the same poll, or NEVER
    private final long[] first; // by value: it was at the head at some time up to this
    private final long[] last; // by value: it was at the head at some time from this on
    private final int[] byFirst; // values that were seen, by that
    private final int[] peeks; // by value, those to come
    private final boolean[] isOffered; // by value
    private final int[] content; // all values offered so far, in their order
    private int head;
    private int tail;
    private int clears; // uncertain ones and those to come: then anything may go
    private long removable; // how many elements unknown polls may take
    private final Deque<Before> history = new ArrayDeque<>();

    QueueMachine(List<Timed> calls, long capacity) {
        this.calls = calls;
        this.capacity = capacity;
        int n = calls.size();
        offered = new int[n][];
        told = new int[n][];
        for (int i = 0; i < n; i++) {
            Timed call = calls.get(i);
            offered[i] = call.written().stream().mapToInt(this::number).toArray();
            told[i] = call.seen().stream().mapToInt(this::number).toArray();
            clears += call.call.operation() instanceof Clear ? 1 : 0;
            removable += call.call.operation() instanceof Poll poll && !call.certain ? poll.max() : 0;
        }
        polledBy = new int[numbers.size()];
        before = new int[numbers.size()];
        isOffered = new boolean[numbers.size()];
        content = new int[numbers.size()];
        Arrays.fill(polledBy, NEVER);
        Arrays.fill(before, NEVER);
        first = new long[numbers.size()];
        last = new long[numbers.size()];
        peeks = new int[numbers.size()];
        Arrays.fill(first, Call.NEVER);
        for (int i = 0; i < n; i++) {
            boolean polls = calls.get(i).call.operation() instanceof Poll;
            for (int k = 0; k < told[i].length; k++) {
                int value = told[i][k];
                first[value] = Math.min(first[value], calls.get(i).latest);
                last[value] = Math.max(last[value], calls.get(i).earliest);
                peeks[value] += polls ? 0 : 1;
                polledBy[value] = polls ? i : polledBy[value];
                before[value] = k == 0 ? before[value] : told[i][k - 1];
            }
        }
        byFirst = numbers.values().stream()
                .filter(value -> first[value] != Call.NEVER)
                .sorted(Comparator.comparingLong(value -> first[value]))
                .mapToInt(value -> value)
                .toArray();
    }

    private int number(long value) {
        return numbers.computeIfAbsent(value, v -> numbers.size());
    }

    @Override
    public long rank(int i) {
        Timed call = calls.get(i);
        if (call.certain && looks(i)) {
            return 0;
        }
        if (call.call.operation() instanceof Poll poll) {
            // of those that nobody knows of, the one that fits least often first, and of equals the one that ends first
            return call.certain
                    ? 1
                    : 2 + (1L << 61) - (Math.min(poll.max(), 1L << 10) << 50) + Math.min(call.latest, (1L << 50) - 1);
        }
        if (!call.certain) {
            return Long.MAX_VALUE; // an offer that nobody saw, a clear that may not have been
        }
        long due = call.latest;
        for (int value : offered[i]) {
            due = Math.min(due, first[value]);
        }
        return Math.max(Math.min(due, Long.MAX_VALUE / 2), 0) / 2 + (1L << 61);
    }

    @Override
    public boolean looks(int i) {
        Timed call = calls.get(i);
        return !call.write
                || call.call.outcome() instanceof Flag flag && !flag.done()
                || call.call.outcome() instanceof Values values
                        && values.values().isEmpty();
    }

    @Override
    public boolean take(int i) {
        Before now = new Before(i, head, tail, clears, removable);
        Call.Operation operation = calls.get(i).call.operation();
        boolean done;
        if (operation instanceof Offer offer) {
            done = offer(i, offer);
        } else if (operation instanceof Poll poll) {
            done = poll(i, poll);
        } else if (operation instanceof Peek) {
            done = peek(i);
        } else if (operation instanceof Clear) {
            done = clear(i);
        } else {
            done = calls.get(i).call.outcome() instanceof Count count && count.count() == tail - head;
        }
        if (done) {
            history.push(now);
        }
        return done;
    }

    private boolean offer(int i, Offer offer) {
        boolean fits = tail - head + offer.values().size() <= capacity;
        if (calls.get(i).call.outcome() instanceof Flag flag && !flag.done()) {
            return !fits;
        }
        if (!fits || !mayComeNext(i)) {
            return false;
        }
        for (int value : offered[i]) {
            isOffered[value] = true;
            content[tail++] = value;
        }
        return true;
    }

    /** Whether the polls to come can still take all values in their order. */
    private boolean mayComeNext(int i) {
        int unseen = 0;
        for (int value : offered[i]) {
            int earlier = before[value];
            if (earlier != NEVER && !isOffered[earlier] && !contains(offered[i], earlier, value)) {
                return false;
            }
            unseen += polledBy[value] == NEVER ? 1 : 0;
        }
        for (int other : byFirst) {
            if (!isOffered[other]
                    && !contains(offered[i], other, NEVER)) { // the one to be at the head first of all others
                for (int value : offered[i]) {
                    if (first[other] < last[value]) {
                        return false;
                    }
                }
                for (int k = head; k < tail; k++) {
                    unseen += polledBy[content[k]] == NEVER ? 1 : 0;
                }
                return clears > 0 || unseen <= removable; // what nobody polls is in its way
            }
        }
        return true;
    }

    /** Whether a value is among others, before a certain one. */
    private static boolean contains(int[] values, int value, int until) {
        for (int other : values) {
            if (other == value) {
                return true;
            }
            if (other == until) {
                return false;
            }
        }
        return false;
    }

    private boolean poll(int i, Poll poll) {
        int count = Math.min(poll.max(), tail - head);
        if (calls.get(i).certain) {
            if (count != told[i].length) {
                return false;
            }
            for (int k = 0; k < count; k++) {
                if (content[head + k] != told[i][k] || peeks[told[i][k]] > 0) {
                    return false;
                }
            }
        } else {
            if (count == 0 || isAwaited(head, head + count)) {
                return false;
            }
            removable -= poll.max();
        }
        head += count;
        return true;
    }

    private boolean peek(int i) {
        if (told[i].length == 0) {
            return head == tail;
        }
        boolean is = told[i].length == 1 && head < tail && content[head] == told[i][0];
        peeks[told[i][0]] -= is ? 1 : 0;
        return is;
    }

    private boolean clear(int i) {
        if (head == tail && !calls.get(i).certain || isAwaited(head, tail)) {
            return false;
        }
        head = tail;
        clears--;
        return true;
    }

    private boolean isAwaited(int from, int to) {
        for (int k = from; k < to; k++) {
            if (polledBy[content[k]] != NEVER || peeks[content[k]] > 0) {
                return true;
            }
        }
        return false;
    }

    @Override
    public void undo() {
        Before earlier = history.pop();
        while (tail > earlier.tail) {
            isOffered[content[--tail]] = false;
        }
        if (calls.get(earlier.call).call.operation() instanceof Peek && told[earlier.call].length > 0) {
            peeks[told[earlier.call][0]]++;
        }
        head = earlier.head;
        clears = earlier.clears;
        removable = earlier.removable;
    }

    @Override
    public long hash() {
        long hash = 1;
        for (int k = head; k < tail; k++) {
            hash = (hash + content[k] + 1) * 0x9E3779B97F4A7C15L;
            hash ^= hash >>> 29;
        }
        return hash;
    }
}
