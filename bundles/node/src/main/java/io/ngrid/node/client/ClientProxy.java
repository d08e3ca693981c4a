package io.ngrid.node.client;

import io.ngrid.api.NodeClosedException;
import io.ngrid.api.NodeId;
import io.ngrid.api.OutcomeUnknownException;
import io.ngrid.api.SessionExpiredException;
import io.ngrid.node.state.Action;
import io.ngrid.node.state.Result;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Turns the calls of this node's callers into requests to the leader, and responses into results. A step function: no
 * threads, clocks or I/O; called by the node's event loop only.
 *
 * <p>A write goes LINE (no sequence) -> IN_FLIGHT (one sequence until it ends, whoever leads [S3]) -> ended. A call that
 * waits goes LINE -> IN_FLIGHT -> WAITING (no sequence) -> LINE with the next wake, and so on [S5]; WAITING -> ended when
 * its wait is over. No other changes of place exist.
 */
public final class ClientProxy {
    private static final long IDLE_NANOS = 3_600_000_000_000L;
    private static final long OPEN_RETRY_NANOS = 1_000_000_000;
    private static final GridClient.Done EMPTY_POLL = new GridClient.Done(new Result.Polled(0, List.of()), List.of());
    private static final GridClient.Done FULL = new GridClient.Done(new Result.Flag(false), List.of());

    /** What the proxy asks of the event loop. Called within the proxy's methods; must not call back into it. */
    public interface Out {
        /**
         * Sends a request to the present leader, maybe this node itself, in order with others. It may be lost only if
         * {@link ClientProxy#leader} is called afterwards.
         *
         * @param request the request
         */
        void send(Request request);

        /**
         * Runs a completion on the callback thread, in order with others, exactly once, also while the node closes.
         *
         * @param completion what to run
         */
        void complete(Runnable completion);

        /**
         * A fresh random ID for a session.
         *
         * @return the ID
         */
        UUID newSession();
    }

    private final long start;
    private final Out out;
    private final Agenda agenda = new Agenda();
    private final WaitingCalls waiting = new WaitingCalls();
    private final Reads reads = new Reads(this::sendRead);
    private final Writes writes;

    private boolean opened;
    private long openRetryAt;
    private Refusal openRefusal = Refusal.NONE;

    private @Nullable NodeId leader;
    private String whyNone = "this node knows no leader yet";
    private long connection;
    private boolean retired;
    private boolean closed;
    private long now;
    private long ids;
    private long arrivals;

    /**
     * A proxy without a leader.
     *
     * @param session ID of the first session, random
     * @param start the node's start number
     * @param out where requests and completions go
     * @param nowNanos monotonic time
     */
    public ClientProxy(UUID session, long start, Out out, long nowNanos) {
        this.start = start;
        this.out = out;
        this.writes = new Writes(session, out::send);
        this.now = nowNanos;
    }

    /**
     * Takes a call from the loop's inbox.
     *
     * @param call the call
     * @param nowNanos monotonic time
     */
    public void submit(Pending<?> call, long nowNanos) {
        now = nowNanos;
        call.id = ++ids;
        if (retired) {
            call.over = true;
            complete(call, new NodeClosedException("not executed: the node is closed"));
            return;
        }
        call.arrival = ++arrivals;
        agenda.add(call, call.definiteDeadline());
        if (call instanceof PendingWrite write) {
            writes.add(write);
        } else if (call instanceof PendingRead read) {
            reads.add(read);
        }
        settleDown();
    }

    /**
     * The caller wants a call to end: it does if it has not been sent, only waits, or is known not to have been executed;
     * its future then completes with {@link java.util.concurrent.CancellationException}. Otherwise it goes on.
     *
     * @param call the call
     * @param nowNanos monotonic time
     */
    public void cancel(Pending<?> call, long nowNanos) {
        now = nowNanos;
        if (call.over) {
            return;
        }
        if (call instanceof PendingWrite write && write.place == PendingWrite.Place.IN_FLIGHT) {
            write.withdrawn = true;
            if (write.knownNotExecuted()) {
                withdraw(write);
            }
        } else {
            withdraw(call);
        }
        settleDown();
    }

