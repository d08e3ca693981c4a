package io.ngrid.node.client;

import io.ngrid.api.FullPolicy;
import io.ngrid.api.NodeId;
import io.ngrid.api.QueueSettings;
import io.ngrid.node.state.Action;
import io.ngrid.node.state.Applied;
import io.ngrid.node.state.BodyChange;
import io.ngrid.node.state.Command;
import io.ngrid.node.state.CommandCodec;
import io.ngrid.node.state.GridState;
import io.ngrid.node.state.Outcome;
import io.ngrid.node.state.Result;
import io.ngrid.spi.EntryKind;
import io.ngrid.spi.LogEntry;
import io.ngrid.spi.Member;
import io.ngrid.spi.StorageId;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;

/**
 * A cluster that keeps the rules and is otherwise as unkind as they allow: the real state machine behind a leader that
 * loses what it has not committed, refuses attempts, and answers late or never. One queue {@code q} of 8 elements.
 */
final class FakeCluster {
    private static final Member NODE = new Member(new NodeId("n1"), new StorageId(new UUID(3, 3)));

    private record Proposed(UUID session, long sequence, long wake, byte[] payload) {}

    private final Random random;
    GridState state = GridState.EMPTY;
    private final Map<Long, byte[]> bodies = new HashMap<>();

    // Of one leader
    private final Deque<Proposed> proposed = new ArrayDeque<>();
    private final Set<Long> readEmpty = new TreeSet<>();
    private final List<Request.Read> reads = new ArrayList<>();
    private final Map<Boolean, Integer> interest = new HashMap<>();
    private final Map<Long, Boolean> wakes = new HashMap<>();
    private long wakeNumber;
    private long index;

    // Of one connection
    final Deque<Request> requests = new ArrayDeque<>();
    final Deque<Response> responses = new ArrayDeque<>();

    /** What took effect: element to the session and sequence under which it did. */
    final Map<String, String> offered = new HashMap<>();

    final Map<String, String> polled = new HashMap<>();
    final Set<String> executed = new LinkedHashSet<>();
    final Map<Long, Set<String>> readSaw = new HashMap<>();
    int refusePercent;

    FakeCluster(Random random) {
        this.random = random;
        UUID creator = new UUID(9, 9);
        apply(new Command.OpenSession(creator, new Member(new NodeId("n9"), new StorageId(creator)), 1));
        apply(new Command.Execute(
                creator,
                1,
                1,
                List.of(),
                List.of(),
                new Action.CreateQueue(new QueueSettings("q", "string", List.of(), 8, FullPolicy.REJECT))));
    }

    /** The leader handles the request that arrived first. */
    void handle() {
        Request request = requests.poll();
        if (request instanceof Request.Open open) {
            if (random.nextInt(100) >= refusePercent) {
                propose(new Proposed(
                        open.session(),
                        0,
                        0,
                        CommandCodec.encode(new Command.OpenSession(open.session(), NODE, open.start()))));
            }
        } else if (request instanceof Request.Write write) {
            handle(write);
        } else if (request instanceof Request.Read read) {
            if (random.nextInt(100) < refusePercent) {
                responses.add(new Response.NotAnswered(read.read(), Response.Refused.OVERLOADED, "unkind"));
            } else {
                reads.add(read);
            }
        } else if (request instanceof Request.Interest waiting) {
            interest.put(waiting.room(), waiting.waiters());
        } else if (request instanceof Request.Decline decline) {
            wakes.remove(decline.wake());
        }
        answerReads();
    }

    private void handle(Request.Write write) {
        if (random.nextInt(100) < refusePercent) {
            wakes.remove(write.wake());
            Response.Refused[] reasons = Response.Refused.values();
            responses.add(new Response.NotExecuted(
                    write.session(), write.sequence(), reasons[random.nextInt(reasons.length)], "unkind"));
        } else if (write.action() instanceof Action.Poll
                && !write.resent()
                && proposed.isEmpty()
                && state.readyCount("q") == 0
                && state.sessionOwner(write.session()) != null) {
            readEmpty.add(write.sequence());
            wakes.remove(write.wake());
            responses.add(new Response.ReadEmpty(write.session(), write.sequence()));
        } else {
            propose(new Proposed(
                    write.session(),
                    write.sequence(),
                    write.wake(),
                    CommandCodec.encode(new Command.Execute(
                            write.session(),
                            write.sequence(),
                            write.floor(),
                            write.closed(),
                            List.copyOf(readEmpty),
                            write.action()))));
        }
    }

    private void propose(Proposed entry) {
        proposed.add(entry);
    }

