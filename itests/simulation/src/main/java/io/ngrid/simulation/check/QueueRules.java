package io.ngrid.simulation.check;

import io.ngrid.simulation.check.Call.Count;
import io.ngrid.simulation.check.Call.Flag;
import io.ngrid.simulation.check.Call.Offer;
import io.ngrid.simulation.check.Call.Peek;
import io.ngrid.simulation.check.Call.Poll;
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
 * What no FIFO queue with unique values shows. No legal history is rejected. For offers of one element, polls of one
 * element and polls of nothing, all answered or offers without an answer, all illegal ones are: the patterns are those that
 * Henzinger, Sezgin and Vafeiadis proved complete ("Aspect-oriented linearizability proofs"; near-linear in Lee and Mathur,
 * "Efficient decrease-and-conquer linearizability monitoring"). Beyond that these follow from single calls and pairs of
 * calls, not from all calls at once: a peek is somebody who finds the head; elements of one offer lie next to each other; a
 * size, an offer that fits or does not, and a poll that finds too little need a moment in their time when the queue can
 * have been that long; and polls without an answer can have taken all that nobody ever saw again.
 */
final class QueueRules {
    private final String name;
    private final long capacity;
    private final List<Timed> calls;
    private final List<Timed> unknownPolls;
    private final List<Element> elements = new ArrayList<>();
    private final Map<Long, Element> byValue = new HashMap<>();
    private final List<Finding> findings = new ArrayList<>();

    /**
     * Rules of a queue.
     *
     * @param name its name
     * @param capacity its capacity
     * @param calls its calls, in the order of their invocations
     */
    QueueRules(String name, long capacity, List<Timed> calls) {
        this.name = name;
        this.capacity = capacity;
        this.calls = calls;
        this.unknownPolls = calls.stream()
                .filter(call -> !call.certain && call.call.operation() instanceof Poll)
                .toList();
    }

    List<Finding> check() {
        if (elements()) {
            order();
            together();
            lost();
            calls.forEach(this::length);
        }
        return findings;
    }

    /** Whether every element was polled once, and not seen after that. */
    private boolean elements() {
        for (Timed call : calls) {
            if (call.call.operation() instanceof Offer) {
                Element before = null;
                for (long value : call.written()) {
                    before = new Element(value, call, before);
                    byValue.put(value, before);
                    elements.add(before);
                }
            }
        }
        for (Timed call : calls) {
            for (long value : call.seen()) {
                Element element = byValue.get(value);
                if (element != null && call.call.operation() instanceof Poll) {
                    if (element.poll != null) {
                        found(Kind.DOUBLED, element + " was polled by " + element.poll + " and by " + call);
                    }
                    element.poll = call;
                }
                if (element != null) {
                    element.headBy = Math.min(element.headBy, call.latest);
                    element.headFrom = Math.max(element.headFrom, call.earliest);
                }
            }
        }
        for (Element element : elements) {
            if (element.poll == null) {
                element.takers = unknownPolls.stream()
                        .filter(poll -> mayTake(poll, element))
                        .toList();
            }
            element.mayGo = element.poll != null
                    ? element.headFrom
                    : element.takers.stream()
                            .mapToLong(poll -> poll.earliest)
                            .min()
                            .orElse(Call.NEVER);
            if (element.isThereUntil() < element.headFrom) {
                found(Kind.STALE_READ, element + " was found at the head after its poll: " + element.poll);
            }
        }
        return findings.isEmpty();
    }

    /** Whether a poll without an answer can have taken an element. */
    private boolean mayTake(Timed poll, Element element) {
        return poll.latest >= element.offer.earliest
                && !poll.isBefore(element.offer)
                && elements.stream()
                        .noneMatch(b -> b.poll != null && poll.isBefore(b.poll) && b.isOfferedBefore(element));
    }

    /** First in, and not first out. */
    private void order() {
        for (Element a : elements) {
            for (Element b : elements) {
                boolean reversed = b.headBy < a.headFrom || a.poll == b.poll && isBefore(b, a);
                if (reversed && a.isOfferedBefore(b)) {
                    found(Kind.OUT_OF_ORDER, a + " was offered before " + b + ", and came to the head after it");
                    return;
                }
            }
        }
    }

    /** Whether one poll took both in this order. */
    private static boolean isBefore(Element a, Element b) {
        return a.poll != null
                && a.poll == b.poll
                && a.poll.seen().indexOf(a.value) < a.poll.seen().indexOf(b.value);
    }

    /** Between two elements that were offered as neighbours, something else came to the head. */
    private void together() {
        for (Timed call : calls) {
            List<Long> taken = call.seen();
            for (int i = 1; i < taken.size(); i++) {
                Element a = byValue.get(taken.get(i - 1));
                Element b = byValue.get(taken.get(i));
                if (a != null
                        && b != null
                        && (a.next != null && a.next != b || b.previous != null && b.previous != a)) {
                    found(Kind.OUT_OF_ORDER, a + " and " + b + " were no neighbours, and polled so by " + call);
                    return;
                }
            }
        }
        for (Element a : elements) {
            Element b = a.next;
            if (b != null && a.headBy < b.headFrom) {
                for (Element c : elements) {
                    if (c != a && c != b && a.headBy < c.headFrom && c.headBy < b.headFrom) {
                        found(Kind.OUT_OF_ORDER, c + " came to the head between " + a + " and " + b);
                        return;
                    }
                }
            }
        }
    }