    /**
     * There is another leader, a new connection to the same, or none: everything unanswered is sent again, in order,
     * behind an {@link Request.Open}.
     *
     * @param newLeader the leader, if there is a connection to it or it is this node; otherwise null
     * @param epoch its epoch
     * @param why if there is none: the reason, one sentence for people
     * @param nowNanos monotonic time
     */
    public void leader(@Nullable NodeId newLeader, long epoch, String why, long nowNanos) {
        now = nowNanos;
        leader = newLeader;
        whyNone = why;
        connection++; // wakes of the one before are void
        writes.resetBackoff();
        waiting.forgetTold();
        if (newLeader == null || closed) {
            return;
        }
        sendOpen();
        if (opened) {
            // Until the cluster has answered Opened once, nothing is in flight: sent behind an Open that is lost, it
            // would be answered "session unknown".
            writes.sendAll(connection);
        }
        reads.sendAll(writes.window());
        settleDown();
    }

    /**
     * The leader, or one that was, has answered.
     *
     * @param response the answer; a late or second one is ignored
     * @param nowNanos monotonic time
     */
    public void received(Response response, long nowNanos) {
        now = nowNanos;
        if (closed) {
            return;
        }
        if (response instanceof Response.Opened done) {
            opened |= done.session().equals(writes.session());
        } else if (response instanceof Response.Executed done) {
            executed(writes.inFlight(done.session(), done.sequence()), done);
        } else if (response instanceof Response.Part part) {
            PendingWrite write = writes.inFlight(part.session(), part.sequence());
            if (write != null) {
                write.parts.add(part.from(), part.bodies());
            }
        } else if (response instanceof Response.ReadEmpty empty) {
            readEmpty(writes.inFlight(empty.session(), empty.sequence()));
        } else if (response instanceof Response.Settled settled) {
            PendingWrite write = writes.inFlight(settled.session(), settled.sequence());
            if (write != null) {
                fail(write, new OutcomeUnknownException("outcome unknown: the cluster had settled it before"));
            }
        } else if (response instanceof Response.Gap gap) {
            if (writes.inFlight(gap.session(), gap.sequence()) != null && gap.from() <= gap.sequence()) {
                writes.fillGap(gap.from(), now);
            }
        } else if (response instanceof Response.SessionUnknown unknown) {
            if (unknown.session().equals(writes.session())) {
                newSession();
            }
        } else if (response instanceof Response.NotExecuted not) {
            notExecuted(not);
        } else if (response instanceof Response.Answered answered) {
            PendingRead read = reads.inFlight(answered.read());
            if (read != null) {
                reads.answered();
                finish(read);
                GridClient.Read value = new GridClient.Read(answered.answer(), answered.bodies());
                out.complete(() -> read.succeed(value));
            }
        } else if (response instanceof Response.NotAnswered not) {
            PendingRead read = reads.inFlight(not.read());
            if (read != null) {
                reads.refused(read, new Refusal(not.reason(), not.message()), now);
            }
        } else if (response instanceof Response.Wake wake) {
            wake(wake);
        }
        settleDown();
    }

    /**
     * Time has passed.
     *
     * @param nowNanos monotonic time
     */
    public void tick(long nowNanos) {
        now = nowNanos;
        for (Pending<?> call = agenda.firstDue(now); call != null; call = agenda.firstDue(now)) {
            due(call);
        }
        if (leader != null && !closed) {
            if (!opened && openRetryAt - now <= 0) {
                sendOpen();
            }
            reads.tick(writes.window(), now);
        }
        settleDown();
    }

    /**
     * When the next {@link #tick} is due.
     *
     * @return monotonic time
     */
    public long nextTickNanos() {
        long next = agenda.earlier(now + IDLE_NANOS);
        if (leader != null && !closed) {
            next = reads.earlier(writes.earlier(next));
            if (!opened && openRetryAt - next < 0) {
                next = openRetryAt;
            }
        }
        return next;
    }

    /**
     * Ends every call that has no sequence, and every later one: not executed. What has one goes on, in its order, until it
     * has ended or {@link #close} ends it.
     *
     * @param nowNanos monotonic time
     */
    public void retire(long nowNanos) {
        now = nowNanos;
        retired = true;
        for (Pending<?> call : agenda.all()) {
            if (!(call instanceof PendingWrite write && write.place == PendingWrite.Place.IN_FLIGHT)) {
                fail(call, notExecutedBecauseClosed());
            }
        }
        settleDown();
    }

