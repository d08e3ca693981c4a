package io.ngrid.simulation;

import io.ngrid.node.client.GridClient;
import io.ngrid.node.state.Action;
import io.ngrid.node.state.Answer;
import io.ngrid.node.state.Query;
import io.ngrid.node.state.Result;
import java.util.List;
import java.util.SplittableRandom;

/** Makes calls that no right proxy makes: every replica has to refuse them alike, and they change nothing [R6]. */
final class BadCalls {
    private final SimulatedCluster cluster;
    private final SplittableRandom random;

    BadCalls(SimulatedCluster cluster) {
        this.cluster = cluster;
        this.random = cluster.time().random().split();
    }

    /** Makes one. */
    void make(GridClient client, String queue, String map, long timeoutNanos) {
        switch (random.nextInt(6)) {
            case 0 -> write(client, new Action.Offer(queue, List.of()), timeoutNanos);
            case 1 -> write(client, new Action.Poll(queue, -1), timeoutNanos);
            case 2 -> write(client, new Action.PutAll(map, List.of(new byte[1]), List.of()), timeoutNanos);
            case 3 -> read(client, new Query.Browse(queue, -1, 1), timeoutNanos);
            case 4 -> read(client, new Query.Browse(queue, 0, 0), timeoutNanos);
            default -> read(client, new Query.MapPage(map, null, 0), timeoutNanos);
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
