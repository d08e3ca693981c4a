package io.ngrid.simulation;

import io.ngrid.api.FullPolicy;
import io.ngrid.api.MapSettings;
import io.ngrid.api.QueueSettings;
import io.ngrid.node.state.Action;
import io.ngrid.simulation.check.Call;
import io.ngrid.simulation.check.History;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;

/** Callers on all nodes, each making one call after the other, or several at once. */
final class Workload {
    static final String MAP = "prices";

    private final SimulatedCluster cluster;
    private final Plan plan;
    private final Recorder recorder;
    private final SplittableRandom random;
    private final List<Person> persons = new ArrayList<>();
    private boolean over;

    Workload(SimulatedCluster cluster, Plan plan, Recorder recorder) {
        this.cluster = cluster;
        this.plan = plan;
        this.recorder = recorder;
        this.random = cluster.time().random().split();
        for (int i = 0; i < plan.queues(); i++) {
            recorder.history().add(new History.Queue("orders-" + i, i == 0 ? plan.capacity() : Long.MAX_VALUE));
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
            int count = random.nextInt(8) == 0 ? 1 + random.nextInt(5) : 1;
            List<Long> values = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                values.add(recorder.newValue());
            }
            return new Call.Offer(queue, values, random.nextInt(6) == 0);
        } else if (kind < 55) {
            return new Call.Poll(queue, random.nextInt(5) == 0 ? 1 + random.nextInt(8) : 1, random.nextInt(4) == 0);
        } else if (kind < 59) {
            return new Call.Peek(queue);
        } else if (kind < 63) {
            return new Call.Size(queue);
        } else if (kind < 78) {
            return new Call.Put(MAP, key, recorder.newValue(), Call.Condition.ALWAYS, 0);
        } else if (kind < 82) {
            Call.Condition condition = random.nextBoolean() ? Call.Condition.ABSENT : Call.Condition.PRESENT;
            return new Call.Put(MAP, key, recorder.newValue(), condition, 0);
        } else if (kind < 86) {
            return new Call.Put(MAP, key, recorder.newValue(), Call.Condition.VERSION, recorder.seenVersion(key));
        } else if (kind < 89) {
            return new Call.Remove(MAP, key, random.nextBoolean() ? -1 : recorder.seenVersion(key));
        }
        return new Call.Get(MAP, key);
    }

    private final class Person {
        private final SimulatedNode node;
        private final Caller caller;
        private final List<CompletableFuture<?>> pending = new ArrayList<>();
        private int introducedTo;

        Person(SimulatedNode node) {
            this.node = node;
            this.caller = new Caller(cluster, recorder, node);
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
            if (introducedTo != node.starts()) {
                introducedTo = node.starts();
                create();
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
                QueueSettings settings =
                        new QueueSettings(queue.name(), "bytes", List.of(), queue.capacity(), FullPolicy.REJECT);
                node.client().write(new Action.CreateQueue(settings), plan.operationTimeoutNanos());
            }
            node.client()
                    .write(new Action.CreateMap(MapSettings.of(MAP, "bytes", "bytes")), plan.operationTimeoutNanos());
        }

        /** Its node died: nobody answers any more. */
        void bereaved() {
            pending.clear();
        }
    }
}
