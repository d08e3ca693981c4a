package io.ngrid.simulation.check;

import io.ngrid.simulation.check.Call.Clear;
import io.ngrid.simulation.check.Call.Offer;
import io.ngrid.simulation.check.Call.Poll;
import io.ngrid.simulation.check.Call.Values;
import io.ngrid.simulation.check.Finding.Kind;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What no FIFO queue with unique values shows, each in O(n log n): the violations that make up all there can be without
 * unknown outcomes and bounds (Henzinger, Sezgin and Vafeiadis, "Aspect-oriented linearizability proofs"; Lee and Mathur,
 * "Efficient decrease-and-conquer linearizability monitoring"). They name the fault; {@link Search} has the last word.
 */
final class QueueRules {
    /** A value certainly offered. */
    private record Element(
            long value, int place, Timed offer, @Nullable Timed poll, int placeInPoll) {
        long pollEarliest() {
            return poll == null ? Call.NEVER : poll.earliest;
        }
    }

    private final String name;
    private final List<Timed> calls;
    private final List<Element> elements = new ArrayList<>();
    private final List<Timed> unknownPolls;
    private final List<Finding> findings = new ArrayList<>();

    QueueRules(String name, List<Timed> calls) {
        this.name = name;
        this.calls = calls;
        this.unknownPolls = calls.stream()
                .filter(call -> !call.certain && call.call.operation() instanceof Poll)
                .toList();
    }

    List<Finding> check() {
        doubled();
        if (findings.isEmpty()) {
            outOfOrder();
            if (calls.stream().noneMatch(call -> call.call.operation() instanceof Clear)) {
                lost();
            }
            wronglyEmpty();
        }
        return findings;
    }

    private void doubled() {
        Map<Long, Timed> polls = new HashMap<>();
        Map<Long, Integer> places = new HashMap<>();
        for (Timed call : calls) {
            if (call.call.operation() instanceof Poll) {
                for (long value : call.seen()) {
                    Timed other = polls.put(value, call);
                    places.put(value, places.size());
                    if (other != null) {
                        found(Kind.DOUBLED, "value " + value + " was polled by " + other + " and by " + call);
                    }
                }
            }
        }
        for (Timed call : calls) {
            if (call.certain && call.call.operation() instanceof Offer) {
                for (long value : call.written()) {
                    elements.add(
                            new Element(value, elements.size(), call, polls.get(value), places.getOrDefault(value, 0)));
                }
            }
        }
    }

    /** b was offered after a and certainly polled before it. */
    private void outOfOrder() {
        List<Element> ends = sorted(Comparator.comparingLong((Element a) -> a.offer.latest));
        Element last = null;
        int next = 0;
        for (Element b : sorted(Comparator.comparingLong((Element e) -> e.offer.earliest))) {
            for (; next < ends.size() && ends.get(next).offer.isBefore(b.offer); next++) {
                last = later(last, ends.get(next));
            }
            inOrder(last, b);
        }
        Map<Timed, Element> inOffer = new HashMap<>();
        Map<String, Element> inSession = new HashMap<>();
        for (Element b : elements) {
            inOrder(inOffer.get(b.offer), b);
            inOffer.put(b.offer, later(inOffer.get(b.offer), b));
            if (b.offer.ordered) {
                String session = b.offer.call.session();
                inOrder(inSession.get(session), b);
                inSession.put(session, later(inSession.get(session), b));
            }
        }
    }

    private static Element later(@Nullable Element a, Element b) {
        return a == null || b.pollEarliest() > a.pollEarliest() || b.poll == a.poll && b.placeInPoll > a.placeInPoll
                ? b
                : a;
    }

    private void inOrder(@Nullable Element a, Element b) {
        if (a == null || b.poll == null || a.poll == null) {
            return;
        }
        if (b.poll.isBefore(a.poll) || a.poll == b.poll && b.placeInPoll < a.placeInPoll) {
            found(
                    Kind.OUT_OF_ORDER,
                    "value " + a.value + " was offered before " + b.value + " and polled after it: " + a.offer + ", "
                            + b.offer + "; " + b.poll + ", " + a.poll);
        }
    }

    /** More was never polled, and yet is gone, than polls with an unknown outcome can have taken. */
    private void lost() {
        List<Element> unseen = elements.stream()
                .filter(e -> e.poll == null)
                .sorted(Comparator.comparingLong(e -> e.offer.latest))
                .toList();
        Map<Timed, Long> until = new HashMap<>(); // what was offered before is gone by the time of the poll
        for (Element e : elements) {
            if (e.poll != null) {
                until.merge(e.poll, e.offer.earliest, Math::max);
            }
        }
        for (Timed call : calls) {
            if (call.certain && call.call.operation() instanceof Poll) {
                lost(unseen, until.getOrDefault(call, call.earliest), call);
            }
        }
    }

    private void lost(List<Element> unseen, long until, Timed by) {
        int count = 0;
        while (count < unseen.size() && unseen.get(count).offer.latest < until) {
            count++;
        }
        if (count == 0) {
            return;
        }
        long taken = 0;
        for (Timed poll : unknownPolls) {
            taken += poll.earliest <= by.latest ? ((Poll) poll.call.operation()).max() : 0;
        }
        if (count > taken) {
            Element first = unseen.get(0);
            found(
                    Kind.LOST,
                    "value " + first.value + " was never polled, and gone when something younger or nothing was found"
                            + (count == 1
                                    ? ""
                                    : " (one of " + count + ", of which unknown polls can have taken " + taken + ")")
                            + ": " + first.offer + "; " + by);
        }
    }

    /** At every moment of the poll some element certainly was in the queue. */
    private void wronglyEmpty() {
        List<Element> begins = sorted(Comparator.comparingLong((Element e) -> e.offer.latest));
        begins.removeIf(e -> e.poll == null); // it is lost, or an unknown poll has it
        long[] ends = new long[begins.size()];
        for (int i = 0; i < ends.length; i++) {
            ends[i] = Math.max(begins.get(i).pollEarliest(), i == 0 ? 0 : ends[i - 1]);
        }
        for (Timed call : calls) {
            if (call.certain
                    && call.call.outcome() instanceof Values values
                    && values.values().isEmpty()) {
                long moment = call.earliest;
                Set<Long> blamed = new HashSet<>();
                while (moment <= call.latest) {
                    int count = before(begins, moment);
                    if (count == 0 || ends[count - 1] <= moment) {
                        moment = Call.NEVER;
                        blamed.clear();
                    } else {
                        moment = ends[count - 1];
                        blamed.add(begins.get(count - 1).value);
                    }
                }
                if (!blamed.isEmpty()) {
                    found(
                            Kind.WRONGLY_EMPTY,
                            call + " though something was in it all the time, as " + blamed.size() + " elements show");
                }
            }
        }
    }

    /** How many were certainly offered before a moment. */
    private static int before(List<Element> begins, long moment) {
        int low = 0;
        int high = begins.size();
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (begins.get(middle).offer.latest < moment) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }

    private List<Element> sorted(Comparator<Element> order) {
        List<Element> sorted = new ArrayList<>(elements);
        sorted.sort(order);
        return sorted;
    }

    private void found(Kind kind, String text) {
        findings.add(new Finding(kind, name, text));
    }
}
