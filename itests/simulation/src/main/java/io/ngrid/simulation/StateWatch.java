package io.ngrid.simulation;

import io.ngrid.node.state.Action;
import io.ngrid.node.state.Applied;
import io.ngrid.node.state.BodyChange;
import io.ngrid.node.state.Command;
import io.ngrid.node.state.CommandCodec;
import io.ngrid.node.state.GridState;
import io.ngrid.node.state.MapState;
import io.ngrid.node.state.Outcome;
import io.ngrid.node.state.QueueState;
import io.ngrid.node.state.Result;
import io.ngrid.node.state.StateCodec;
import io.ngrid.spi.EntryKind;
import io.ngrid.spi.LogEntry;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The state as it follows from the committed log, entry by entry, with which every node must agree at equal indexes [R6];
 * and at which index each value was written and taken.
 */
final class StateWatch {
    private record Element(long queue, long sequence) {}

    private final Watch watch;
    private final List<GridState> states = new ArrayList<>(List.of(GridState.EMPTY));
    private final Map<Element, Long> values = new HashMap<>();
    private final Map<Long, Long> writtenAt = new HashMap<>();
    private final Map<Long, Long> takenAt = new HashMap<>();

    StateWatch(Watch watch) {
        this.watch = watch;
    }

    void committed(LogEntry entry) {
        try {
            Applied applied = states.get(states.size() - 1).apply(entry);
            states.add(applied.state());
            for (BodyChange change : applied.bodies()) {
                if (change instanceof BodyChange.Put put) {
                    long value = Values.decode(put.body());
                    values.put(new Element(put.queue(), put.sequence()), value);
                    writtenAt.putIfAbsent(value, entry.index());
                }
            }
            if (applied.outcome() instanceof Outcome.Executed executed) {
                executed(entry, executed.result());
            }
        } catch (RuntimeException e) {
            watch.fail("[R6]", "entry " + entry + " cannot be applied: " + e);
        }
    }

    private void executed(LogEntry entry, Result result) {
        if (result instanceof Result.Polled polled) {
            for (long sequence : polled.sequences()) {
                Long value = values.get(new Element(polled.queue(), sequence));
                if (value != null) {
                    takenAt.putIfAbsent(value, entry.index());
                }
            }
        } else if (entry.kind() == EntryKind.COMMAND
                && result instanceof Result.Previous previous
                && previous.done()
                && CommandCodec.decode(entry.payload()) instanceof Command.Execute execute
                && execute.action() instanceof Action.Put put) {
            writtenAt.putIfAbsent(Values.decode(put.value()), entry.index());
        } else if (entry.kind() == EntryKind.COMMAND
                && result instanceof Result.Done
                && CommandCodec.decode(entry.payload()) instanceof Command.Execute execute
                && execute.action() instanceof Action.PutAll all) {
            all.values().forEach(value -> writtenAt.putIfAbsent(Values.decode(value), entry.index()));
        }
    }

    /** The value that a queue got under a sequence, -1 if none. */
    long value(long queue, long sequence) {
        return values.getOrDefault(new Element(queue, sequence), -1L);
    }

    /** Index of the entry that wrote a value, -1 if none has. */
    long writtenAt(long value) {
        return writtenAt.getOrDefault(value, -1L);
    }

    /** Index of the entry that took a value, -1 if none has. */
    long takenAt(long value) {
        return takenAt.getOrDefault(value, -1L);
    }

    /** A node has applied entries. */
    void applied(String node, GridState state, boolean thoroughly) {
        long index = state.appliedIndex();
        watch.require(
                index < states.size(),
                "[R6]",
                () -> node + " has applied " + index + ", committed is " + (states.size() - 1));
        if (index < states.size()) {
            GridState expected = states.get((int) index);
            watch.require(
                    outline(state) == outline(expected)
                            && (!thoroughly
                                    || state.equals(expected)
                                            && state.hashCode() == expected.hashCode()
                                            && Arrays.equals(bytes(state), bytes(expected))),
                    "[R6]",
                    () -> node + " has another state at index " + index + ": " + state + ", expected " + expected);
        }
    }

    /** What can be compared at every step. */
    private static long outline(GridState state) {
        long outline = state.appliedEpoch() * 31 + state.time();
        for (QueueState queue : state.queues().values()) {
            outline = outline * 31 + queue.hashCode();
        }
        for (MapState map : state.maps().values()) {
            outline = ((outline * 31 + map.bytes()) * 31 + map.puts()) * 31 + map.removes();
        }
        return outline * 31 + state.sessions().size();
    }

    private static byte[] bytes(GridState state) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try {
            StateCodec.write(state, new DataOutputStream(bytes));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    GridState latest() {
        return states.get(states.size() - 1);
    }

    /** The state behind a committed entry. */
    GridState at(long index) {
        return states.get((int) index);
    }
}
