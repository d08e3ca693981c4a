package io.ngrid.replication.core;

import io.ngrid.spi.LogEntry;
import io.ngrid.spi.LogPosition;
import io.ngrid.spi.LogReader;
import io.ngrid.spi.replication.ReplicationEffect;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/**
 * The log as it will be once the effects of the event in hand are carried out, and how much of it is on disk [R1].
 *
 * <p>The reader shows a change only after its effect; until the next event the change is kept here.
 */
final class LogTail {
    private final LogReader log;
    private final Deque<Change> unflushed = new ArrayDeque<>();
    private final List<LogEntry> appended = new ArrayList<>();
    private LogPosition last;
    private long readerEnd;
    private long ticket;
    private long flushedIndex;

    LogTail(LogReader log, long flushedIndex) {
        this.log = log;
        this.last = log.last();
        this.readerEnd = last.index() + 1;
        if (flushedIndex > last.index()) {
            throw new IllegalStateException("log is said to be on disk up to " + flushedIndex + " but ends at " + last);
        }
        this.flushedIndex = flushedIndex;
    }

    /** Begins an event: the effects of the one before have been carried out. */
    void begin() {
        if (!log.last().equals(last)) {
            throw new IllegalStateException("log ends at " + log.last() + ", its core left it at " + last);
        }
        appended.clear();
        readerEnd = last.index() + 1;
    }

    LogPosition last() {
        return last;
    }

    long firstIndex() {
        return log.firstIndex();
    }

    /** Highest index on disk, and not cut since. */
    long flushedIndex() {
        return flushedIndex;
    }

    /** Number of the last change. */
    long ticket() {
        return ticket;
    }

    /** Bytes of the entries behind an index. */
    long bytesBehind(long index) {
        long bytes = log.bytesBehind(Math.max(index, log.firstIndex() - 1));
        if (log.last().index() < last.index()) { // what this step appends has not been carried out
            for (LogEntry entry : appended) {
                bytes += entry.index() > index ? entry.size() : 0;
            }
        }
        return bytes;
    }

    long epochAt(long index) {
        if (index > last.index()) {
            throw new IndexOutOfBoundsException("index " + index + " lies behind the log's end " + last);
        }
        return index < readerEnd
                ? log.epochAt(index)
                : appended.get((int) (index - readerEnd)).epoch();
    }

    /** Index of the first entry, from {@code fromIndex} on, of the epoch at {@code index}: epochs never fall. */
    long firstOfEpoch(long fromIndex, long index) {
        long epoch = epochAt(index);
        long low = fromIndex;
        long high = index;
        while (low < high) {
            long middle = (low + high) >>> 1;
            if (epochAt(middle) < epoch) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }

    List<LogEntry> entries(long fromIndex, long maxBytes) {
        if (fromIndex < readerEnd) {
            List<LogEntry> entries = log.entries(fromIndex, (int) Math.min(maxBytes, Integer.MAX_VALUE));
            int valid = (int) Math.min(entries.size(), readerEnd - fromIndex);
            return List.copyOf(entries.subList(0, valid));
        }
        int from = (int) (fromIndex - readerEnd);
        int to = from;
        long bytes = 0;
        while (to < appended.size() && (to == from || bytes + appended.get(to).size() <= maxBytes)) {
            bytes += appended.get(to++).size();
        }
        return List.copyOf(appended.subList(from, to));
    }

    void append(List<LogEntry> entries, Effects out) {
        LogEntry first = entries.get(0);
        if (first.index() != last.index() + 1 || first.epoch() < last.epoch()) {
            throw new IllegalStateException("entry " + first.position() + " does not follow the log's end " + last);
        }
        appended.addAll(entries);
        last = entries.get(entries.size() - 1).position();
        unflushed.add(new Change(++ticket, last.index()));
        out.change(new ReplicationEffect.Append(ticket, List.copyOf(entries)));
    }

    /** Cuts a conflicting tail; the caller appends what replaces it [R3]. */
    void truncate(long fromIndex, Effects out) {
        if (!appended.isEmpty()) {
            throw new IllegalStateException("cut from " + fromIndex + " after appending up to " + last);
        }
        last = new LogPosition(epochAt(fromIndex - 1), fromIndex - 1);
        readerEnd = fromIndex;
        flushedIndex = Math.min(flushedIndex, last.index());
        Deque<Change> cut = new ArrayDeque<>();
        unflushed.forEach(change -> cut.add(new Change(change.ticket, Math.min(change.end, last.index()))));
        unflushed.clear();
        unflushed.addAll(cut);
        unflushed.add(new Change(++ticket, last.index()));
        out.change(new ReplicationEffect.Truncate(ticket, fromIndex));
    }

    /** All changes up to a ticket are on disk. */
    void flushed(long upTo) {
        if (upTo > ticket) {
            throw new IllegalStateException("ticket " + upTo + " is said to be on disk, the last one is " + ticket);
        }
        while (!unflushed.isEmpty() && unflushed.getFirst().ticket <= upTo) {
            flushedIndex = unflushed.removeFirst().end;
        }
    }

    /** A change and the log's end after it, as far as no later change has cut it. */
    private record Change(long ticket, long end) {}
}
