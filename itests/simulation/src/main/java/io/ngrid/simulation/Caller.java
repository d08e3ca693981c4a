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
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Makes calls at one node as its callers would, and records what they are told. */
final class Caller {
    private final SimulatedCluster cluster;
    private final Recorder recorder;
    private final Creations creations;
    private final SimulatedNode node;

    Caller(SimulatedCluster cluster, Recorder recorder, Creations creations, SimulatedNode node) {
        this.cluster = cluster;
        this.recorder = recorder;
        this.creations = creations;
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
        int agreed = creations.agreed(operation.name());
        CompletableFuture<?> future = send(client, operation, number, waitNanos, timeoutNanos);
        future.whenComplete((value, error) -> {
            recorder.returned(node, number, operation, error == null ? told(operation, agreed, value) : failed(error));
            ended.run();
        });
        return future;
    }

    private CompletableFuture<?> send(
            GridClient client, Call.Operation operation, long number, long waitNanos, long timeoutNanos) {
        if (operation instanceof Call.Offer offer && offer.waits()) {
            return client.offerWaiting(new Action.Offer(offer.name(), bytes(offer.values())), waitNanos, timeoutNanos);
        }
        if (operation instanceof Call.Poll poll && poll.waits()) {
            return client.pollWaiting(new Action.Poll(poll.name(), poll.max()), waitNanos, timeoutNanos);
        }
        return operation.writes()
                ? client.write(action(operation), timeoutNanos)
                : client.read(query(operation, number), timeoutNanos);
    }

    private Action action(Call.Operation operation) {
        if (operation instanceof Call.Offer offer) {
            return new Action.Offer(offer.name(), bytes(offer.values()));
        }
        if (operation instanceof Call.Poll poll) {
            return new Action.Poll(poll.name(), poll.max());
        }
        if (operation instanceof Call.Clear clear) {
            return new Action.Clear(clear.name());
        }
        if (operation instanceof Call.Put put) {
            return new Action.Put(
                    put.name(), key(put.key()), recorder.bytes(put.value()), condition(put), put.version());
        }
        if (operation instanceof Call.PutAll all) {
            return new Action.PutAll(
                    all.name(), all.keys().stream().map(Caller::key).toList(), bytes(all.values()));
        }
        if (operation instanceof Call.Remove remove) {
            return new Action.Remove(remove.name(), key(remove.key()), remove.version() < 0 ? null : remove.version());
        }
        if (operation instanceof Call.ClearMap clear) {
            return new Action.ClearMap(clear.name());
        }
        throw new IllegalArgumentException("not a write: " + operation);
    }

    /** Where there are several queries for the same, the call's number takes one. */
    private Query query(Call.Operation operation, long number) {
        if (operation instanceof Call.Peek peek) {
            return new Query.Browse(peek.name(), 0, 1);
        }
        if (operation instanceof Call.Browse browse) {
            return browse.after() == 0 && number % 2 == 0
                    ? new Query.Browse(browse.name(), 0, browse.max())
                    : new Query.BrowseFrom(browse.name(), recorder.sequenceAfter(browse.after()), browse.max());
        }
        if (operation instanceof Call.Size size) {
            return number % 2 == 0 ? new Query.QueueSize(size.name()) : new Query.QueueInfo(size.name());
        }
        if (operation instanceof Call.Get get) {
            return new Query.Get(get.name(), key(get.key()));
        }
        if (operation instanceof Call.MapSize size) {
            return new Query.MapSize(size.name());
        }
        if (operation instanceof Call.Page page) {
            return new Query.MapPage(page.name(), page.after().isEmpty() ? null : key(page.after()), page.max());
        }
        throw new IllegalArgumentException("not a read: " + operation);
    }

    private List<byte[]> bytes(List<Long> values) {
        return values.stream().map(recorder::bytes).toList();
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

    private Call.Outcome told(Call.Operation operation, int agreed, @Nullable Object value) {
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
            if (result instanceof Result.Done) {
                return new Call.Done();
            }
            if (result instanceof Result.Failed failed && failed.reason() == Result.Reason.UNKNOWN_NAME) {
                return new Call.NotExecuted();
            }
        } else if (value instanceof GridClient.Read read) {
            Call.Outcome outcome = told(operation, agreed, read.answer(), read.bodies());
            if (outcome != null) {
                return outcome;
            }
        }
        cluster.watch().fail("[S4]", operation + " was answered with " + value);
        return new Call.Unknown();
    }

    private Call.@Nullable Outcome told(Call.Operation operation, int agreed, Answer answer, List<byte[]> bodies) {
        if (answer instanceof Answer.Elements elements) {
            List<Long> values = values(bodies);
            recorder.browsed(elements, values);
            return new Call.Values(values);
        }
        if (answer instanceof Answer.Count count) {
            return new Call.Count(count.value());
        }
        if (answer instanceof Answer.Queue info) {
            recorder.history().queues().stream()
                    .filter(queue -> queue.name().equals(operation.name()))
                    .forEach(queue -> creations.informed(queue, agreed, info));
            return new Call.Count(info.size());
        }
        if (answer instanceof Answer.Value found) {
            return new Call.Value(value(found.value()), found.version());
        }
        if (answer instanceof Answer.Page page) {
            return new Call.Entries(IntStream.range(0, page.keys().size())
                    .mapToObj(i -> new Call.Entry(
                            new String(page.keys().get(i), StandardCharsets.US_ASCII),
                            value(page.values().get(i)),
                            page.versions().get(i)))
                    .toList());
        }
        return answer instanceof Answer.Failed failed && failed.reason() == Result.Reason.UNKNOWN_NAME
                ? new Call.NotExecuted()
                : null;
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
