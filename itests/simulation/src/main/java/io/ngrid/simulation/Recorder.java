package io.ngrid.simulation;

import io.ngrid.node.state.Answer;
import io.ngrid.simulation.check.Call;
import io.ngrid.simulation.check.History;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Writes the history of a run, and checks what can be checked at once. */
final class Recorder {
    private final SimulatedCluster cluster;
    private final int replicationQuorum;
    private final History history = new History();
    private final Map<String, Long> versions = new HashMap<>();
    private final Map<String, Long> lastBrowsed = new HashMap<>();
    private final Map<Long, Long> sequences = new HashMap<>();
    private final boolean largeValues;
    private long lastValue;
    private int lastTaken;
    private long calls;
    private long answered;

    Recorder(SimulatedCluster cluster, int replicationQuorum, boolean largeValues) {
        this.cluster = cluster;
        this.replicationQuorum = replicationQuorum;
        this.largeValues = largeValues;
    }

    History history() {
        return history;
    }

    /** A value that nobody else gets. */
    long newValue() {
        return ++lastValue;
    }

    /** A value's bytes: short ones mostly, some that fill pages, in some runs a few that fill segments. */
    byte[] bytes(long value) {
        if (largeValues && value % 101 == 0) {
            return Values.encode(value, 70_000);
        }
        return Values.encode(value, value % 17 == 0 ? 900 : (int) (value % 40));
    }

    long invoked(SimulatedNode node, Call.Operation operation) {
        long number = ++calls;
        String session = node + "/" + node.starts();
        history.add(new Call(number, session, operation, cluster.time().now(), Call.NEVER, new Call.Unknown()));
        cluster.trace().detail(number, () -> session + " calls #" + number + " " + operation);
        return number;
    }

    void returned(SimulatedNode node, long number, Call.Operation operation, Call.Outcome outcome) {
        history.ended(number, cluster.time().now(), outcome);
        cluster.trace().detail(number * 31 + outcome.hashCode(), () -> node + " #" + number + " returns " + outcome);
        if (!(outcome instanceof Call.Unknown) && !(outcome instanceof Call.NotExecuted)) {
            answered++;
            requireDurable(operation, outcome);
            lastTaken = outcome instanceof Call.Values taken ? taken.values().size() : lastTaken;
            if (operation instanceof Call.Get get && outcome instanceof Call.Value value) {
                versions.put(get.key(), value.version());
            } else if (outcome instanceof Call.Entries page) {
                page.entries().forEach(entry -> versions.put(entry.key(), entry.version()));
            } else if (operation instanceof Call.Browse browse
                    && outcome instanceof Call.Values seen
                    && !seen.values().isEmpty()) {
                lastBrowsed.put(browse.name(), seen.values().get(seen.values().size() - 1));
            }
        }
    }

    /** What was answered as done lies on W disks by now [R2]. */
    private void requireDurable(Call.Operation operation, Call.Outcome outcome) {
        StateWatch states = cluster.watch().states;
        if (operation instanceof Call.Offer offer && outcome instanceof Call.Flag flag && flag.done()) {
            offer.values().forEach(value -> durable(states.writtenAt(value), "offer of " + value));
        } else if (operation instanceof Call.Poll && outcome instanceof Call.Values taken) {
            taken.values().forEach(value -> durable(states.takenAt(value), "poll of " + value));
        } else if (operation instanceof Call.Put put && outcome instanceof Call.Previous previous && previous.done()) {
            durable(states.writtenAt(put.value()), "put of " + put.value());
        } else if (operation instanceof Call.PutAll all && outcome instanceof Call.Done) {
            all.values().forEach(value -> durable(states.writtenAt(value), "put of " + value));
        }
    }

    /** Somebody was told elements with their sequences. */
    void browsed(Answer.Elements answer, List<Long> values) {
        for (int i = 0; i < values.size(); i++) {
            long value = values.get(i);
            long sequence = answer.sequences().get(i);
            sequences.put(value, sequence);
            cluster.watch()
                    .require(
                            cluster.watch().states.value(answer.queue(), sequence) == value,
                            "[R5]",
                            () -> "element " + sequence + " of queue " + answer.queue() + " was told to be " + value);
        }
    }

    /** Sequence behind that of an element that somebody was told, 0 for none. */
    long sequenceAfter(long value) {
        return value == 0 ? 0 : sequences.getOrDefault(value, -1L) + 1;
    }

    /** The last element that somebody saw in a queue, 0 if none did. */
    long lastBrowsed(String queue) {
        return lastBrowsed.getOrDefault(queue, 0L);
    }

    private void durable(long index, String what) {
        cluster.watch()
                .require(index > 0, "[R5]", () -> "the " + what + " was answered as done, no committed entry says so");
        if (index > 0) {
            cluster.watch().logs.answered(index, replicationQuorum);
        }
    }

    /** The version of a key's value that somebody saw last. */
    long seenVersion(String key) {
        return versions.getOrDefault(key, 0L);
    }

    /** How many elements the last answered poll took. */
    int lastTaken() {
        return lastTaken;
    }

    /** Calls made. */
    long calls() {
        return calls;
    }

    /** Calls that were answered. */
    long answered() {
        return answered;
    }
}