    /**
     * Ends every call: not executed if that is known, otherwise with an unknown outcome. Later calls end at once.
     *
     * @param nowNanos monotonic time
     */
    public void close(long nowNanos) {
        now = nowNanos;
        retired = true;
        closed = true;
        for (Pending<?> call : agenda.all()) {
            boolean unknown = call instanceof PendingWrite write
                    && write.place == PendingWrite.Place.IN_FLIGHT
                    && !write.knownNotExecuted();
            fail(
                    call,
                    unknown
                            ? new OutcomeUnknownException("outcome unknown: the node closed before the answer came")
                            : notExecutedBecauseClosed());
        }
    }

    private static NodeClosedException notExecutedBecauseClosed() {
        return new NodeClosedException("not executed: the node closed");
    }

    /**
     * Number of calls under way, those that wait among them.
     *
     * @return the number
     */
    public int pendingCount() {
        return agenda.size();
    }

    /**
     * Number of calls that wait for an element or for room.
     *
     * @return the number by name of the queue; queues without any are left out
     */
    public Map<String, Integer> waiters() {
        return waiting.counts();
    }

    // ---- what the leader answers

    private void executed(@Nullable PendingWrite write, Response.Executed done) {
        if (write == null) {
            return;
        }
        List<byte[]> bodies = write.parts.with(done.bodies());
        if (done.result() instanceof Result.Polled polled && polled.sequences().size() != bodies.size()) {
            writes.later(write, now); // parts were lost with a connection; the state has the result [S3]
            return;
        }
        writes.settled(write);
        ended(write, new GridClient.Done(done.result(), bodies));
    }

    private void readEmpty(@Nullable PendingWrite write) {
        if (write == null || !(write.action instanceof Action.Poll)) {
            return;
        }
        if (write.attempts > 1) {
            writes.later(write, now); // [L1] another attempt may have taken an element
            return;
        }
        writes.settled(write);
        reads.closed(write.sequence, writes.window());
        ended(write, EMPTY_POLL);
    }

    /** A proposal has its result; its sequence is settled. */
    private void ended(PendingWrite write, GridClient.Done done) {
        writes.succeeded();
        boolean vain = write.waits() && isVain(done.result());
        boolean waitsOn = vain && !write.withdrawn && write.waitEnd() - now > 0;
        if (waitsOn && retired) {
            end(write);
            complete(write, notExecutedBecauseClosed());
        } else if (waitsOn) {
            write.place = PendingWrite.Place.WAITING;
            waiting.join(write);
            agenda.move(write, write.waitEnd());
        } else {
            end(write);
            out.complete(vain && write.withdrawn ? write::withdraw : () -> write.succeed(done));
        }
    }

    private static boolean isVain(Result result) {
        return (result instanceof Result.Polled polled && polled.sequences().isEmpty())
                || (result instanceof Result.Flag flag && !flag.value());
    }

    private void notExecuted(Response.NotExecuted not) {
        Refusal refusal = new Refusal(not.reason(), not.message());
        if (not.session().equals(writes.session()) && not.sequence() == 0 && !opened) {
            openRefusal = refusal;
            openRetryAt = now + Backoff.LAST_NANOS / 4;
            return;
        }
        PendingWrite write = writes.inFlight(not.session(), not.sequence());
        if (write == null || write.knownNotExecuted()) {
            return;
        }
        writes.refused(write, refusal);
        if (write.withdrawn && write.knownNotExecuted()) {
            withdraw(write);
        } else if (refusal.isFinal() && write.knownNotExecuted()) {
            fail(write, refusal.exception());
        } else {
            writes.later(write, now);
        }
    }

    private void newSession() {
        for (PendingWrite write : writes.window().from(0)) {
            fail(
                    write,
                    new SessionExpiredException("outcome unknown: the cluster has ended this node's session, because it"
                            + " had not heard the node for too long"));
        }
        writes.begin(out.newSession());
        opened = false;
        openRefusal = Refusal.NONE;
        if (leader != null) {
            sendOpen();
            reads.sendAll(writes.window());
        }
    }

