package io.ngrid.node.loop;

import io.ngrid.api.NodeId;
import io.ngrid.node.client.Request;
import io.ngrid.node.client.Response;
import io.ngrid.node.client.Response.Refused;
import io.ngrid.node.state.Action;
import io.ngrid.node.state.Command;
import io.ngrid.node.state.CommandCodec;
import io.ngrid.node.state.GridState;
import io.ngrid.spi.Member;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/**
 * What a leader does for the proxies of all nodes, during one epoch: orders their writes, proposes them, and answers when
 * [R2] allows it. Dropped with the leadership; nothing in it is durable. Event loop only.
 */
final class Leadership {
    private static final String OVERLOADED = "too many operations wait for the leader's answer";

    /** So long a write waits for a voter that is too far behind, in lifetimes of a wake. */
    private static final int WAIT_WAKES = 2;

    /** The log, as the leader uses it. */
    interface Log {
        /**
         * Index of the last entry.
         *
         * @return the index
         */
        long lastIndex();

        /**
         * Appends command entries.
         *
         * @param payloads their payloads
         */
        void propose(List<byte[]> payloads);

        /**
         * How much may be proposed before a connected voter is too far behind [R7].
         *
         * @return bytes
         */
        long room();

        /**
         * The voters that are too far behind.
         *
         * @return their IDs
         */
        List<NodeId> awaited();

        /**
         * Asks for the confirmation of reads that arrived before now.
         *
         * @param firstRead number of the first
         * @param lastRead number of the last
         */
        void confirmReads(long firstRead, long lastRead);
    }

    /** Sends responses. */
    interface Out {
        /**
         * Sends a response; it may be lost with the connection.
         *
         * @param to the proxy's node
         * @param response the response
         */
        default void respond(Member to, Response response) {
            respond(to, response, () -> {});
        }

        /**
         * Sends a response; it may be lost with the connection.
         *
         * @param to the proxy's node
         * @param response the response
         * @param accepted run when there was room for it, or its connection is gone; not run if that breaks meanwhile
         */
        void respond(Member to, Response response, Runnable accepted);

        /**
         * Whether a response may arrive.
         *
         * @param to the proxy's node
         * @return false if it is not connected
         */
        boolean reaches(Member to);
    }

    private record Early(Member from, Request request) {}

    private final long noOpIndex;
    private final Log log;
    private final Out out;
    private final Answers answers;
    private final Wakes wakes;
    private final SessionWatch sessions;
    private final Admission admission;
    private final MapsBound maps;
    private final Map<UUID, SessionLine> lines = new HashMap<>();
    private final Gate gate;
    private final Deque<Early> early = new ArrayDeque<>();
    private final List<Proposal> batch = new ArrayList<>();
    private final Deque<Proposal> proposed = new ArrayDeque<>();
    private final WaitingReads reads = new WaitingReads();
    private GridState state;
    private boolean ready;
    private boolean ended;
    private boolean writesAllowed;
    private String whyNoWrites = "";
    private String suspended = "";
    private String storageFull = "";
    private long answerableIndex;
    private long lastReadAsked;

    Leadership(
            long noOpIndex,
            long wakeLifetimeNanos,
            SessionWatch sessions,
            Admission admission,
            MapsBound maps,
            GridState state,
            Log log,
            Out out,
            BodyReader bodies) {
        this.noOpIndex = noOpIndex;
        this.sessions = sessions;
        this.admission = admission;
        this.maps = maps;
        this.state = state;
        this.log = log;
        this.out = out;
        this.answers =
                new Answers(out, bodies, (session, sequence) -> !ended && this.state.hasResult(session, sequence));
        this.wakes = new Wakes(wakeLifetimeNanos, out::respond);
        this.gate = new Gate(log::room, WAIT_WAKES * wakeLifetimeNanos);
        this.writesAllowed = true;
    }

    void request(Member from, Request request, long now) {
        gate.time(now);
        if (request instanceof Request.Interest interest) {
            wakes.interest(from, interest.queue(), interest.room(), interest.waiters());
            checkWakes(now);
        } else if (request instanceof Request.Decline decline) {
            wakes.ended(decline.wake());
            checkWakes(now);
        } else if (!suspended.isEmpty()) {
            refuse(from, request, Refused.NO_QUORUM, suspended);
        } else if (!admission.take(request.bytes())) {
            refuse(from, request, Refused.OVERLOADED, OVERLOADED);
        } else if (ready) {
            serve(from, request, now);
        } else { // clients are served after the no-op has been applied [R2]
            early.add(new Early(from, request));
        }
    }

