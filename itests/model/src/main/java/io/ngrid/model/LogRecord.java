package io.ngrid.model;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/** The log of one node as its replication core left it: the epochs of its entries, and what is flushed. */
final class LogRecord {
    /** Follows flushes up to a ticket: the disk's own, or those that the core was told. */
    static final class Flushes {
        private record Change(long ticket, long end) {}

        private final Deque<Change> changes = new ArrayDeque<>();
        private long index;

        long index() {
            return index;
        }

        private void begin(long flushed) {
            changes.clear();
            index = flushed;
        }

        private void changed(long ticket, long end) {
            changes.add(new Change(ticket, end));
        }

        private void cut(long ticket, long end) {
            List<Change> before = List.copyOf(changes);
            changes.clear();
            before.forEach(change -> changes.add(new Change(change.ticket, Math.min(change.end, end))));
            changes.add(new Change(ticket, end));
            index = Math.min(index, end);
        }

        /** All changes up to a ticket are on disk; returns whether the flushed length grew. */
        boolean flushed(long ticket) {
            long before = index;
            while (!changes.isEmpty() && changes.getFirst().ticket <= ticket) {
                index = changes.removeFirst().end;
            }
            return index > before;
        }
    }

    final Flushes disk = new Flushes();
    final Flushes told = new Flushes();
    private final List<Long> epochs = new ArrayList<>();

    /** A restart found these entries, from an index on; what lay before was compacted. */
    void found(long firstIndex, List<Long> found) {
        while (epochs.size() >= firstIndex) {
            epochs.remove(epochs.size() - 1);
        }
        while (epochs.size() < firstIndex - 1) { // a snapshot covers it
            epochs.add(0L);
        }
        epochs.addAll(found);
        disk.begin(epochs.size());
        told.begin(epochs.size());
    }

    void append(long ticket, List<Long> appended) {
        epochs.addAll(appended);
        disk.changed(ticket, epochs.size());
        told.changed(ticket, epochs.size());
    }

    void cut(long ticket, long fromIndex) {
        while (epochs.size() >= fromIndex) {
            epochs.remove(epochs.size() - 1);
        }
        disk.cut(ticket, epochs.size());
        told.cut(ticket, epochs.size());
    }

    int length() {
        return epochs.size();
    }
}
