package io.ngrid.replication.core;

import io.ngrid.spi.LogEntry;
import io.ngrid.spi.LogPosition;
import io.ngrid.spi.Member;
import io.ngrid.spi.message.ReplicationRequest;
import io.ngrid.spi.replication.ReplicationEffect;
import io.ngrid.spi.replication.ReplicationView;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How far one follower is, and what is on the way to it [R4].
 *
 * <pre>
 * PROBE   one empty request is out; an acceptance of it leads to STREAM, a rejection to a lower PROBE or to BEHIND
 * STREAM  requests follow each other within the bound; a rejection leads to PROBE
 * BEHIND  the log begins behind what the follower lacks: it needs a snapshot [C1]; when it has one, PROBE
 * any     a new connection leads to PROBE
 * </pre>
 *
 * <p>An empty request right behind all that was sent costs little and shows a loss by its rejection; so it is also what
 * is sent when nothing moves.
 */
final class Progress {
    private static final Logger LOG = LoggerFactory.getLogger(Progress.class);

    private final LogTail log;
    private final long epoch;
    private final LocalLog local;
    private final Member member;
    private final Lag lag;
    private final Deque<Sent> inFlight = new ArrayDeque<>();
    private Mode mode = Mode.PROBE;
    private boolean connected;
    private boolean probeOut;
    private boolean full;
    private long inFlightBytes;
    private long match;
    private long next;
    private long waitingSinceNanos;
    private long echoedRound;

    /** Index of the snapshot that it is being sent; 0 for none. */
    private long pinned;

    Progress(Member member, LocalLog local, long epoch, long next) {
        this.member = member;
        this.local = local;
        this.log = local.tail;
        this.epoch = epoch;
        this.next = next;
        this.lag = new Lag(member, local.options.maxLagBytes(), local.options.patienceNanos());
    }

    Member member() {
        return member;
    }

    long match() {
        return match;
    }

    long echoedRound() {
        return echoedRound;
    }

    void echoed(long round) {
        echoedRound = Math.max(echoedRound, round);
    }

    void connected() {
        connected = true;
        probe(Math.max(match > 0 ? match + 1 : next, log.firstIndex())); // it may have got a snapshot since
    }

    void disconnected() {
        connected = false;
        probe(next);
    }

    void pinned(long index) {
        pinned = index;
    }

    void snapshotMoved(long bytes, long nowNanos) {
        if (pinned > 0) {
            lag.tookSnapshot(bytes, nowNanos);
        }
    }

    /** Up to where it does not need the log. While it is away, nothing is kept for it, a snapshot's rest apart. */
    long releasable() {
        if (pinned > 0) {
            return Math.max(pinned, match);
        }
        if (!connected || lag.isLeft()) {
            return Long.MAX_VALUE;
        }
        return mode == Mode.BEHIND ? log.firstIndex() - 1 : match;
    }

    void accepted(long index, Effects out, long nowNanos) {
        if (index > log.last().index()) {
            throw new IllegalStateException(member + " acknowledges " + index + " in epoch " + epoch
                    + ", the leader's log ends at " + log.last());
        }
        if (index > match) {
            if (match > 0) {
                lag.took(log.bytesBehind(match) - log.bytesBehind(index), nowNanos);
            } else {
                lag.clear(); // now it is known where it is
            }
            match = index;
            waitingSinceNanos = nowNanos;
        }
        while (!inFlight.isEmpty() && inFlight.getFirst().lastIndex <= match) {
            inFlightBytes -= inFlight.removeFirst().bytes;
            full = false;
        }
        next = Math.max(next, match + 1);
        if (mode == Mode.PROBE && match == next - 1) {
            mode = Mode.STREAM;
            probeOut = false;
        }
        if (mode == Mode.BEHIND && match >= log.firstIndex() - 1) {
            probe(match + 1); // what made it seem so was late
        }
        if (pinned > 0 && match >= pinned) {
            pinned = 0;
            out.tell(new ReplicationEffect.SnapshotDone(member));
        }
    }

    void rejected(long previousIndex, long hint, Effects out) {
        boolean late = mode == Mode.PROBE ? previousIndex != next - 1 : previousIndex <= match || previousIndex >= next;
        if (late || mode == Mode.BEHIND) {
            return;
        }
        if (previousIndex < log.firstIndex()) {
            behind(out);
            return;
        }
        long lower = Math.min(hint, previousIndex);
        if (previousIndex <= match) { // with durability "os" a power cut may have taken it [R1]
            LOG.warn("follower={} has lost what it acknowledged: entries {} to {}", member, lower, match);
            match = lower - 1;
        }
        lower = Math.max(match + 1, lower);
        probe(Math.max(lower, log.firstIndex()));
    }