    private void checkWakes(long now) {
        if (ready) {
            wakes.check(state, now);
        }
    }

    private void serve(Member from, Request request, long now) {
        if (request instanceof Request.Open open) {
            open(from, open);
        } else if (request instanceof Request.Write write) {
            write(from, write);
        } else if (request instanceof Request.Read read) {
            addRead(PendingRead.of(from, read, now));
        }
    }

    /** A session that is open already costs no entry, so that connections that come and go write nothing. */
    private void open(Member from, Request.Open open) {
        if (from.equals(state.sessionOwner(open.session())) && answerableIndex >= state.appliedIndex()) {
            admission.giveBack(open.bytes());
            out.respond(from, new Response.Opened(open.session()));
        } else if (!gate.isHolding() || gate.admits(from, open)) {
            byte[] payload = CommandCodec.encode(new Command.OpenSession(open.session(), from, open.start()));
            batch.add(new Proposal(from, open.session(), 0, 0, open.bytes(), payload));
        }
    }

    /** A member was heard: its session goes on [S2]. */
    void heard(Member from, long now) {
        sessions.heard(from, now);
    }

    /** Ends the sessions of nodes that stay away; whether W voters are heard or not [R2]. */
    private void endSessions(long now) {
        for (UUID session : sessions.overdue(state, now)) {
            batch.add(Proposal.unasked(session, CommandCodec.encode(new Command.CloseSession(session))));
        }
        lines.entrySet()
                .removeIf(entry -> state.sessionOwner(entry.getKey()) == null
                        && entry.getValue().isIdle(state.appliedIndex()));
    }

    private void write(Member from, Request.Write write) {
        SessionLine line = lines.computeIfAbsent(write.session(), session -> new SessionLine());
        line.floor(write.floor());
        if (write.sequence() <= line.readUpTo) { // that answer was lost: it takes effect now
            line.readUpTo = write.sequence() - 1;
        }
        if (line.reading) {
            line.held.add(new SessionLine.Held(from, write));
        } else {
            take(from, write, line);
        }
    }

    private void take(Member from, Request.Write write, SessionLine line) {
        // what is sent again may have been executed: the state has to say
        String mapsFull = write.resent() ? "" : maps.refuses(state, write.action());
        if (!writesAllowed) {
            dismiss(from, write, Refused.NO_QUORUM, whyNoWrites);
        } else if (!storageFull.isEmpty() && write.action().takesSpace()) {
            dismiss(from, write, Refused.STORAGE_FULL, storageFull);
        } else if (!mapsFull.isEmpty()) {
            dismiss(from, write, Refused.STORAGE_FULL, mapsFull);
        } else if (looksEmpty(write)) {
            line.reading = true;
            addRead(PendingRead.ofPoll(from, write));
        } else {
            propose(from, write, line);
        }
    }

    private void propose(Member from, Request.Write write, SessionLine line) {
        if (!gate.admits(from, write)) {
            return;
        }
        Command command = new Command.Execute(
                write.session(),
                write.sequence(),
                write.floor(),
                write.closed(),
                List.copyOf(line.readEmpty),
                write.action());
        wakes.proposed(write.wake());
        Proposal proposal = new Proposal(
                from, write.session(), write.sequence(), write.wake(), write.bytes(), CommandCodec.encode(command));
        line.last = proposal;
        batch.add(proposal);
    }

    /** A poll is a read while its queue is empty, on its first attempt only: a repeat may have been executed [L1]. */
    private boolean looksEmpty(Request.Write write) {
        return write.action() instanceof Action.Poll poll
                && poll.max() > 0 // otherwise it is refused, by the state
                && !write.resent()
                && state.queues().containsKey(poll.queue())
                && state.readyCount(poll.queue()) == 0;
    }

    private void addRead(PendingRead read) {
        PendingRead before = reads.add(read);
        if (before != null) {
            giveBack(before);
        }
    }

    /** End of a turn of the event loop: what came in during it is one batch [R4], its reads one round [L1]. */
    void endTurn() {
        if (ready) {
            letIn();
        }
        while (!batch.isEmpty() || reads.last() > lastReadAsked) { // a read confirmed on the spot may propose its poll
            if (!batch.isEmpty()) {
                List<Proposal> sent = List.copyOf(batch);
                batch.clear();
                long index = log.lastIndex() + 1;
                for (Proposal proposal : sent) {
                    proposal.index = index++;
                    proposed.add(proposal);
                }
                log.propose(sent.stream().map(proposal -> proposal.payload).toList());
                gate.proposed();
            }
            if (reads.last() > lastReadAsked) {
                long first = lastReadAsked + 1;
                lastReadAsked = reads.last();
                log.confirmReads(first, lastReadAsked);
            }
        }
        gate.proposed();
    }

