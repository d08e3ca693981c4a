package io.ngrid.simulation;

import io.ngrid.api.FullPolicy;
import io.ngrid.api.MapSettings;
import io.ngrid.api.NodeId;
import io.ngrid.api.QueueSettings;
import io.ngrid.node.client.GridClient;
import io.ngrid.node.state.Action;
import io.ngrid.node.state.Answer;
import io.ngrid.node.state.Command;
import io.ngrid.node.state.CommandCodec;
import io.ngrid.node.state.GridState;
import io.ngrid.node.state.Query;
import io.ngrid.node.state.Result;
import io.ngrid.spi.EntryKind;
import io.ngrid.spi.LogEntry;
import io.ngrid.spi.Member;
import io.ngrid.spi.StorageId;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.UUID;

/** Makes calls that no right proxy makes: every replica has to refuse them alike [R6]. */
final class BadCalls {
    private final SimulatedCluster cluster;
    private final SplittableRandom random;

    BadCalls(SimulatedCluster cluster) {
        this.cluster = cluster;
        this.random = cluster.time().random().split();
    }

    /** Makes one. */
    void make(GridClient client, String queue, String map, long timeoutNanos) {
        switch (random.nextInt(8)) {
            case 0 -> write(client, new Action.Offer(queue, List.of()), timeoutNanos);
            case 1 -> write(client, new Action.Poll(queue, -1), timeoutNanos);
            case 2 -> write(client, new Action.PutAll(map, List.of(new byte[1]), List.of()), timeoutNanos);
            case 3 -> read(client, new Query.Browse(queue, -1, 1), timeoutNanos);
            case 4 -> read(client, new Query.Browse(queue, 0, 0), timeoutNanos);
            case 5 -> read(client, new Query.MapPage(map, null, 0), timeoutNanos);
            default -> garble(commands(queue, map).get(random.nextInt(6)));
        }
    }

    private List<Command> commands(String queue, String map) {
        UUID session = new UUID(random.nextLong(), random.nextLong());
        NodeId node = new NodeId("node-1");
        byte[] bytes = {1, 2, 3};
        return List.of(
                new Command.OpenSession(session, new Member(node, new StorageId(session)), 1),
                new Command.CloseSession(session),
                execute(session, new Action.Offer(queue, List.of(bytes, bytes))),
                execute(session, new Action.Put(map, bytes, bytes, Action.Condition.ABSENT, 0)),
                execute(
                        session,
                        new Action.CreateQueue(new QueueSettings(queue, "bytes", List.of(), 7, FullPolicy.REJECT))),
                execute(session, new Action.CreateMap(MapSettings.of(map, "bytes", "string"))));
    }

    private static Command execute(UUID session, Action action) {
        return new Command.Execute(session, 3, 2, List.of(4L, 6L), List.of(), action);
    }

    /** Whatever bytes an entry has, they come to the same everywhere, and stop nobody. */
    private void garble(Command command) {
        byte[] bytes = CommandCodec.encode(command);
        int changes = 1 + random.nextInt(3);
        for (int i = 0; i < changes; i++) {
            if (random.nextInt(3) == 0) {
                bytes = Arrays.copyOf(bytes, random.nextInt(bytes.length + 4));
            }
            if (bytes.length > 0) {
                bytes[random.nextInt(bytes.length)] = (byte) (random.nextBoolean() ? 0xff : random.nextInt(256));
            }
        }
        GridState state = cluster.watch().states.latest();
        LogEntry entry =
                new LogEntry(state.appliedIndex() + 1, state.appliedEpoch(), state.time(), EntryKind.COMMAND, bytes);
        try {
            GridState one = state.apply(entry).state();
            GridState other = state.apply(entry).state();
            cluster.watch().require(one.equals(other), "[R6]", () -> entry + " comes to different states");
        } catch (RuntimeException e) {
            cluster.watch().fail("[R6]", entry + " cannot be applied: " + e);
        }
    }

    private void write(GridClient client, Action action, long timeoutNanos) {
        client.write(action, timeoutNanos)
                .thenAccept(done ->
                        require(done.result() instanceof Result.Failed failed && isRefused(failed.reason()), action));
    }

    private void read(GridClient client, Query query, long timeoutNanos) {
        client.read(query, timeoutNanos)
                .thenAccept(read ->
                        require(read.answer() instanceof Answer.Failed failed && isRefused(failed.reason()), query));
    }

    private static boolean isRefused(Result.Reason reason) {
        return reason == Result.Reason.BAD_COMMAND || reason == Result.Reason.UNKNOWN_NAME;
    }

    private void require(boolean refused, Object call) {
        cluster.watch().require(refused, "[R6]", () -> call + " was not refused");
    }
}
