package io.ngrid.simulation;

import io.ngrid.api.FullPolicy;
import io.ngrid.api.MapSettings;
import io.ngrid.api.QueueSettings;
import io.ngrid.node.client.GridClient;
import io.ngrid.node.state.Action;
import io.ngrid.node.state.Answer;
import io.ngrid.node.state.Result;
import io.ngrid.simulation.check.History;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/**
 * Creates the queues and maps of a run, again and again, with lists of classes of differing length; and with settings that
 * do not fit once they exist. Checks what comes of it: settings that agree are never refused, others always, and what was
 * agreed stays.
 */
final class Creations {
    private static final List<String> CLASSES = List.of("demo.Order", "demo.Line", "demo.Price");

    private final SimulatedCluster cluster;
    private final SplittableRandom random;
    private final Map<String, Integer> agreed = new HashMap<>();

    Creations(SimulatedCluster cluster) {
        this.cluster = cluster;
        this.random = cluster.time().random().split();
    }

    /** As a caller does that names a queue for the first time. */
    void create(GridClient client, History.Queue queue, long timeoutNanos) {
        int classes = random.nextInt(CLASSES.size() + 1);
        create(client, queue.name(), new Action.CreateQueue(settings(queue, classes)), classes, timeoutNanos);
        if (agreed.containsKey(queue.name()) && random.nextInt(4) == 0) {
            createOther(client, queue.name(), new Action.CreateQueue(other(queue)), timeoutNanos);
        }
    }

    /** As a caller does that names a map for the first time. */
    void createMap(GridClient client, String map, long timeoutNanos) {
        int classes = random.nextInt(CLASSES.size() + 1);
        List<String> some = CLASSES.subList(0, classes);
        create(
                client,
                map,
                new Action.CreateMap(new MapSettings(map, "bytes", some, "bytes", some)),
                classes,
                timeoutNanos);
        if (agreed.containsKey(map) && random.nextInt(4) == 0) {
            List<String> others = agreed.getOrDefault(map, 0) > 0 ? List.of("demo.Other") : List.of();
            MapSettings other = switch (random.nextInt(others.isEmpty() ? 2 : 4)) {
                case 0 -> MapSettings.of(map, "string", "bytes");
                case 1 -> MapSettings.of(map, "bytes", "string");
                case 2 -> new MapSettings(map, "bytes", others, "bytes", List.of());
                default -> new MapSettings(map, "bytes", List.of(), "bytes", others);
            };
            createOther(client, map, new Action.CreateMap(other), timeoutNanos);
        }
    }

    private void create(GridClient client, String name, Action creation, int classes, long timeoutNanos) {
        if (client.hasCreated(creation, true)) {
            agreed.merge(name, classes, Math::max); // committed, so whoever reads from now on sees it
        } else {
            client.write(creation, timeoutNanos).thenAccept(done -> {
                require(done.result() instanceof Result.Done, creation, done.result());
                agreed.merge(name, classes, Math::max);
            });
        }
    }

    private void createOther(GridClient client, String name, Action creation, long timeoutNanos) {
        cluster.watch()
                .require(
                        !client.hasCreated(creation, true),
                        "[S4]",
                        () -> "settings that differ hold for " + name + ": " + creation);
        client.write(creation, timeoutNanos)
                .thenAccept(done -> require(
                        done.result() instanceof Result.Failed failed
                                && failed.reason() == Result.Reason.OTHER_SETTINGS
                                && failed.message().contains(name),
                        creation,
                        done.result()));
    }

    private void require(boolean holds, Action creation, Result result) {
        cluster.watch().require(holds, "[S4]", () -> creation + " was answered with " + result);
    }

    /** How many classes are agreed on at least. */
    int agreed(String name) {
        return agreed.getOrDefault(name, 0);
    }

    /** Somebody asked for a queue's settings when so many classes were agreed on. */
    void informed(History.Queue queue, int classes, Answer.Queue answer) {
        int told = answer.settings().classes().size();
        cluster.watch()
                .require(
                        told >= classes
                                && told <= CLASSES.size()
                                && settings(queue, told).equals(answer.settings()),
                        "[S4]",
                        () -> "queue " + queue + " with " + classes + " classes was told to be " + answer);
    }

    private static QueueSettings settings(History.Queue queue, int classes) {
        return new QueueSettings(
                queue.name(), "bytes", CLASSES.subList(0, classes), queue.capacity(), policy(queue.dropsOldest()));
    }

    private QueueSettings other(History.Queue queue) {
        return switch (random.nextInt(agreed(queue.name()) > 0 ? 4 : 3)) {
            case 0 ->
                new QueueSettings(queue.name(), "string", List.of(), queue.capacity(), policy(queue.dropsOldest()));
            case 1 -> new QueueSettings(queue.name(), "bytes", List.of(), 77, policy(queue.dropsOldest()));
            case 2 ->
                new QueueSettings(queue.name(), "bytes", List.of(), queue.capacity(), policy(!queue.dropsOldest()));
            default ->
                new QueueSettings(
                        queue.name(), "bytes", List.of("demo.Other"), queue.capacity(), policy(queue.dropsOldest()));
        };
    }

    private static FullPolicy policy(boolean dropsOldest) {
        return dropsOldest ? FullPolicy.DROP_OLDEST : FullPolicy.REJECT;
    }
}
