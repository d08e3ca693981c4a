package io.ngrid.node.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.ngrid.api.NodeId;
import io.ngrid.api.NotExecutedException;
import io.ngrid.api.OutcomeUnknownException;
import io.ngrid.node.state.Action;
import io.ngrid.node.state.Query;
import io.ngrid.node.state.Result;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CancellationException;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/**
 * Random schedules: leaders change, connections break, attempts are refused, answers come late, sessions end. Whatever
 * happens, each call ends once, by its deadline, and with the truth.
 */
class ClientProxyRandomTest {
    private static final long MILLI = 1_000_000;
    private static final int STEPS = 600;

    @Property(tries = 400)
    void H02_H34_everyCallEndsByItsDeadlineWithTheTruth(@ForAll long seed) {
        new Run(seed).play();
    }

    private static final class Run implements ClientProxy.Out, Pending.Owner {
        private final Random random;
        private final FakeCluster cluster;
        private final ClientProxy proxy;
        private final List<Pending<?>> calls = new ArrayList<>();
        private final Map<Pending<?>, Integer> ends = new LinkedHashMap<>();
        private final Map<Pending<?>, Long> endTimes = new HashMap<>();
        private final Map<Pending<?>, Set<String>> before = new HashMap<>();
        private final Map<String, Set<String>> sentAs = new HashMap<>();
        private final Map<Action, Set<String>> pollSentAs = new IdentityHashMap<>();
        private final Set<Pending<?>> leftByCaller = new HashSet<>();
        private final List<String> issued = new ArrayList<>();
        private final List<UUID> sessions = new ArrayList<>();
        private boolean connected;
        private long now;
        private long epoch;
        private int elements;

        Run(long seed) {
            random = new Random(seed);
            cluster = new FakeCluster(random);
            now = random.nextBoolean() ? Long.MAX_VALUE - 3_000 * MILLI : random.nextLong();
            sessions.add(new UUID(1, 1));
            proxy = new ClientProxy(sessions.get(0), 1, this, now);
        }

        void play() {
            for (int step = 0; step < STEPS; step++) {
                step();
                advance(random.nextInt(20) * MILLI / 4);
            }
            boolean heal = random.nextBoolean();
            for (int i = 0; i < 3_000; i++) {
                if (heal && !connected) {
                    connect(true);
                }
                carry();
                advance(10 * MILLI);
            }
            assertThat(proxy.pendingCount()).as("[H02] all calls have ended").isZero();
            cluster.drain();
            check();
        }

        private void step() {
            int kind = random.nextInt(100);
            if (kind < 30) {
                submit();
            } else if (kind < 85) {
                carry();
            } else if (kind < 88) {
                connect(random.nextBoolean());
            } else if (kind < 89) {
                disconnect(random.nextBoolean());
            } else if (kind < 93) {
                cluster.refusePercent = random.nextInt(4) == 0 ? 60 : 0;
            } else if (kind < 95 && !calls.isEmpty()) {
                Pending<?> call = calls.get(random.nextInt(calls.size()));
                if (random.nextBoolean()) {
                    proxy.cancel(call, now);
                } else if (leave(call) && random.nextBoolean()) {
                    proxy.cancel(call, now);
                }
            } else if (kind < 96) {
                cluster.wakesExpire();
            } else if (kind == 96 && random.nextInt(10) == 0) {
                cluster.expire(sessions.get(sessions.size() - 1));
            } else if (kind == 97) {
                advance(random.nextInt(600) * MILLI);
            }
        }

        private boolean leave(Pending<?> call) {
            boolean left = call.cancel(false);
            if (left) {
                leftByCaller.add(call);
            }
            return left;
        }

        private void carry() {
            for (int i = random.nextInt(6); i >= 0; i--) {
                switch (random.nextInt(4)) {
                    case 0 -> cluster.handle();
                    case 1 -> cluster.commit();
                    case 2 -> cluster.wake();
                    default -> {
                        if (!cluster.responses.isEmpty()) {
                            proxy.received(cluster.responses.poll(), now);
                        }
                    }
                }
            }
        }

        private void connect(boolean sameLeader) {
            disconnect(sameLeader);
            connected = true;
            proxy.leader(new NodeId("n3"), epoch, "", now);
        }

        private void disconnect(boolean sameLeader) {
            if (sameLeader) {
                cluster.disconnect();
            } else {
                cluster.changeLeader();
                epoch++;
            }
            connected = false;
            if (random.nextBoolean()) {
                proxy.leader(null, epoch, "nobody", now);
            }
        }

        private void submit() {
            long timeout = (20 + random.nextInt(3_000)) * MILLI;
            long wait = random.nextInt(3) == 0 ? random.nextInt(1_000) * MILLI : 0;
            Pending<?> call = switch (random.nextInt(5)) {
                case 0, 1 -> {
                    String element = "e" + ++elements;
                    if (wait == 0) {
                        issued.add(element);
                    }
                    yield new PendingWrite(
                            new Action.Offer("q", List.of(element.getBytes(StandardCharsets.UTF_8))),
                            now,
                            wait,
                            timeout,
                            this);
                }
                case 2, 3 -> new PendingWrite(new Action.Poll("q", 1), now, wait, timeout, this);
                default -> new PendingRead(new Query.QueueSize("q"), now, timeout, this);
            };
            calls.add(call);
            ends.put(call, 0);
            before.put(call, new HashSet<>(issued));
            proxy.submit(call, now);
        }

