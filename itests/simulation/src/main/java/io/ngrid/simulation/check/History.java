package io.ngrid.simulation.check;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** All calls of one run, in the order of their invocations, and how its queues were set up. */
public final class History {
    /**
     * A queue of the run.
     *
     * @param name its name
     * @param capacity its capacity
     * @param dropsOldest whether an offer to a full queue drops the oldest elements; otherwise it is refused
     */
    public record Queue(String name, long capacity, boolean dropsOldest) {}

    private final List<Queue> queues = new ArrayList<>();
    private final List<String> maps = new ArrayList<>();
    private final List<Call> calls = new ArrayList<>();

    /** Adds a queue. */
    public void add(Queue queue) {
        queues.add(queue);
    }

    /** Adds a map. */
    public void addMap(String name) {
        maps.add(name);
    }

    /** Adds a call; calls are numbered from 1 without gaps. */
    public void add(Call call) {
        if (call.number() != calls.size() + 1) {
            throw new IllegalArgumentException("call " + call.number() + " behind " + calls.size());
        }
        calls.add(call);
    }

    /** A call came to an end; replaces what {@link #add(Call)} said of it. */
    public void ended(long number, long returnedNanos, Call.Outcome outcome) {
        Call call = calls.get((int) number - 1);
        calls.set(
                (int) number - 1,
                new Call(number, call.session(), call.operation(), call.invokedNanos(), returnedNanos, outcome));
    }

    /** The queues. */
    public List<Queue> queues() {
        return Collections.unmodifiableList(queues);
    }

    /** Names of the maps. */
    public List<String> maps() {
        return Collections.unmodifiableList(maps);
    }

    /** The calls, in the order of their invocations. */
    public List<Call> calls() {
        return Collections.unmodifiableList(calls);
    }
}
