package io.ngrid.simulation.check;

import io.ngrid.simulation.check.Call.Browse;
import io.ngrid.simulation.check.Call.Clear;
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
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/**
 * What no FIFO queue with unique values shows. No legal history is rejected. For offers of one element, polls of one
 * element and polls of nothing, all answered or offers without an answer, all illegal ones are: the patterns are those that
 * Henzinger, Sezgin and Vafeiadis proved complete ("Aspect-oriented linearizability proofs"; near-linear in Lee and Mathur,
 * "Efficient decrease-and-conquer linearizability monitoring"). Beyond that these follow from single calls and pairs of
 * calls, not from all calls at once: a peek is somebody who finds the head; elements of one offer lie next to each other; a
 * size, an offer that fits or does not, and a poll that finds too little need a moment in their time when the queue can
 * have been that long; and polls without an answer, clears and, in a queue that drops its oldest elements, offers to the
 * full queue can have taken all that nobody ever saw again.
 */
final class QueueRules {
    private final History.Queue queue;
    private final List<Timed> calls;
    private final List<Timed> clears;
    private final List<Element> elements = new ArrayList<>();
    private final Map<Long, Element> byValue = new HashMap<>();
    private final List<Finding> findings = new ArrayList<>();

    /**
     * Rules of a queue.
     *
     * @param queue the queue
     * @param calls its calls, in the order of their invocations
     */
    QueueRules(History.Queue queue, List<Timed> calls) {
        this.queue = queue;
        this.calls = calls;
        this.clears = calls.stream()
                .filter(call -> call.certain && call.call.operation() instanceof Clear)
                .toList();
    }

    List<Finding> check() {
        if (elements()) {
            order();
            together();
            lost();
            calls.forEach(this::passedOver);
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
            boolean head = isFromHead(call);
            for (long value : call.seen()) {
                Element element = byValue.get(value);
                if (element != null) {
                    seen(element, call, head);
                }
                head &= call.call.operation() instanceof Poll; // it takes one after the other from the head
            }
        }
        elements.forEach(this::cleared);
        calls.stream().filter(this::mayTake).forEach(this::takes);
        for (Element element : elements) {
            element.mayGo = element.poll != null
                    ? element.thereFrom
                    : element.takers.stream()
                            .mapToLong(taker -> Math.max(taker.earliest, element.thereFrom))
                            .min()
                            .orElse(Call.NEVER);
            if (element.goneBy < element.thereFrom) {
                found(Kind.STALE_READ, element + " was found after its poll or a clear: " + element.poll);
            }
        }
        return findings.isEmpty();
    }

    /** Whether the first element that a call was told was the head. */
    private static boolean isFromHead(Timed call) {
        return !(call.call.operation() instanceof Browse browse) || browse.after() == 0;
    }

    private void seen(Element element, Timed call, boolean head) {
        if (call.call.operation() instanceof Poll) {
            if (element.poll != null) {
                found(Kind.DOUBLED, element + " was polled by " + element.poll + " and by " + call);
            }
            element.poll = call;
            element.goneBy = Math.min(element.goneBy, call.latest);
        }
        if (head) {
            element.headBy = Math.min(element.headBy, call.latest);
            element.headFrom = Math.max(element.headFrom, call.earliest);
        }
        element.thereBy = Math.min(element.thereBy, call.latest);
        element.thereFrom = Math.max(element.thereFrom, call.earliest);
        for (Timed clear : clears) {
            if (element.offer.isBefore(clear) && clear.isBefore(call)) {
                found(Kind.STALE_READ, element + " was found by " + call + " after " + clear);
            }
        }
    }

    private void cleared(Element element) {
        element.clears = clears.stream().filter(element.offer::isBefore).toList();
        for (Timed clear : element.clears) {
            element.goneBy = Math.min(element.goneBy, clear.latest);
        }
    }

    /** Whether a call takes elements without telling, perhaps. */
    private boolean mayTake(Timed call) {
        Call.Operation operation = call.call.operation();
        if (operation instanceof Offer offer) {
            int count = offer.values().size();
            return queue.dropsOldest()
                    && count <= queue.capacity()
                    && !call.written().isEmpty()
                    && couldHold(call, queue.capacity() - count + 1, Call.NEVER);
        }
        return operation instanceof Clear || operation instanceof Poll && !call.certain;
    }