        private void advance(long nanos) {
            long end = now + nanos;
            for (int ticks = 0; proxy.nextTickNanos() - end <= 0; ticks++) {
                assertThat(ticks).as("ticks without an end").isLessThan(100_000);
                long next = proxy.nextTickNanos();
                now = next - now > 0 ? next : now;
                proxy.tick(now);
            }
            now = end;
        }

        // ---- what must hold

        private void check() {
            Set<String> taken = new HashSet<>();
            for (Pending<?> call : calls) {
                assertThat(ends.get(call)).as("[H02] ends exactly once").isEqualTo(1);
                long latest = call instanceof PendingWrite write && write.waits()
                        ? write.waitEnd() + 2 * write.timeoutNanos
                        : call.startNanos + call.timeoutNanos;
                assertThat(endTimes.get(call) - latest)
                        .as("[H02] ends by its deadline")
                        .isLessThanOrEqualTo(0);
                Throwable error = call.handle((value, e) -> e).join();
                if (call instanceof PendingWrite write) {
                    if (write.action instanceof Action.Offer offer) {
                        checkOffer(FakeCluster.text(offer.bodies().get(0)), write, error);
                    } else {
                        checkPoll(write, error, taken);
                    }
                } else if (call instanceof PendingRead read && error == null) {
                    checkRead(read);
                }
            }
            assertThat(cluster.polled.keySet()).as("invented").containsAll(taken);
            checkOrder();
        }

        private void checkOffer(String element, PendingWrite write, Throwable error) {
            boolean executed = cluster.executed.contains(element);
            if (error == null) {
                assertThat(executed)
                        .as("the answer to offer " + element)
                        .isEqualTo(write.join().result().equals(new Result.Flag(true)));
            } else if (error instanceof NotExecutedException) {
                assertThat(executed)
                        .as("[S4] not executed: " + element + " " + error)
                        .isFalse();
            } else {
                assertThat(error)
                        .as("[S4] no other error")
                        .isInstanceOfAny(OutcomeUnknownException.class, CancellationException.class);
            }
            if (!write.waits()) {
                assertThat(sentAs.getOrDefault(element, Set.of()).size())
                        .as("[S3] one sequence for " + element)
                        .isLessThanOrEqualTo(1);
            }
        }

        /** Every element that was consumed went to its caller, or to one that knows that it may have been. */
        private void checkPoll(PendingWrite write, Throwable error, Set<String> taken) {
            Set<String> consumed = new HashSet<>();
            Set<String> names = pollSentAs.getOrDefault(write.action, Set.of());
            cluster.polled.forEach((element, name) -> {
                if (names.contains(name)) {
                    consumed.add(element);
                }
            });
            Set<String> got = new HashSet<>();
            if (error == null) {
                write.join().bodies().forEach(body -> got.add(FakeCluster.text(body)));
                assertThat(got).as("[S3] consumed and got").isEqualTo(consumed);
            } else if (isDefinite(write, error)) {
                assertThat(consumed).as("[S4] not executed: " + error).isEmpty();
            }
            for (String element : got) {
                assertThat(taken.add(element)).as("taken once").isTrue();
            }
        }

        private boolean isDefinite(Pending<?> call, Throwable error) {
            return error instanceof NotExecutedException
                    || (error instanceof CancellationException && !leftByCaller.contains(call));
        }

        /** Offers that did not wait took effect in the order in which they were issued. */
        private void checkOrder() {
            List<String> order = new ArrayList<>(cluster.executed);
            order.retainAll(new HashSet<>(issued));
            List<String> expected = new ArrayList<>(issued);
            expected.retainAll(new HashSet<>(order));
            assertThat(order).as("[S1] order").isEqualTo(expected);
        }

        /** A read sees every offer that was issued before it and succeeded. */
        private void checkRead(PendingRead read) {
            Set<String> expected = new HashSet<>(before.get(read));
            expected.retainAll(cluster.executed);
            expected.removeIf(element -> !succeeded(element));
            assertThat(cluster.readSaw.get(read.id)).as("[L1] a read sees").containsAll(expected);
        }

        private boolean succeeded(String element) {
            return calls.stream()
                    .anyMatch(call -> call instanceof PendingWrite write
                            && write.action instanceof Action.Offer offer
                            && FakeCluster.text(offer.bodies().get(0)).equals(element)
                            && !write.isCompletedExceptionally());
        }

        // ---- the proxy's surroundings

        @Override
        public void send(Request request) {
            if (request instanceof Request.Write write && write.action() instanceof Action.Offer offer) {
                sentAs.computeIfAbsent(FakeCluster.text(offer.bodies().get(0)), e -> new HashSet<>())
                        .add(write.session() + ":" + write.sequence());
            }
            if (request instanceof Request.Write write && write.action() instanceof Action.Poll) {
                pollSentAs
                        .computeIfAbsent(write.action(), a -> new HashSet<>())
                        .add(write.session() + ":" + write.sequence());
            }
            if (connected) {
                cluster.requests.add(request);
            }
        }

        @Override
        public void complete(Runnable completion) {
            completion.run();
        }

        @Override
        public UUID newSession() {
            sessions.add(new UUID(1, sessions.size() + 1));
            return sessions.get(sessions.size() - 1);
        }

        @Override
        public void ended(Pending<?> call) {
            ends.merge(call, 1, Integer::sum);
            endTimes.put(call, now);
        }

        @Override
        public void cancelled(Pending<?> call) {}
    }
}