    /** What nobody saw again, and yet is gone, must have gone by polls without an answer. */
    private void lost() {
        Map<Timed, List<Gone>> taken = new HashMap<>();
        for (Element a : elements) {
            if (a.poll == null && a.offer.certain) {
                Timed by = calls.stream()
                        .filter(call -> isBehind(a, call))
                        .min(Comparator.comparingLong(call -> call.latest))
                        .orElse(null);
                if (by != null && !take(new Gone(a, by), taken, new HashSet<>())) {
                    found(
                            Kind.LOST,
                            a + " was never polled, and gone when a younger one or none was found by " + by
                                    + (a.takers.isEmpty() ? "" : "; polls without an answer cannot have taken it"));
                    return;
                }
            }
        }
    }

    /** Finds a poll for an element that is gone, if need be by finding others for those that it took (Kuhn). */
    private boolean take(Gone gone, Map<Timed, List<Gone>> taken, Set<Timed> tried) {
        for (Timed poll : gone.element.takers) {
            if (poll.earliest <= gone.by.latest && tried.add(poll)) {
                List<Gone> others = taken.computeIfAbsent(poll, p -> new ArrayList<>());
                if (others.size() < ((Poll) poll.call.operation()).max()) {
                    return others.add(gone);
                }
                for (int i = 0; i < others.size(); i++) {
                    if (take(others.get(i), taken, tried)) {
                        others.set(i, gone);
                        return true;
                    }
                }
            }
        }
        return false;
    }

    /** Whether a call found something younger than an element at the head, or too little. */
    private boolean isBehind(Element a, Timed call) {
        return foundAll(call) && a.offer.isBefore(call)
                || call.seen().stream().map(byValue::get).anyMatch(b -> b != null && a.isOfferedBefore(b));
    }

    /** Whether a call found no more than what it was told. */
    private static boolean foundAll(Timed call) {
        Call.Operation operation = call.call.operation();
        return call.certain
                && (operation instanceof Peek && call.seen().isEmpty()
                        || operation instanceof Poll poll && call.seen().size() < poll.max());
    }

    // ---- how long the queue was

    /** Whether a call that says how long the queue was has a moment in its time when it can have been. */
    private void length(Timed call) {
        Call.Operation operation = call.call.operation();
        if (!call.certain) {
            return;
        }
        if (call.call.outcome() instanceof Count count) {
            length(call, count.count(), count.count(), Kind.WRONG_SIZE);
        } else if (operation instanceof Offer offer && call.call.outcome() instanceof Flag flag) {
            long fits = capacity - offer.values().size();
            length(call, flag.done() ? 0 : fits + 1, flag.done() ? fits : Call.NEVER, Kind.WRONG_SIZE);
        } else if (foundAll(call)) {
            length(call, 0, 0, Kind.WRONGLY_EMPTY); // without what it took itself
        }
    }

    private void length(Timed call, long least, long most, Kind kind) {
        if (least == 0 && most >= elements.size()) {
            return;
        }
        List<Element> near = elements.stream()
                .filter(e -> e.offer.earliest <= call.latest && e.isThereUntil() >= call.earliest)
                .toList();
        List<Long> moments = new ArrayList<>(List.of(call.earliest)); // then fewest leave, or most come
        near.forEach(e -> moments.addAll(List.of(e.mayGo, e.offer.earliest)));
        long lower = Call.NEVER;
        long upper = 0;
        for (long moment : moments) {
            if (moment >= call.earliest && moment <= call.latest) {
                long surely =
                        near.stream().filter(e -> e.isSurelyIn(moment, call)).count();
                long perhaps =
                        near.stream().filter(e -> e.isPerhapsIn(moment, call)).count();
                if (surely <= most && perhaps >= least) {
                    return;
                }
                lower = Math.min(lower, surely);
                upper = Math.max(upper, perhaps);
            }
        }
        found(kind, call + ": there were at least " + lower + " and at most " + upper + " others all the time");
    }

    private void found(Kind kind, String text) {
        findings.add(new Finding(kind, name, text));
    }

    /**
     * An element that nobody saw again.
     *
     * @param by found that it was gone
     */
    private record Gone(Element element, Timed by) {}

    /** An element of the queue. */
    private static final class Element {
        final long value;
        final Timed offer;
        final @Nullable Element previous; // in its offer

        @Nullable
        Element next;

        @Nullable
        Timed poll;

        List<Timed> takers = List.of(); // if nobody saw it go
        long headBy = Call.NEVER; // it was at the head at a moment not after this
        long headFrom = Long.MIN_VALUE; // and at one not before this
        long mayGo; // before this it did not go

        Element(long value, Timed offer, @Nullable Element previous) {
            this.value = value;
            this.offer = offer;
            this.previous = previous;
            if (previous != null) {
                previous.next = this;
            }
        }

        boolean isOfferedBefore(Element other) {
            if (offer != other.offer) {
                return offer.certain && offer.isBefore(other.offer);
            }
            for (Element e = next; e != null; e = e.next) {
                if (e == other) {
                    return true;
                }
            }
            return false;
        }

        long isThereUntil() {
            return poll == null ? Call.NEVER : poll.latest;
        }

        boolean isSurelyIn(long moment, Timed call) {
            boolean in = offer.latest < moment || headBy < moment || offer.isBefore(call) || isNeighbourIn(call);
            return offer.certain && offer != call && in && moment < mayGo;
        }

        private boolean isNeighbourIn(Timed call) {
            return (previous != null || next != null)
                    && offer.written().stream().anyMatch(call.seen()::contains);
        }

        boolean isPerhapsIn(long moment, Timed call) {
            boolean gone = poll != null && (poll.latest < moment || poll != call && poll.isBefore(call));
            return offer.earliest <= moment && !gone && !call.isBefore(offer);
        }

        @Override
        public String toString() {
            return value + " (" + offer + ")";
        }
    }
}
