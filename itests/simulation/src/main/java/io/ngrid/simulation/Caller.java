package io.ngrid.simulation;

import io.ngrid.api.NotExecutedException;
import io.ngrid.api.OutcomeUnknownException;
import io.ngrid.node.client.GridClient;
import io.ngrid.node.state.Action;
import io.ngrid.node.state.Answer;
import io.ngrid.node.state.Query;
import io.ngrid.node.state.Result;
import io.ngrid.simulation.check.Call;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/** Makes calls at one node as its callers would, and records what they are told. */
final class Caller {
    private final SimulatedCluster cluster;
    private final Recorder recorder;
    private final SimulatedNode node;

    Caller(SimulatedCluster cluster, Recorder recorder, SimulatedNode node) {
        this.cluster = cluster;
        this.recorder = recorder;
        this.node = node;
    }

    /**
     * Makes a call.
     *
     * @param operation what it asks
     * @param waitNanos how long it waits for an element or for room, if it waits
     * @param timeoutNanos its time-out
     * @return the call, which completes with what it was told when it has ended
     */
    CompletableFuture<?> call(Call.Operation operation, long waitNanos, long timeoutNanos, Runnable ended) {
        GridClient client = node.client();
        long number = recorder.invoked(node, operation);
        CompletableFuture<?> future;
        if (operation instanceof Call.Offer offer) {
            Action.Offer action = new Action.Offer(
                    offer.name(), offer.values().stream().map(recorder::bytes).toList());
            future = offer.waits()
                    ? client.offerWaiting(action, waitNanos, timeoutNanos)
                    : client.write(action, timeoutNanos);
        } else if (operation instanceof Call.Poll poll) {
            Action.Poll action = new Action.Poll(poll.name(), poll.max());
            future = poll.waits()
                    ? client.pollWaiting(action, waitNanos, timeoutNanos)
                    : client.write(action, timeoutNanos);
        } else if (operation instanceof Call.Put put) {
            future = client.write(
                    new Action.Put(
                            put.name(), key(put.key()), recorder.bytes(put.value()), condition(put), put.version()),
                    timeoutNanos);
        } else if (operation instanceof Call.Remove remove) {
            future = client.write(
                    new Action.Remove(remove.name(), key(remove.key()), remove.version() < 0 ? null : remove.version()),
                    timeoutNanos);
        } else {
            future = client.read(query(operation), timeoutNanos);
        }
        future.whenComplete((value, error) -> {
            recorder.returned(node, number, operation, error == null ? told(operation, value) : failed(error));
            ended.run();
        });
        return future;
    }

    private static Query query(Call.Operation operation) {
        if (operation instanceof Call.Peek peek) {
            return new Query.Browse(peek.name(), 0, 1);
        }
        if (operation instanceof Call.Size size) {
            return new Query.QueueSize(size.name());
        }
        if (operation instanceof Call.Get get) {
            return new Query.Get(get.name(), key(get.key()));
        }
        throw new IllegalArgumentException("not a read: " + operation);
    }

    private static byte[] key(String key) {
        return key.getBytes(StandardCharsets.US_ASCII);
    }

    private static Action.Condition condition(Call.Put put) {
        return switch (put.condition()) {
            case ALWAYS -> Action.Condition.ALWAYS;
            case ABSENT -> Action.Condition.ABSENT;
            case PRESENT -> Action.Condition.PRESENT;
            case VERSION -> Action.Condition.VERSION;
        };
    }

    private Call.Outcome told(Call.Operation operation, @Nullable Object value) {
        if (value instanceof GridClient.Done done) {
            Result result = done.result();
            if (result instanceof Result.Flag flag) {
                return new Call.Flag(flag.value());
            }
            if (result instanceof Result.Polled) {
                return new Call.Values(values(done.bodies()));
            }
            if (result instanceof Result.Previous previous) {
                return new Call.Previous(previous.done(), value(previous.value()), previous.version());
            }
            if (result instanceof Result.Failed failed && failed.reason() == Result.Reason.UNKNOWN_NAME) {
                return new Call.NotExecuted();
            }
        } else if (value instanceof GridClient.Read read) {
            Answer answer = read.answer();
            if (answer instanceof Answer.Elements) {
                return new Call.Values(values(read.bodies()));
            }
            if (answer instanceof Answer.Count count) {
                return new Call.Count(count.value());
            }
            if (answer instanceof Answer.Value found) {
                return new Call.Value(value(found.value()), found.version());
            }
            if (answer instanceof Answer.Failed failed && failed.reason() == Result.Reason.UNKNOWN_NAME) {
                return new Call.NotExecuted();
            }
        }
        cluster.watch().fail("[S4]", operation + " was answered with " + value);
        return new Call.Unknown();
    }

    private Call.Outcome failed(Throwable error) {
        Throwable cause = error instanceof CompletionException && error.getCause() != null ? error.getCause() : error;
        if (cause instanceof NotExecutedException || cause instanceof CancellationException) {
            return new Call.NotExecuted();
        }
        if (!(cause instanceof OutcomeUnknownException)) {
            cluster.watch().fail("[S4]", "a call ended with " + cause);
        } else if (String.valueOf(cause.getMessage()).contains("settled it before")
                && cluster.nodes().stream().noneMatch(SimulatedNode::isDoomed)) {
            cluster.watch().fail("[S1]", "a call whose caller still waits was taken for settled");
        }
        return new Call.Unknown();
    }

    private static List<Long> values(List<byte[]> bodies) {
        return bodies.stream().map(Values::decode).toList();
    }

    private static long value(byte @Nullable [] bytes) {
        return bytes == null ? 0 : Values.decode(bytes);
    }
}
