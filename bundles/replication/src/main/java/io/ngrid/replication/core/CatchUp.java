package io.ngrid.replication.core;

import io.ngrid.api.NodeId;
import io.ngrid.spi.LogEntry;
import io.ngrid.spi.LogPosition;
import io.ngrid.spi.Member;
import io.ngrid.spi.message.LogEntries;
import io.ngrid.spi.message.LogFetch;
import io.ngrid.spi.replication.ReplicationEffect;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a node does to close the gap to a better log before it stands for election [E4]: asks, answers, takes over. Whether
 * it shall is the election core's to say.
 */
final class CatchUp {
    /** Whatever is asked for: an answer must fit a frame. */
    private static final long MAX_ANSWER_BYTES = 8 << 20;

    private static final int MAX_ENDS = 64;

    private final LocalLog local;
    private final LogTail log;
    private long number;
    private long ticket;

    CatchUp(LocalLog local) {
        this.local = local;
        this.log = local.tail;
    }

    /** Below the commit index nothing may be cut, so that is as far down as the other need look. */
    void ask(NodeId from, long fetch, Effects out) {
        List<LogPosition> ends = new ArrayList<>();
        long floor = Math.max(local.commitment.index(), log.firstIndex() - 1);
        long index = log.last().index();
        while (index > floor && ends.size() < MAX_ENDS) {
            ends.add(new LogPosition(log.epochAt(index), index));
            index = log.firstOfEpoch(floor + 1, index) - 1;
        }
        if (index == floor) {
            ends.add(new LogPosition(log.epochAt(floor), floor));
        }
        out.send(from, new LogFetch(fetch, local.options.maxFetchBytes(), ends));
    }

    void answer(Member to, LogFetch fetch, long epoch, Effects out) {
        LogPosition meeting = meeting(fetch.ends());
        List<LogEntry> entries =
                meeting == null ? List.of() : behind(meeting, Math.min(fetch.maxBytes(), MAX_ANSWER_BYTES));
        LogPosition previous = meeting == null || entries.isEmpty() ? LogPosition.ZERO : meeting;
        out.send(to.node(), new LogEntries(fetch.number(), epoch, log.last(), previous, entries));
    }

    /** Two logs that have the same epoch at an index are the same up to it [R3]. */
    private @Nullable LogPosition meeting(List<LogPosition> ends) {
        for (int i = 0; i < ends.size(); i++) {
            LogPosition end = ends.get(i);
            long below = i + 1 < ends.size() ? ends.get(i + 1).index() : end.index() - 1;
            long at = lastUpTo(end);
            if (at > below && log.epochAt(at) == end.epoch()) {
                return new LogPosition(end.epoch(), at);
            }
        }
        return null;
    }

    /** The last index, not behind a position, with no later epoch; -1 if none is left. Epochs never fall. */
    private long lastUpTo(LogPosition end) {
        long low = log.firstIndex() - 2;
        long high = Math.min(end.index(), log.last().index());
        while (low < high) {
            long middle = (low + high + 1) >>> 1;
            if (log.epochAt(middle) <= end.epoch()) {
                low = middle;
            } else {
                high = middle - 1;
            }
        }
        return low < log.firstIndex() - 1 ? -1 : low;
    }

    /** All entries behind a position, or none if they are too much. */
    private List<LogEntry> behind(LogPosition previous, long maxBytes) {
        List<LogEntry> entries = new ArrayList<>();
        long room = maxBytes;
        for (long next = previous.index() + 1; next <= log.last().index(); ) {
            for (LogEntry entry : log.entries(next, Math.max(room, 0))) {
                room -= entry.size();
                if (room < 0) {
                    return List.of();
                }
                entries.add(entry);
                next++;
            }
        }
        return List.copyOf(entries);
    }

    /** The outcome is told when what was taken over is durable. */
    void taken(LogEntries fetched, boolean taken, Effects out) {
        number = fetched.number();
        ticket = taken ? log.ticket() : 0;
        if (!taken) {
            out.tell(new ReplicationEffect.FetchEnded(number, false));
        }
    }

    void flushed(long upTo, Effects out) {
        if (ticket > 0 && upTo >= ticket) {
            ticket = 0;
            out.tell(new ReplicationEffect.FetchEnded(number, true));
        }
    }
}
