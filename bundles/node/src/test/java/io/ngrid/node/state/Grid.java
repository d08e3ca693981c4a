package io.ngrid.node.state;

import io.ngrid.api.FullPolicy;
import io.ngrid.api.NodeId;
import io.ngrid.api.QueueSettings;
import io.ngrid.spi.ClusterId;
import io.ngrid.spi.Configuration;
import io.ngrid.spi.EntryKind;
import io.ngrid.spi.LogEntry;
import io.ngrid.spi.Member;
import io.ngrid.spi.StorageId;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** A state that is fed with commands, its log, and the bodies that are live. */
final class Grid {
    static final UUID SESSION = new UUID(0, 1);
    static final Member NODE_1 = new Member(new NodeId("node-1"), new StorageId(new UUID(7, 1)));
    static final Member NODE_2 = new Member(new NodeId("node-2"), new StorageId(new UUID(7, 2)));
    static final Member NODE_3 = new Member(new NodeId("node-3"), new StorageId(new UUID(7, 3)));

    final List<LogEntry> log = new ArrayList<>();
    final LiveBodies bodies = new LiveBodies();
    GridState state = GridState.EMPTY;
    private long sequence;

    static Grid withSession() {
        Grid grid = new Grid();
        grid.open(SESSION, NODE_1, 1);
        return grid;
    }

    @Nullable
    Outcome apply(EntryKind kind, byte[] payload) {
        LogEntry entry = new LogEntry(log.size() + 1, 1, log.size() * 10L, kind, payload);
        log.add(entry);
        Applied applied = state.apply(entry);
        state = applied.state();
        bodies.accept(applied.bodies());
        return applied.outcome();
    }

    Outcome apply(Command command) {
        Outcome outcome = apply(EntryKind.COMMAND, CommandCodec.encode(command));
        if (outcome == null) {
            throw new AssertionError("a command has an outcome");
        }
        return outcome;
    }

    void configure(Member... voters) {
        apply(EntryKind.CONFIGURATION, new Configuration(new ClusterId(new UUID(1, 1)), List.of(voters), 0).encode());
    }

    Outcome open(UUID session, Member owner, long start) {
        return apply(new Command.OpenSession(session, owner, start));
    }

    /** Executes an action under the next sequence of {@link #SESSION}; everything before it is settled. */
    Result run(Action action) {
        sequence++;
        return ((Outcome.Executed) execute(sequence, sequence, action)).result();
    }

    Outcome execute(long sequence, long floor, Action action) {
        return apply(new Command.Execute(SESSION, sequence, floor, List.of(), List.of(), action));
    }

    void createQueue(String name, long capacity, FullPolicy policy) {
        run(new Action.CreateQueue(new QueueSettings(name, "bytes", List.of(), capacity, policy)));
    }

    static Action offer(String queue, String... elements) {
        return new Action.Offer(queue, Arrays.stream(elements).map(Grid::bytes).toList());
    }

    static Action poll(String queue) {
        return new Action.Poll(queue, 1);
    }

    static Action put(String map, String key, String value) {
        return new Action.Put(map, bytes(key), bytes(value), Action.Condition.ALWAYS, 0);
    }

    static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    static String text(byte @Nullable [] bytes) {
        return bytes == null ? "null" : new String(bytes, StandardCharsets.UTF_8);
    }

    /** The elements that a result refers to. */
    List<String> elements(Result result) {
        Result.Polled polled = (Result.Polled) result;
        return polled.sequences().stream()
                .map(element -> text(bodies.read(polled.queue(), element)))
                .toList();
    }
}
