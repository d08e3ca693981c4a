package io.ngrid.simulation;

import io.ngrid.spi.LogEntry;
import io.ngrid.spi.Member;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What one storage has of the log: as its node sees it, and what of it is on disk by the word of its flushes. */
final class LogCopy {
    /** Entries appended, or else a cut. */
    private record Change(long ticket, Chain.@Nullable Piece appended, long cutFrom) {}

    final Member member;
    final Chain staged;
    final Chain durable;

    /** Commit index that the node has learnt since it started. */
    long commitIndex;

    /** Index of the snapshot that it is installing, -1 if none. */
    long installing = -1;

    /** Epoch that the node leads, 0 if none. */
    long leads;

    /** Epoch that its core is in, 0 until it is told. */
    long epoch;

    private final Deque<Change> unflushed = new ArrayDeque<>();
    private long lastTicket;

    /** A log as it was found on disk. */
    LogCopy(Member member, Chain found) {
        this.member = member;
        this.staged = found;
        this.durable = new Chain(found);
    }

    /** Returns false if this change was seen before. */
    boolean append(long ticket, List<LogEntry> entries) {
        if (ticket <= lastTicket) {
            return false;
        }
        lastTicket = ticket;
        entries.forEach(staged::append);
        unflushed.add(new Change(ticket, staged.last(entries.size()), 0));
        return true;
    }

    /** Returns false if this change was seen before. */
    boolean truncate(long ticket, long fromIndex) {
        if (ticket <= lastTicket) {
            return false;
        }
        lastTicket = ticket;
        staged.cut(fromIndex);
        unflushed.add(new Change(ticket, null, fromIndex));
        return true;
    }

    /** All changes up to a ticket are said to be on disk, and of the next one's entries those up to an index [D3]. */
    void flushed(long ticket, long index) {
        Change next;
        while ((next = unflushed.peek()) != null && next.ticket <= ticket) {
            unflushed.remove();
            Chain.Piece appended = next.appended;
            if (appended == null) {
                durable.cut(next.cutFrom);
            } else {
                durable.append(appended);
            }
        }
        Chain.Piece more = next == null ? null : next.appended;
        if (next != null && more != null && index > durable.end()) {
            int part = (int) Math.min(more.size(), index - durable.end());
            durable.append(more.part(0, part));
            unflushed.remove();
            unflushed.addFirst(new Change(next.ticket, more.part(part, more.size()), 0));
        }
    }

    /** Up to here the log must be found after any crash: cuts under way may have taken the rest. */
    long certain() {
        long certain = durable.end();
        for (Change change : unflushed) {
            if (change.appended == null) {
                certain = Math.min(certain, change.cutFrom - 1);
            }
        }
        return certain;
    }
}