    /** How many elements such a call takes at most. */
    private static long most(Timed taker) {
        Call.Operation operation = taker.call.operation();
        if (operation instanceof Offer offer) {
            return offer.values().size();
        }
        return operation instanceof Poll poll ? poll.max() : Long.MAX_VALUE;
    }

    /** Which elements such a call can have taken: none behind one that was polled later. */
    private void takes(Timed taker) {
        List<Element> left = elements.stream()
                .filter(e -> e.poll != null && taker.isBefore(e.poll))
                .sorted(Comparator.comparingLong(e -> e.offer.earliest))
                .toList();
        long firstIn = left.stream().mapToLong(e -> e.offer.latest).min().orElse(Call.NEVER);
        for (Element element : elements) {
            if (element.poll == null
                    && taker != element.offer
                    && taker.latest >= element.thereFrom
                    && firstIn >= element.offer.earliest
                    && !taker.isBefore(element.offer)
                    && left.stream()
                            .takeWhile(e -> e.offer.earliest <= element.offer.earliest)
                            .noneMatch(e -> e.isOfferedBefore(element))) {
                element.takers.add(taker);
            }
        }
    }

    /** First in, and not first out. */
    private void order() {
        for (Element a : elements) {
            for (Element b : elements) {
                if (b.headBy < a.headFrom && a.isOfferedBefore(b)) {
                    found(Kind.OUT_OF_ORDER, a + " was offered before " + b + ", and came to the head after it");
                    return;
                }
            }
        }
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
                    found(Kind.OUT_OF_ORDER, a + " and " + b + " were no neighbours, and found so by " + call);
                    return;
                }
                for (int k = 0; k < i && a != null && b != null; k++) {
                    Element c = byValue.get(taken.get(k));
                    if (c != null && (b.isOfferedBefore(c) || b.headBy < c.headFrom)) {
                        found(Kind.OUT_OF_ORDER, b + " is older than " + c + ", and found behind it by " + call);
                        return;
                    }
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
        List<Timed> looks = calls.stream()
                .filter(call ->
                        isFromHead(call) && (foundAll(call) || !call.seen().isEmpty()))
                .sorted(Comparator.comparingLong(call -> call.latest))
                .toList();
        for (Element a : elements) {
            if (a.poll == null && a.offer.certain) {
                Timed by = looks.stream()
                        .filter(call -> isBehind(a, call))
                        .findFirst()
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
        List<Timed> polls = gone.element.takers.stream()
                .filter(poll -> poll.earliest <= gone.by.latest)
                .toList();
        for (Timed poll : polls) {
            List<Gone> others = taken.computeIfAbsent(poll, p -> new ArrayList<>());
            if (others.size() < most(poll)) {
                return others.add(gone);
            }
        }
        for (Timed poll : polls) {
            if (tried.add(poll)) {
                List<Gone> others = taken.getOrDefault(poll, List.of());
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
        return !call.seen().contains(a.value)
                && (foundAll(call) && a.offer.isBefore(call)
                        || call.seen().stream().map(byValue::get).anyMatch(b -> b != null && a.isOfferedBefore(b)));
    }

    /** An iterator goes on behind an element, and not behind what follows that. */
    private void passedOver(Timed call) {
        Element from = call.call.operation() instanceof Browse browse ? byValue.get(browse.after()) : null;
        if (from == null || !call.certain) {
            return;
        }
        Element first = call.seen().isEmpty() ? null : byValue.get(call.seen().get(0));
        elements.stream()
                .filter(e -> e != first && e.mayGo > call.latest && e.offer.certain && from.isOfferedBefore(e))
                .filter(e -> first == null ? e.offer.isBefore(call) : e.isOfferedBefore(first))
                .forEach(e -> found(Kind.LOST, e + " was in the queue, and passed over by " + call));
    }

    /** Whether a call found no more than what it was told. */
    private static boolean foundAll(Timed call) {
        Call.Operation operation = call.call.operation();
        return call.certain
                && (operation instanceof Peek && call.seen().isEmpty()
                        || operation instanceof Browse browse
                                && browse.after() == 0
                                && call.seen().size() < browse.max()
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
            long fits = queue.capacity() - offer.values().size();
            if (queue.dropsOldest() && flag.done() != fits >= 0) {
                found(Kind.WRONG_SIZE, call + ": what fits into the queue is taken, and nothing else");
            } else if (!queue.dropsOldest()) {
                length(call, flag.done() ? 0 : fits + 1, flag.done() ? fits : Call.NEVER, Kind.WRONG_SIZE);
            }
        } else if (operation instanceof Browse && foundAll(call)) {
            int count = call.seen().size();
            length(call, count, count, count == 0 ? Kind.WRONGLY_EMPTY : Kind.WRONG_SIZE);
        } else if (foundAll(call)) {
            length(call, 0, 0, Kind.WRONGLY_EMPTY); // without what it took itself
        }
    }

    private void length(Timed call, long least, long most, Kind kind) {
        boolean tooMany = least > queue.capacity() && call.call.operation() instanceof Call.Look;
        if (tooMany || !couldHold(call, least, most)) {
            found(kind, call + ": there were never from " + least + " to " + most + " others in its time");
        }
    }

    /** Whether the queue can have held so many elements when a call took effect. */
    private boolean couldHold(Timed call, long least, long most) {
        if (least <= 0 && most >= elements.size()) {
            return true;
        }
        List<Stay> surely = stays(e -> e.surelyIn(call));
        List<Stay> perhaps = stays(e -> e.perhapsIn(call));
        return LongStream.concat(
                        LongStream.of(call.earliest), // then fewest leave, or most come
                        elements.stream().flatMapToLong(e -> LongStream.of(e.mayGo, e.offer.earliest)))
                .filter(moment -> moment >= call.earliest && moment <= call.latest)
                .anyMatch(moment -> count(surely, moment) <= most && count(perhaps, moment) >= least);
    }

    private List<Stay> stays(Function<Element, @Nullable Stay> of) {
        return elements.stream().map(of).filter(Objects::nonNull).toList();
    }

    private static long count(List<Stay> stays, long moment) {
        long count = 0;
        for (Stay stay : stays) {
            if (stay.after < moment && moment < stay.before) {
                count++;
            }
        }
        return count;
    }

    private void found(Kind kind, String text) {
        findings.add(new Finding(kind, queue.name(), text));
    }

    /**
     * An element that nobody saw again.
     *
     * @param by found that it was gone
     */
    private record Gone(Element element, Timed by) {}

    /** The time between two moments in which an element was in the queue. */
    private record Stay(long after, long before) {}

    /** An element of the queue. */
    private static final class Element {
        final long value;
        final Timed offer;
        final @Nullable Element previous; // in its offer

        @Nullable
        Element next;

        @Nullable
        Timed poll;

        final List<Timed> takers = new ArrayList<>(); // if nobody saw it go
        List<Timed> clears = List.of(); // that came after it
        long headBy = Call.NEVER; // it was at the head at a moment not after this
        long headFrom = Long.MIN_VALUE; // and at one not before this
        long thereBy = Call.NEVER; // it was in the queue at a moment not after this
        long thereFrom; // and at one not before this
        long mayGo = Long.MIN_VALUE; // before this it did not go
        long goneBy = Call.NEVER; // it was gone at a moment not after this

        Element(long value, Timed offer, @Nullable Element previous) {
            this.value = value;
            this.offer = offer;
            this.previous = previous;
            this.thereFrom = offer.earliest;
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

        /** When it was surely there as others, if a call took effect then; null if never. */
        @Nullable
        Stay surelyIn(Timed call) {
            if (!offer.certain || offer == call) {
                return null;
            }
            boolean before = offer.isBefore(call) || isNeighbourIn(call);
            return new Stay(before ? Long.MIN_VALUE : Math.min(offer.latest, thereBy), mayGo);
        }

        private boolean isNeighbourIn(Timed call) {
            return (previous != null || next != null)
                    && offer.written().stream().anyMatch(call.seen()::contains);
        }

        /** When it was perhaps there as another, if a call took effect then; null if never. */
        @Nullable
        Stay perhapsIn(Timed call) {
            boolean gone = poll != null && poll != call && poll.isBefore(call)
                    || clears.stream().anyMatch(clear -> clear.isBefore(call));
            return gone || offer == call || call.isBefore(offer)
                    ? null
                    : new Stay(offer.earliest - 1, goneBy == Call.NEVER ? goneBy : goneBy + 1);
        }

        @Override
        public String toString() {
            return value + " (" + offer + ")";
        }
    }
}
