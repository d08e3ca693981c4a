package io.ngrid.transport;

import io.ngrid.spi.message.Message;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * The connections beside the one to a neighbour, for snapshots alone, so that nothing waits behind their pieces: one that this
 * node has opened to send one, one that the neighbour has. They end with the connection beside which they are. Changed by the
 * I/O thread; any thread looks.
 *
 * <pre>
 *   none    -> opening  there is a piece to send
 *   opening -> open     the neighbour agreed
 *   opening -> none     it could not be opened: pieces take the other connection, for a while; for good if the neighbour knows no such
 *   open    -> none     broken, or idle
 * </pre>
 */
final class Bulk {
    private static final int MOST_WAITING = 64;

    private volatile @Nullable Connection ours;
    private volatile @Nullable Connection theirs;
    private volatile boolean useless;
    private volatile boolean pausing;
    private final AtomicInteger queued = new AtomicInteger();
    private final List<Message> waiting = new ArrayList<>();
    private long pauseEndNanos;
    private boolean opening;

    /** The open one over which this node sends pieces, or null. */
    @Nullable
    Connection ours() {
        return ours;
    }

    /** The same, unless a piece is on its way to the I/O thread: those behind it follow it there. */
    @Nullable
    Connection oursAtOnce() {
        return queued.get() == 0 ? ours : null;
    }

    /** A piece is on its way to the I/O thread. */
    void queued() {
        queued.incrementAndGet();
    }

    /** It was sent on from there. */
    void arrived() {
        queued.decrementAndGet();
    }

    /** The open one over which pieces come, and answers go back, or null. */
    @Nullable
    Connection theirs() {
        return theirs;
    }

    /** Whether pieces are to wait for a connection of their own. */
    boolean isWanted() {
        return !useless && !pausing;
    }

    /**
     * A piece is to be sent as soon as it is open. Returns whether it has to be opened: one attempt at a time, which ends by
     * {@link #openedByUs} or {@link #failed}, whatever becomes of the other connection meanwhile.
     */
    boolean await(Message piece) {
        if (waiting.size() < MOST_WAITING) { // else it is lost, and sent again
            waiting.add(piece);
        }
        boolean first = !opening;
        opening = true;
        return first;
    }

    void openedByUs(Connection connection) {
        opening = false;
        waiting.forEach(connection::send);
        waiting.clear();
        ours = connection; // from now on pieces come here at once, behind those that waited
    }

    void openedByThem(Connection connection) {
        Connection before = theirs;
        theirs = connection;
        if (before != null) {
            before.close("the peer has opened another one for snapshots");
        }
    }

    /** An attempt to open it came to nothing; returns what waited for it. */
    List<Message> failed(long pauseUntilNanos) {
        opening = false;
        pausing = true;
        pauseEndNanos = pauseUntilNanos;
        List<Message> left = List.copyOf(waiting);
        waiting.clear();
        return left;
    }

    /** The neighbour has no such connections. */
    void useless() {
        useless = true;
    }

    void closed(Connection connection) {
        if (ours == connection) {
            ours = null;
        }
        if (theirs == connection) {
            theirs = null;
        }
    }

    /** The connection beside which they are has ended. */
    void end() {
        waiting.clear();
        useless = false;
        pausing = false;
        for (Connection connection : new @Nullable Connection[] {ours, theirs}) {
            if (connection != null) {
                closed(connection);
                connection.close("the connection beside which it is has ended");
            }
        }
    }

    void tick(long nowNanos, long idleNanos) {
        pausing &= nowNanos - pauseEndNanos < 0;
        Connection open = ours;
        if (open != null && nowNanos - open.lastReadNanos() > idleNanos) {
            open.close("idle");
        }
    }

    /** Number of those open. */
    int count() {
        return (ours == null ? 0 : 1) + (theirs == null ? 0 : 1);
    }

    long outboundBytes() {
        Connection mine = ours;
        Connection other = theirs;
        return (mine == null ? 0 : mine.outboundBytes()) + (other == null ? 0 : other.outboundBytes());
    }
}