    /** The state was applied further. */
    void applied(GridState now, List<Applier.AppliedCommand> outcomes, long nowNanos) {
        state = now;
        settleOutcomes(outcomes);
        if (!ready && now.appliedIndex() >= noOpIndex) {
            ready = true;
            serveEarly(nowNanos);
        }
        answerProposals();
        answerReads();
        wakes.check(state, nowNanos);
    }

    private void serveEarly(long now) {
        List<Early> waiting = List.copyOf(early);
        early.clear();
        waiting.forEach(next -> serve(next.from(), next.request(), now));
    }

    private void letIn() {
        gate.letIn((from, request) -> {
            if (request instanceof Request.Open open) {
                open(from, open);
            } else if (request instanceof Request.Write write) {
                write(from, write);
            }
        });
    }

    /** [E6] The leadership is being handed over: what is not in the log yet waits, reads go on. */
    void hold() {
        endTurn();
        gate.hold();
    }

    /** The hand-over came to nothing. */
    void resume() {
        gate.resume();
        if (ready) {
            letIn();
        }
    }

    private void settleOutcomes(List<Applier.AppliedCommand> outcomes) {
        int next = 0;
        for (Proposal proposal : proposed) {
            if (proposal.outcome != null) {
                continue;
            }
            while (next < outcomes.size() && outcomes.get(next).index() < proposal.index) {
                next++;
            }
            if (next == outcomes.size()) {
                return;
            }
            if (outcomes.get(next).index() == proposal.index) {
                proposal.outcome = outcomes.get(next).outcome();
                wakes.ended(proposal.wake);
            }
        }
    }

    /** W voters hold the log up to an index durably [R2]. */
    void answerable(long index) {
        answerableIndex = Math.max(answerableIndex, index);
        answerProposals();
    }

    private void answerProposals() {
        if (!suspended.isEmpty()) {
            return;
        }
        Proposal head;
        while ((head = proposed.peek()) != null && head.outcome != null && head.index <= answerableIndex) {
            proposed.remove();
            if (head.from != null) {
                admission.giveBack(head.bytes);
                answers.answer(head.from, head, head.outcome);
            }
        }
    }

    /** C voters have confirmed that this node still led when the read came [L1]. */
    void readConfirmed(long number, long index) {
        PendingRead read = reads.confirm(number, index);
        if (read != null && suspended.isEmpty()) {
            answerRead(read);
        }
    }

    private void answerReads() {
        if (suspended.isEmpty()) {
            reads.confirmed().forEach(this::answerRead);
        }
    }

    private void answerRead(PendingRead read) {
        if (read.index > state.appliedIndex()) {
            return;
        }
        if (read.poll != null) {
            SessionLine line = lines.computeIfAbsent(read.poll.session(), session -> new SessionLine());
            Proposal before = line.last;
            if (before == null || (before.index > 0 && before.index <= state.appliedIndex())) {
                reads.remove(read);
                endPoll(read.from, read.poll, line);
            }
        } else if (read.read != null && sees(read.read)) {
            reads.remove(read);
            giveBack(read);
            answers.answer(read.from, read.read, state.query(read.read.query()));
        }
    }

    /**
     * A read sees the writes issued before it on its node: they are executed or closed in the state [L1]. A poll that was
     * only read as empty here does not count: if that answer is lost, the poll is proposed later. The proxy that has it
     * asks anew, without waiting for that poll.
     */
    private boolean sees(Request.Read read) {
        return read.after() == 0 || areSettled(read.session(), 1, read.after());
    }

    /** Whether all sequences of a session in a range are executed or closed in the state [S1]. */
    private boolean areSettled(UUID session, long first, long last) {
        for (long sequence = Math.max(first, state.firstUnsettled(session)); sequence <= last; sequence++) {
            if (!state.isSettled(session, sequence)) {
                return false;
            }
        }
        return true;
    }

