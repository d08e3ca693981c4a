package io.ngrid.simulation;

import io.ngrid.simulation.check.Call;
import io.ngrid.simulation.check.History;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;

/** Callers on all nodes, each making one call after the other, or several at once. */
final class Workload {
    static final String MAP = "prices";

    private final SimulatedCluster cluster;
    private final Plan plan;
    private final Recorder recorder;
    private final SplittableRandom random;
    private final Creations creations;
    private final BadCalls badCalls;
    private final List<Person> persons = new ArrayList<>();
    private boolean over;

    Workload(SimulatedCluster cluster, Plan plan, Recorder recorder) {
        this.cluster = cluster;
        this.plan = plan;
        this.recorder = recorder;
        this.random = cluster.time().random().split();
        this.creations = new Creations(cluster);
        this.badCalls = new BadCalls(cluster);
        for (int i = 0; i < plan.queues(); i++) {
            recorder.history().add(plan.queue(i));
        }
        recorder.history().addMap(MAP);
        for (SimulatedNode node : cluster.nodes()) {
            for (int i = 0; i < plan.callers(); i++) {
                persons.add(new Person(node));
            }
        }
        cluster.onCrash(node -> persons.stream().filter(p -> p.node == node).forEach(Person::bereaved));
    }

    void begin() {
        persons.forEach(Person::callLater);
    }

    /** No more calls; those under way go on. */
    void end() {
        over = true;
    }

    Caller caller(SimulatedNode node) {
        return new Caller(cluster, recorder, creations, node);
    }

    /** Calls under way. */
    int pending() {
        return persons.stream().mapToInt(person -> person.pending.size()).sum();
    }

    String key(int number) {
        return "key-" + number;
    }

    private Call.Operation operation() {
        String queue = "orders-" + random.nextInt(plan.queues());
        String key = key(random.nextInt(plan.keys()));
        int kind = random.nextInt(100);
        if (kind < 30) {
            int count = random.nextInt(8) == 0 ? 1 + random.nextInt(6) : 1;
            return new Call.Offer(queue, values(count), random.nextInt(6) == 0);
        } else if (kind < 53) {
            return new Call.Poll(queue, random.nextInt(5) == 0 ? 1 + random.nextInt(8) : 1, random.nextInt(4) == 0);
        } else if (kind < 56) {
            return new Call.Peek(queue);
        } else if (kind < 59) {
            return new Call.Browse(
                    queue, random.nextInt(3) == 0 ? recorder.lastBrowsed(queue) : 0, 1 + random.nextInt(8));
        } else if (kind < 63) {
            return new Call.Size(queue);
        } else if (kind < 75) {
            return new Call.Put(MAP, key, recorder.newValue(), Call.Condition.ALWAYS, 0);
        } else if (kind < 79) {
            Call.Condition condition = random.nextBoolean() ? Call.Condition.ABSENT : Call.Condition.PRESENT;
            return new Call.Put(MAP, key, recorder.newValue(), condition, 0);
        } else if (kind < 83) {
            return new Call.Put(MAP, key, recorder.newValue(), Call.Condition.VERSION, recorder.seenVersion(key));
        } else if (kind < 86) {
            return new Call.Remove(MAP, key, random.nextBoolean() ? -1 : recorder.seenVersion(key));
        } else if (kind < 91) {
            return ofAll(queue, key);
        }
        return new Call.Get(MAP, key);
    }

    private List<Long> values(int count) {
        List<Long> values = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            values.add(recorder.newValue());
        }
        return values;
    }

    /** Calls of several keys, or of a whole queue. */
    private Call.Operation ofAll(String queue, String key) {
        return switch (random.nextInt(10)) {
            case 0 -> new Call.Clear(queue);
            case 1 -> new Call.ClearMap(MAP);
            case 2, 3 -> {
                List<String> keys = IntStream.range(0, plan.keys())
                        .filter(i -> random.nextInt(3) > 0)
                        .mapToObj(this::key)
                        .toList();
                yield keys.isEmpty()
                        ? new Call.PutAll(MAP, List.of(key), values(1))
                        : new Call.PutAll(MAP, keys, values(keys.size()));
            }
            case 4, 5 -> new Call.MapSize(MAP);
            default -> new Call.Page(MAP, random.nextInt(4) == 0 ? key : "", 1 + random.nextInt(6));
        };
    }

    private final class Person {
        private final SimulatedNode node;
        private final Caller caller;
        private final List<CompletableFuture<?>> pending = new ArrayList<>();
        private int introducedTo;

        Person(SimulatedNode node) {
            this.node = node;
            this.caller = new Caller(cluster, recorder, creations, node);
        }

        void callLater() {
            long wait = (long) (-Math.log(1 - random.nextDouble()) * plan.thinkNanos());
            cluster.time().at(cluster.time().now() + wait, () -> {
                if (!over) {
                    call();
                    callLater();
                }
            });
        }

        private void call() {
            if (!node.isUp() || node.isPaused()) {
                return;
            }
            if (introducedTo != node.starts() || random.nextInt(100) == 0) {
                introducedTo = node.starts();
                create();
            }
            if (random.nextInt(200) == 0) {
                badCalls.make(node.client(), "orders-0", MAP, plan.operationTimeoutNanos());
            }
            if (pending.size() < plan.depth()) {
                long timeout = random.nextInt(10) == 0
                        ? 1_000_000 + random.nextInt(300_000_000)
                        : plan.operationTimeoutNanos();
                long wait = random.nextInt(5_000) * 1_000_000L;
                CompletableFuture<?>[] holder = new CompletableFuture<?>[1];
                CompletableFuture<?> future = caller.call(operation(), wait, timeout, () -> pending.remove(holder[0]));
                holder[0] = future;
                if (!future.isDone()) {
                    pending.add(future);
                    perhapsWithdraw(future);
                }
            }
        }

        /** As an interrupted caller does. */
        private void perhapsWithdraw(CompletableFuture<?> future) {
            if (random.nextInt(20) == 0) {
                int starts = node.starts();
                long wait = random.nextInt(200) * 1_000_000L;
                cluster.time().at(cluster.time().now() + wait, () -> {
                    if (node.isUp() && node.starts() == starts && !node.isPaused()) {
                        node.client().withdraw(future);
                    }
                });
            }
        }

        private void create() {
            for (History.Queue queue : recorder.history().queues()) {
                creations.create(node.client(), queue, plan.operationTimeoutNanos());
            }
            creations.createMap(node.client(), MAP, plan.operationTimeoutNanos());
        }

        /** Its node died: nobody answers any more. */
        void bereaved() {
            pending.clear();
        }
    }
}
