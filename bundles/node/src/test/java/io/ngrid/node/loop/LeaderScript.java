package io.ngrid.node.loop;

import io.ngrid.api.FullPolicy;
import io.ngrid.api.NodeId;
import io.ngrid.api.QueueSettings;
import io.ngrid.node.client.Request;
import io.ngrid.node.client.Response;
import io.ngrid.node.state.Action;
import io.ngrid.node.state.Command;
import io.ngrid.node.state.CommandCodec;
import io.ngrid.node.state.GridState;
import io.ngrid.spi.EntryKind;
import io.ngrid.spi.LogEntry;
import io.ngrid.spi.Member;
import io.ngrid.spi.StorageId;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;

/**
 * A leadership over the real state, with a log that commits and reads that are confirmed when the test says so. Its
 * state has a queue {@code q} and the sessions of two nodes, one of which talks.
 */
final class LeaderScript implements Leadership.Log, Leadership.Out {
    static final long SECOND = 1_000_000_000L;
    static final long SESSION_TIMEOUT = 100 * SECOND;
    static final long MAPS_MAX = 1_000;
    static final Member SELF = member(3);
    static final Member NODE = member(1);
    static final Member OTHER = member(2);
    static final UUID SESSION = new UUID(0, 1);
    static final UUID OTHER_SESSION = new UUID(0, 2);

    private final List<Response> answers = new ArrayList<>();
    private final List<LogEntry> log = new ArrayList<>();
    private final TreeMap<Long, Long> unconfirmed = new TreeMap<>();
    private final Deque<Runnable> undrained = new ArrayDeque<>();
    final MemoryBodies bodies = new MemoryBodies();
    private final Applier applier;
    final Admission admission;
    final Leadership leader;
    long now = SECOND;
    long room = Long.MAX_VALUE;
    /** Whether what is answered finds room at once. */
    boolean drains = true;

    boolean connected = true;
    private long committed;

    LeaderScript() {
        this(Admission.withDefaults());
    }

    LeaderScript(Admission admission) {
        this.admission = admission;
        applier = new Applier(
                GridState.EMPTY, new MemoryBodies(), (state, outcomes, hashes, bytes) -> heard(state, outcomes));
        append(new Command.OpenSession(SESSION, NODE, 1));
        append(new Command.OpenSession(OTHER_SESSION, OTHER, 1));
        QueueSettings settings = new QueueSettings("q", "bytes", List.of(), 100, FullPolicy.REJECT);
        append(new Command.Execute(OTHER_SESSION, 1, 1, List.of(), List.of(), new Action.CreateQueue(settings)));
        applier.apply(log);
        committed = log.size();
        log.add(new LogEntry(log.size() + 1, 2, log.size(), EntryKind.NO_OP, new byte[0]));
        Lane here = new DirectLane();
        leader = new Leadership(
                log.size(),
                SECOND,
                new SessionWatch(SELF, SESSION_TIMEOUT, now),
                admission,
                new MapsBound(MAPS_MAX),
                applier.state(),
                this,
                this,
                new BodyReader(bodies, here, here, here));
    }

    /** A leadership whose no-op has been applied. */
    static LeaderScript ready() {
        return ready(Admission.withDefaults());
    }

    /** One that takes on no more than that. */
    static LeaderScript ready(Admission admission) {
        LeaderScript script = new LeaderScript(admission);
        script.commit();
        return script;
    }

    static Member member(int number) {
        return new Member(new NodeId("node-" + number), new StorageId(new UUID(7, number)));
    }

    /** From now on no body can be read. */
    void loseBodies() {
        bodies.lost = true;
    }

    // ---- what comes in

    void write(long sequence, Action action) {
        ask(new Request.Write(SESSION, sequence, 1, List.of(), false, 0, action));
    }

    void ask(Request request) {
        leader.request(NODE, request, now);
        leader.endTurn();
    }

    static Action offer(String element) {
        return new Action.Offer("q", List.of(element.getBytes(StandardCharsets.UTF_8)));
    }

    static Action poll() {
        return new Action.Poll("q", 1);
    }

    /** Time passes, and the event loop looks at the clock. */
    void pass(long nanos) {
        now += nanos;
        leader.tick(now);
        leader.endTurn();
    }

    // ---- the log

    private void append(Command command) {
        log.add(new LogEntry(log.size() + 1, 1, log.size(), EntryKind.COMMAND, CommandCodec.encode(command)));
    }

    /** Everything proposed so far commits, is applied, and is on W disks. */
    void commit() {
        applyOnly();
        leader.answerable(committed);
        leader.endTurn();
    }

    /** Everything proposed so far commits and is applied, and is not on W disks. */
    void applyOnly() {
        List<LogEntry> more = List.copyOf(log.subList((int) committed, log.size()));
        committed = log.size();
        if (!more.isEmpty()) {
            applier.apply(more);
            leader.endTurn();
        }
    }

    private void heard(GridState state, List<Applier.AppliedCommand> outcomes) {
        if (leader != null) {
            leader.applied(state, outcomes, now);
        }
    }

    /** The reads asked for so far are confirmed. */
    void confirm() {
        Map<Long, Long> asked = new TreeMap<>(unconfirmed);
        unconfirmed.clear();
        asked.forEach(leader::readConfirmed);
        leader.endTurn();
    }

    @Override
    public long lastIndex() {
        return log.size();
    }

    @Override
    public void propose(List<byte[]> payloads) {
        payloads.forEach(payload -> log.add(new LogEntry(log.size() + 1, 2, log.size(), EntryKind.COMMAND, payload)));
    }

    @Override
    public long room() {
        return room;
    }

    @Override
    public List<NodeId> awaited() {
        return List.of(OTHER.node());
    }

    @Override
    public void confirmReads(long firstRead, long lastRead) {
        for (long read = firstRead; read <= lastRead; read++) {
            unconfirmed.put(read, committed);
        }
    }

    @Override
    public void respond(Member to, Response response, Runnable accepted) {
        answers.add(response);
        if (drains) {
            accepted.run();
        } else {
            undrained.add(accepted);
        }
    }

    @Override
    public boolean reaches(Member to) {
        return connected;
    }

    /** There was room for one of the answers that waited for it. */
    void acceptOne() {
        undrained.remove().run();
    }

    boolean hasUndrained() {
        return !undrained.isEmpty();
    }

    /** The connection to a node that may have answers under way breaks. */
    void disconnect(Member member) {
        undrained.clear();
        leader.disconnected(member);
    }

    // ---- what it did

    /** What was answered since the last call. */
    List<Response> answers() {
        List<Response> copy = List.copyOf(answers);
        answers.clear();
        return copy;
    }

    /** Commands proposed in this epoch. */
    List<Command> proposed() {
        return log.stream()
                .filter(entry -> entry.epoch() == 2 && entry.kind() == EntryKind.COMMAND)
                .map(entry -> CommandCodec.decode(entry.payload()))
                .toList();
    }

    GridState state() {
        return applier.state();
    }

    /** Runs what it is given at once. */
    private static final class DirectLane implements Lane {
        @Override
        public boolean execute(Runnable task) {
            task.run();
            return true;
        }

        @Override
        public void wake() {}

        @Override
        public void stop() {}
    }
}