    /** Sends what may be sent. */
    void pump(long commitIndex, Effects out, long nowNanos) {
        if (!connected) {
            return;
        }
        followLog();
        if (mode == Mode.PROBE && !probeOut) {
            probeOut = true;
            sendEmpty(commitIndex, out, nowNanos);
        }
        while (mode == Mode.STREAM && !full && next <= log.last().index()) {
            stream(commitIndex, out, nowNanos);
        }
    }

    /**
     * Ends every step: how far it is behind. One that is here and has not said where it is may lack all that there is; one that
     * is left stays so when the log goes on without it.
     */
    void observe(long nowNanos) {
        if (!isPlaced() && (!connected || mode == Mode.BEHIND)) {
            lag.clear();
        } else if (!lag.isLeft() || Math.max(match, pinned) >= log.firstIndex() - 1) {
            lag.observe(bytesBehind(), nowNanos);
        }
    }

    /** How much may be proposed before it is too far behind [R7]. */
    long room() {
        return isPlaced() ? lag.room(bytesBehind()) : Long.MAX_VALUE;
    }

    /** Whether it is here and known where it is; or will be, when it has its snapshot. */
    private boolean isPlaced() {
        return connected && (pinned > 0 || (mode != Mode.BEHIND && match > 0));
    }

    private long bytesBehind() {
        return log.bytesBehind(Math.max(match, pinned));
    }

    /** The log may have gone on without it [R7]: what is sent next lies in the log. */
    private void followLog() {
        if (mode != Mode.BEHIND && next < log.firstIndex()) {
            probe(log.firstIndex());
        }
    }

    /** Asks again when an answer is overdue. */
    void tick(long commitIndex, Effects out, long nowNanos) {
        followLog();
        if (nowNanos >= retryNanos()) {
            sendEmpty(commitIndex, out, nowNanos);
        }
    }

    long deadlineNanos() {
        return Math.min(retryNanos(), lag.leftNanos());
    }

    private long retryNanos() {
        boolean waiting = connected && (probeOut || !inFlight.isEmpty());
        return waiting ? waitingSinceNanos + local.options.retryNanos() : Long.MAX_VALUE;
    }

    ReplicationView.Progress view() {
        return new ReplicationView.Progress(
                member.node(), match, next, inFlightBytes, connected, isPlaced() && lag.isOver());
    }

    private void stream(long commitIndex, Effects out, long nowNanos) {
        long room = local.options.maxInFlightBytes() - inFlightBytes;
        if (room <= 0 && !inFlight.isEmpty()) {
            full = true;
            return;
        }
        List<LogEntry> entries = log.entries(next, Math.min(local.options.maxBatchBytes(), Math.max(room, 1)));
        long bytes = 0;
        for (LogEntry entry : entries) {
            bytes += entry.size();
        }
        if (bytes > room && !inFlight.isEmpty()) {
            full = true; // one entry is greater than the room; alone it may pass
            return;
        }
        if (inFlight.isEmpty()) {
            waitingSinceNanos = nowNanos;
        }
        out.send(member, new ReplicationRequest(epoch, previous(), commitIndex, entries));
        next += entries.size();
        inFlight.add(new Sent(next - 1, bytes));
        inFlightBytes += bytes;
    }

    private void sendEmpty(long commitIndex, Effects out, long nowNanos) {
        waitingSinceNanos = nowNanos;
        out.send(member, new ReplicationRequest(epoch, previous(), commitIndex, List.of()));
    }

    private LogPosition previous() {
        return new LogPosition(log.epochAt(next - 1), next - 1);
    }

    private void probe(long from) {
        mode = Mode.PROBE;
        next = from;
        clear();
    }

    private void behind(Effects out) {
        mode = Mode.BEHIND;
        clear();
        out.tell(new ReplicationEffect.SnapshotNeeded(member));
        LOG.info(
                "follower={} state=behind firstIndex={}: it needs a snapshot, this log no longer has what it lacks",
                member,
                log.firstIndex());
    }

    private void clear() {
        probeOut = false;
        full = false;
        inFlight.clear();
        inFlightBytes = 0;
    }

    private enum Mode {
        PROBE,
        STREAM,
        BEHIND
    }

    private record Sent(long lastIndex, long bytes) {}
}