    /** The oldest entry commits, is applied and answered. */
    void commit() {
        Proposed entry = proposed.poll();
        if (entry == null) {
            return;
        }
        Outcome outcome = apply(CommandCodec.decode(entry.payload()));
        wakes.remove(entry.wake());
        if (outcome instanceof Outcome.Opened) {
            responses.add(new Response.Opened(entry.session()));
        } else if (outcome instanceof Outcome.Executed done) {
            answer(entry, done.result());
        } else if (outcome instanceof Outcome.Gap gap) {
            responses.add(new Response.Gap(entry.session(), entry.sequence(), gap.from()));
        } else if (outcome instanceof Outcome.Settled) {
            responses.add(new Response.Settled(entry.session(), entry.sequence()));
        } else {
            responses.add(new Response.SessionUnknown(entry.session(), entry.sequence()));
        }
        answerReads();
    }

    private void answer(Proposed entry, Result result) {
        List<byte[]> found = result instanceof Result.Polled some
                ? some.sequences().stream().map(bodies::get).toList()
                : List.of();
        responses.add(new Response.Executed(entry.session(), entry.sequence(), result, found));
    }

    private Outcome apply(Command command) {
        Applied applied = state.apply(new LogEntry(++index, 1, index, EntryKind.COMMAND, CommandCodec.encode(command)));
        GridState before = state;
        state = applied.state();
        applied.bodies().forEach(change -> {
            if (change instanceof BodyChange.Put put) {
                bodies.put(put.sequence(), put.body()); // never released: the test asks long afterwards
            }
        });
        if (command instanceof Command.Execute execute && applied.outcome() instanceof Outcome.Executed done) {
            note(before, execute, done.result());
        }
        return java.util.Objects.requireNonNull(applied.outcome());
    }

    /** Only what was executed now, not what was answered from the session. */
    private void note(GridState before, Command.Execute execute, Result result) {
        if (before.firstUnsettled(execute.session()) > execute.sequence()
                || state.firstUnsettled(execute.session()) <= execute.sequence()) {
            return;
        }
        String name = execute.session() + ":" + execute.sequence();
        if (execute.readEmpty().contains(execute.sequence())) {
            return;
        }
        if (execute.action() instanceof Action.Offer offer && result.equals(new Result.Flag(true))) {
            String element = text(offer.bodies().get(0));
            executed.add(element);
            if (offered.put(element, name) != null) {
                throw new AssertionError("[S1] offered twice: " + element);
            }
        } else if (result instanceof Result.Polled some && !some.sequences().isEmpty()) {
            polled.put(text(bodies.get(some.sequences().get(0))), name);
        }
    }

    static String text(byte[] body) {
        return new String(body, StandardCharsets.UTF_8);
    }

    private void answerReads() {
        reads.removeIf(read -> {
            long next = state.firstUnsettled(read.session());
            while (readEmpty.contains(next)) {
                next++;
            }
            if (read.after() > 0 && next <= read.after()) {
                return false;
            }
            readSaw.putIfAbsent(read.read(), Set.copyOf(executed));
            responses.add(new Response.Answered(read.read(), state.query(read.query()), List.of()));
            return true;
        });
    }

    /** Wakes as many as there are elements or room for. */
    void wake() {
        for (boolean room : new boolean[] {false, true}) {
            long ready = room ? state.roomCount("q") : state.readyCount("q");
            long outstanding = wakes.values().stream().filter(r -> r == room).count();
            int waiting = interest.getOrDefault(room, 0);
            if (waiting > 0 && outstanding < ready) {
                wakes.put(++wakeNumber, room);
                responses.add(new Response.Wake("q", room, wakeNumber));
            }
        }
    }

    void wakesExpire() {
        wakes.clear();
    }

    /** The connection breaks: what is under way on it arrives in part. */
    void disconnect() {
        while (!requests.isEmpty() && random.nextBoolean()) {
            handle();
        }
        requests.clear();
        responses.clear();
        interest.clear();
        wakes.clear();
    }

    /** Another leader: of what was proposed, a part from the front survives. */
    void changeLeader() {
        disconnect();
        int kept = random.nextInt(proposed.size() + 1);
        while (proposed.size() > kept) {
            proposed.removeLast();
        }
        while (!proposed.isEmpty()) {
            commit();
        }
        responses.clear();
        readEmpty.clear();
        reads.clear();
    }

    /** The session ends for good [S2]. */
    void expire(UUID session) {
        apply(new Command.CloseSession(session));
    }

    /** Everything that ever left is handled and committed. */
    void drain() {
        refusePercent = 0;
        while (!requests.isEmpty() || !proposed.isEmpty()) {
            handle();
            commit();
        }
    }
}