    private void endPoll(Member from, Request.Write write, SessionLine line) {
        Action.Poll poll = (Action.Poll) write.action();
        line.reading = false;
        boolean known = state.sessionOwner(write.session()) != null;
        boolean inTurn = known && areSettled(write.session(), line.readUpTo + 1, write.sequence() - 1);
        if (inTurn && state.readyCount(poll.queue()) == 0) {
            line.readEmpty.add(write.sequence());
            line.readUpTo = write.sequence();
            admission.giveBack(write.bytes());
            wakes.ended(write.wake());
            out.respond(from, new Response.ReadEmpty(write.session(), write.sequence()));
        } else if (!writesAllowed) {
            dismiss(from, write, Refused.NO_QUORUM, whyNoWrites);
        } else { // there is an element, or the state has to judge, or to close, what stands in front of it [S1]
            propose(from, write, line);
        }
        while (!line.reading && !line.held.isEmpty()) {
            SessionLine.Held next = line.held.remove();
            take(next.from(), next.write(), line);
        }
    }

    /** Whether W voters are heard changed [E5]. */
    void writesAllowed(boolean allowed, List<NodeId> heard, int needed) {
        writesAllowed = allowed;
        whyNoWrites = "writes need " + needed + " nodes, the leader hears only " + heard;
    }

    /** While a reason is given, nothing is taken on that takes space on the disk [D3]. */
    void storageFull(String why) {
        storageFull = why;
    }

    /** While a reason is given, nobody is answered out of the state: it may be wrong [R6]. */
    void suspend(String why) {
        boolean resumes = why.isEmpty() && !suspended.isEmpty();
        suspended = why;
        if (resumes) {
            answerProposals();
            answerReads();
        }
    }

    void disconnected(Member member) {
        wakes.disconnected(member);
        answers.disconnected(member);
    }

    /** Event loop, now and then: wakes, reads and sessions expire. */
    void tick(long now) {
        gate.time(now);
        if (ready && !gate.isHolding()) {
            endSessions(now);
        }
        for (Gate.Waiting waiting : gate.overdue()) {
            admission.giveBack(waiting.request().bytes());
            refuse(
                    waiting.from(),
                    waiting.request(),
                    Refused.OVERLOADED,
                    "writes wait for " + log.awaited() + ", too far behind the leader");
        }
        reads.removeIf(read -> read.read != null && read.expiresNanos - now <= 0)
                .forEach(this::giveBack);
        if (!wakes.isEmpty()) {
            wakes.check(state, now);
        }
    }

    private void giveBack(PendingRead pending) {
        if (pending.read != null) {
            admission.giveBack(pending.read.bytes());
        }
    }

    /** The leadership is over. What was never handed to the log is refused; of the rest nobody here knows the outcome. */
    void end() {
        ended = true;
        for (Early waiting : early) {
            refuse(waiting.from(), waiting.request(), Refused.NOT_LEADER, "the leader changed");
        }
        for (Gate.Waiting waiting : gate.end()) {
            refuse(waiting.from(), waiting.request(), Refused.NOT_LEADER, "the leader changed");
        }
        for (Proposal proposal : batch) {
            if (proposal.from != null && proposal.sequence > 0) {
                refuse(proposal.from, proposal.session, proposal.sequence, "the leader changed");
            }
        }
        for (SessionLine line : lines.values()) {
            for (SessionLine.Held held : line.held) {
                refuse(held.from(), held.write(), Refused.NOT_LEADER, "the leader changed");
            }
        }
        for (PendingRead read : reads.all()) {
            Request request = read.read != null ? read.read : read.poll;
            if (request != null) {
                refuse(read.from, request, Refused.NOT_LEADER, "the leader changed");
            }
        }
    }

    /** Refuses what was taken on. */
    private void dismiss(Member to, Request.Write write, Refused reason, String message) {
        admission.giveBack(write.bytes());
        refuse(to, write, reason, message);
    }

    private void refuse(Member to, Request request, Refused reason, String message) {
        if (request instanceof Request.Open open) {
            out.respond(to, new Response.NotExecuted(open.session(), 0, reason, message));
        } else if (request instanceof Request.Write write) {
            wakes.ended(write.wake());
            out.respond(to, new Response.NotExecuted(write.session(), write.sequence(), reason, message));
        } else if (request instanceof Request.Read read) {
            out.respond(to, new Response.NotAnswered(read.read(), reason, message));
        }
    }

    private void refuse(Member to, UUID session, long sequence, String message) {
        out.respond(to, new Response.NotExecuted(session, sequence, Refused.NOT_LEADER, message));
    }

    /** Operations taken on and not answered yet. */
    int pending() {
        return admission.operations();
    }

    boolean isReady() {
        return ready;
    }

    boolean areWritesAllowed() {
        return writesAllowed;
    }
}
