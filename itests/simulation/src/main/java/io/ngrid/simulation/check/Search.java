package io.ngrid.simulation.check;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;

/**
 * Looks for an order of calls that keeps real time and the order of sessions, and in which each was told the right thing:
 * depth first, with what has been tried remembered by calls and state (Wing and Gong, with Lowe's memory). A call whose
 * outcome is unknown is placed or left out. Good histories are walked through nearly straight, because the machine knows
 * what the calls will be told.
 */
final class Search {
    enum Verdict {
        FOUND,
        NONE,
        UNDECIDED
    }

    private record Key(long calls, long other, long state) {}

    private static final class Frame {
        final int[] candidates;
        int next;
        int taken = -1;
        long clockBefore;
        int placeBefore;

        Frame(int[] candidates) {
            this.candidates = candidates;
        }
    }

    private final List<Timed> calls;
    private final Machine machine;
    private final int limit;
    private final int[] following;
    private final int[] preceding;
    private final long[] mark;
    private final long[] otherMark;
    private final int[] session;
    private final int[] place;
    private final Set<Key> seen = new HashSet<>();
    private final int[] placeReached;
    private long clock = Long.MIN_VALUE;
    private long hash;
    private long otherHash;
    private int certainLeft;
    private int fewestLeft = Integer.MAX_VALUE;
    private List<Timed> stuck = List.of();

    /**
     * A search.
     *
     * @param calls the calls, by rising {@code earliest}
     * @param machine its places are those of the list
     * @param limit most states to visit
     */
    Search(List<Timed> calls, Machine machine, int limit) {
        this.calls = calls;
        this.machine = machine;
        this.limit = limit;
        int n = calls.size();
        following = new int[n + 1];
        preceding = new int[n + 1];
        mark = new long[n];
        otherMark = new long[n];
        session = new int[n];
        place = new int[n];
        SplittableRandom random = new SplittableRandom(n);
        Map<String, Integer> sessions = new HashMap<>();
        for (int i = 0; i < n; i++) {
            Timed call = calls.get(i);
            mark[i] = random.nextLong();
            otherMark[i] = random.nextLong();
            session[i] = sessions.computeIfAbsent(call.call.session(), s -> sessions.size());
            place[i] = call.ordered ? (int) call.call.number() : 0;
            certainLeft += call.certain ? 1 : 0;
        }
        placeReached = new int[sessions.size()];
        for (int i = 0; i <= n; i++) { // a ring; n is its beginning and end
            following[i] = i == n ? 0 : i + 1;
            preceding[i] = i == 0 ? n : i - 1;
        }
    }

    Verdict run() {
        Deque<Frame> path = new ArrayDeque<>();
        path.push(new Frame(candidates()));
        while (certainLeft > 0) {
            Frame frame = path.peek();
            if (frame == null) {
                return Verdict.NONE;
            }
            if (frame.taken >= 0) { // came back from below
                giveBack(frame);
            }
            if (frame.next == frame.candidates.length) {
                path.pop();
            } else if (take(frame)) {
                if (seen.size() > limit) {
                    return Verdict.UNDECIDED;
                }
                path.push(new Frame(candidates()));
            }
        }
        return Verdict.FOUND;
    }

    /** Where the search came furthest: the calls that it could not place there. */
    List<Timed> stuck() {
        return stuck;
    }

    private boolean take(Frame frame) {
        int call = frame.candidates[frame.next++];
        boolean only = calls.get(call).certain && machine.looks(call) && harmsNobody(call);
        if (!machine.take(call)) {
            return false;
        }
        if (only) { // whatever else could come first could as well come after
            frame.next = frame.candidates.length;
        }
        enter(frame, call);
        if (seen.add(new Key(hash, otherHash, machine.hash()))) {
            return true;
        }
        giveBack(frame);
        return false;
    }

    private void enter(Frame frame, int call) {
        Timed timed = calls.get(call);
        frame.taken = call;
        frame.clockBefore = clock;
        frame.placeBefore = placeReached[session[call]];
        clock = Math.max(clock, timed.earliest);
        if (timed.write) {
            placeReached[session[call]] = Math.max(placeReached[session[call]], place[call]);
        }
        following[preceding[call]] = following[call];
        preceding[following[call]] = preceding[call];
        hash ^= mark[call];
        otherHash ^= otherMark[call];
        certainLeft -= timed.certain ? 1 : 0;
    }

    private void giveBack(Frame frame) {
        int call = frame.taken;
        frame.taken = -1;
        machine.undo();
        clock = frame.clockBefore;
        placeReached[session[call]] = frame.placeBefore;
        following[preceding[call]] = call;
        preceding[following[call]] = call;
        hash ^= mark[call];
        otherHash ^= otherMark[call];
        certainLeft += calls.get(call).certain ? 1 : 0;
    }

    /** Calls that may be the next, the likely ones first. */
    private int[] candidates() {
        List<Integer> found = new ArrayList<>();
        long bound = Call.NEVER;
        Map<Integer, Integer> open = new HashMap<>(); // by session: place of the first answered write not taken
        Map<Integer, Integer> openWrites = new HashMap<>(); // and of the first certain one
        int end = calls.size();
        for (int i = following[end]; i != end && calls.get(i).earliest <= bound; i = following[i]) {
            Timed call = calls.get(i);
            if (call.certain) {
                bound = Math.min(bound, call.latest);
                if (call.write && call.ordered) {
                    openWrites.merge(session[i], place[i], Math::min);
                    if (call.answered) {
                        open.merge(session[i], place[i], Math::min);
                    }
                }
            }
            if (isLive(i)) {
                found.add(i);
            }
        }
        long latest = bound;
        found.removeIf(i -> calls.get(i).earliest > latest
                || calls.get(i).ordered
                        && place[i]
                                > (calls.get(i).write ? openWrites : open).getOrDefault(session[i], Integer.MAX_VALUE));
        found.sort(Comparator.comparingLong(machine::rank));
        if (certainLeft < fewestLeft) {
            fewestLeft = certainLeft;
            stuck = found.stream().map(calls::get).toList();
        }
        return found.stream().mapToInt(i -> i).toArray();
    }

    /** Whether a call can still come after those taken. */
    private boolean isLive(int i) {
        Timed call = calls.get(i);
        return call.latest >= clock && !(call.ordered && call.write && place[i] < placeReached[session[i]]);
    }

    /** Whether taking a call that only looks leaves all others possible. */
    private boolean harmsNobody(int looking) {
        Timed look = calls.get(looking);
        int end = calls.size();
        for (int i = following[end]; i != end && calls.get(i).earliest <= look.latest; i = following[i]) {
            Timed call = calls.get(i);
            boolean harmed = call.latest < look.earliest
                    || look.write
                            && look.ordered
                            && call.ordered
                            && call.write
                            && session[i] == session[looking]
                            && place[i] < place[looking];
            if (harmed && !call.certain && isLive(i)) {
                return false;
            }
        }
        return true;
    }
}
