package io.ngrid.replication.core;

import io.ngrid.spi.LogEntry;
import io.ngrid.spi.LogPosition;
import io.ngrid.spi.LogReader;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.random.RandomGenerator;

/** A log in memory whose changes are visible at once and on disk when flushed; a crash loses a suffix of the rest. */
final class ModelLog implements LogReader {
    private final List<LogEntry> visible = new ArrayList<>();
    private final List<LogEntry> disk = new ArrayList<>();
    private final Deque<Change> staged = new ArrayDeque<>();
    private long firstIndex = 1;
    private long flushedTicket;

    ModelLog(List<LogEntry> entries) {
        visible.addAll(entries);
        disk.addAll(entries);
    }

    @Override
    public long firstIndex() {
        return firstIndex;
    }

    @Override
    public LogPosition last() {
        return visible.isEmpty()
                ? LogPosition.ZERO
                : visible.get(visible.size() - 1).position();
    }

    @Override
    public long epochAt(long index) {
        if (index < firstIndex - 1 || index > visible.size()) {
            throw new IndexOutOfBoundsException(index + " of " + firstIndex + ".." + visible.size());
        }
        return index == 0 ? 0 : entry(index).epoch();
    }

    @Override
    public long bytesBehind(long index) {
        return visible.subList((int) Math.min(index, visible.size()), visible.size()).stream()
                .mapToLong(LogEntry::size)
                .sum();
    }

    @Override
    public List<LogEntry> entries(long fromIndex, int maxBytes) {
        if (fromIndex < firstIndex || fromIndex > visible.size()) {
            throw new IndexOutOfBoundsException(fromIndex + " of " + firstIndex + ".." + visible.size());
        }
        List<LogEntry> found = new ArrayList<>();
        long bytes = 0;
        for (long index = fromIndex; index <= visible.size(); index++) {
            bytes += entry(index).size();
            if (bytes > maxBytes && !found.isEmpty()) {
                break;
            }
            found.add(entry(index));
        }
        return found;
    }

    LogEntry entry(long index) {
        return visible.get((int) index - 1);
    }

    List<LogEntry> all() {
        return List.copyOf(visible);
    }

    /** Whether an entry of that position is on disk. */
    boolean holds(LogPosition position) {
        return position.index() <= disk.size()
                && disk.get((int) position.index() - 1).position().equals(position);
    }

    void append(long ticket, List<LogEntry> entries) {
        if (entries.get(0).index() != visible.size() + 1) {
            throw new AssertionError("gap: " + entries.get(0) + " after " + last());
        }
        visible.addAll(entries);
        staged.add(new Change(ticket, 0, entries));
    }

    void truncate(long ticket, long fromIndex) {
        visible.subList((int) fromIndex - 1, visible.size()).clear();
        staged.add(new Change(ticket, fromIndex, List.of()));
    }

    /** Carries out so many changes; returns the last one's ticket. */
    long flush(int changes) {
        for (int i = 0; i < changes && !staged.isEmpty(); i++) {
            Change change = staged.removeFirst();
            carryOut(change, change.entries.size());
            flushedTicket = change.ticket;
        }
        return flushedTicket;
    }

    int stagedChanges() {
        return staged.size();
    }

    void crash(RandomGenerator random) {
        int whole = random.nextInt(staged.size() + 1);
        flush(whole);
        if (!staged.isEmpty()) {
            Change torn = staged.getFirst();
            if (torn.fromIndex == 0) {
                carryOut(torn, random.nextInt(torn.entries.size() + 1));
            }
        }
        staged.clear();
        visible.clear();
        visible.addAll(disk);
        flushedTicket = 0;
    }

    void compact(long upTo) {
        firstIndex = upTo + 1;
    }

    private void carryOut(Change change, int entries) {
        if (change.fromIndex > 0) {
            disk.subList((int) change.fromIndex - 1, disk.size()).clear();
        } else {
            disk.addAll(change.entries.subList(0, entries));
        }
    }

    private record Change(long ticket, long fromIndex, List<LogEntry> entries) {}
}