    private void wake(Response.Wake wake) {
        if (leader == null) {
            return; // ended with its connection
        }
        PendingWrite call = waiting.first(wake.queue(), wake.room());
        while (call != null && call.isDone()) { // cancelled a moment ago: nothing is taken for a caller that is gone
            fail(call, new OutcomeUnknownException("cancelled"));
            call = waiting.first(wake.queue(), wake.room());
        }
        if (call == null) {
            out.send(new Request.Decline(wake.queue(), wake.room(), wake.wake()));
            return;
        }
        waiting.leave(call);
        call.arrival = ++arrivals;
        call.propose(now, wake.wake(), connection);
        writes.add(call);
        agenda.move(call, call.definiteDeadline());
    }

    // ---- time

    private void due(Pending<?> call) {
        if (call instanceof PendingRead read) {
            fail(read, timeUp().unanswered(read));
        } else if (call instanceof PendingWrite write) {
            switch (write.place) {
                case LINE -> fail(write, timeUp().neverSent());
                case WAITING -> {
                    finish(write);
                    GridClient.Done vain = WaitingCalls.waitsForRoom(write) ? FULL : EMPTY_POLL;
                    out.complete(() -> write.succeed(vain));
                }
                case IN_FLIGHT -> dueInFlight(write);
            }
        }
    }

    private void dueInFlight(PendingWrite write) {
        if (write.knownNotExecuted()) { // [S4]
            fail(write, timeUp().refused(write));
        } else if (write.deadline - now > 0) {
            agenda.move(write, write.deadline);
        } else {
            fail(write, timeUp().unanswered(write));
        }
    }

    private TimeUp timeUp() {
        return new TimeUp(leader, whyNone, opened, openRefusal, writes.window());
    }

    // ---- the end of a call

    private void withdraw(Pending<?> call) {
        finish(call);
        out.complete(call::withdraw);
    }

    private void fail(Pending<?> call, RuntimeException error) {
        finish(call);
        complete(call, error);
    }

    private void complete(Pending<?> call, RuntimeException error) {
        out.complete(() -> call.fail(error));
    }

    /** Takes a call out of wherever it is. */
    private void finish(Pending<?> call) {
        if (call instanceof PendingRead read) {
            reads.remove(read);
        } else if (call instanceof PendingWrite write) {
            giveWakeBack(write);
            switch (write.place) {
                case LINE -> writes.leaveLine(write);
                case WAITING -> waiting.leave(write);
                case IN_FLIGHT -> {
                    writes.settled(write);
                    if (!closed) {
                        reads.closed(write.sequence, writes.window());
                    }
                }
            }
        }
        end(call);
    }

    private void end(Pending<?> call) {
        agenda.remove(call);
        call.over = true;
    }

    private void giveWakeBack(PendingWrite write) {
        boolean held = write.wake != 0
                && write.wakeConnection == connection
                && write.place != PendingWrite.Place.WAITING
                && write.knownNotExecuted();
        if (held && leader != null && !closed) {
            out.send(new Request.Decline(WaitingCalls.queue(write), WaitingCalls.waitsForRoom(write), write.wake));
        }
    }

    // ---- sending

    /** What every event ends with: sends what may be sent, and tells the leader who waits. */
    private void settleDown() {
        if (leader == null || closed) {
            return;
        }
        writes.tick(now, connection);
        sendLine();
        waiting.tell(out::send);
    }

    private void sendLine() {
        while (true) {
            PendingWrite write = writes.first();
            PendingRead read = reads.first();
            if (read != null && (write == null || read.arrival < write.arrival)) {
                reads.sendFirst(writes.window());
            } else if (write != null && write.isDone()) {
                fail(write, new OutcomeUnknownException("cancelled")); // the future has ended, nobody sees it
            } else if (write != null && opened && writes.admits(write)) {
                writes.sendFirst(connection);
            } else {
                return;
            }
        }
    }

    private void sendRead(PendingRead read, long after) {
        if (leader != null) {
            long millis = Math.max(1, (read.deadline - now) / 1_000_000);
            out.send(new Request.Read(writes.session(), read.id, after, millis, read.query));
        }
    }

    private void sendOpen() {
        openRetryAt = now + OPEN_RETRY_NANOS;
        out.send(new Request.Open(writes.session(), start));
    }
}
