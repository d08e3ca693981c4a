package io.ngrid.node.client;

import io.ngrid.api.Codec;
import io.ngrid.api.Codecs;
import io.ngrid.api.FullPolicy;
import io.ngrid.api.MapSettings;
import io.ngrid.api.NodeId;
import io.ngrid.api.QueueSettings;
import io.ngrid.node.state.Action;
import io.ngrid.node.state.Answer;
import io.ngrid.node.state.Applied;
import io.ngrid.node.state.BodyChange;
import io.ngrid.node.state.Command;
import io.ngrid.node.state.CommandCodec;
import io.ngrid.node.state.GridState;
import io.ngrid.node.state.Outcome;
import io.ngrid.node.state.Query;
import io.ngrid.node.state.Result;
import io.ngrid.spi.EntryKind;
import io.ngrid.spi.LogEntry;
import io.ngrid.spi.Member;
import io.ngrid.spi.StorageId;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/**
 * The real client, proxy and state machine with a leader that commits at once; one thread for the loop, one for callbacks.
 * The test may silence the leader, make it refuse, or take it away.
 */
final class OneNodeGrid implements LoopClient.Inbox, ClientProxy.Out, AutoCloseable {
    private static final Member NODE = new Member(new NodeId("n1"), new StorageId(new UUID(3, 3)));
    private static final NodeId LEADER = new NodeId("n1");

    private final ScheduledExecutorService loop =
            Executors.newSingleThreadScheduledExecutor(task -> daemon(task, "test-loop"));
    private final ScheduledExecutorService callback =
            Executors.newSingleThreadScheduledExecutor(task -> daemon(task, "test-callback"));
    private final ClientProxy proxy = new ClientProxy(new UUID(1, 1), 1, this, System.nanoTime());
    private final Deque<Request> requests = new ArrayDeque<>();
    private final Map<List<Long>, byte[]> bodies = new HashMap<>();
    private final Map<String, Integer> interest = new LinkedHashMap<>();
    private final Map<Long, String> wakes = new HashMap<>();
    private volatile GridState state = GridState.EMPTY;
    private volatile GridState appliedHere = GridState.EMPTY;
    private long epoch;
    private long wakeNumber;
    private boolean silent;
    private boolean refusing;

    final List<Request> seen = new ArrayList<>();
    final LoopClient client;
    final long timeoutNanos;

    OneNodeGrid(long timeoutMillis) {
        this(timeoutMillis, LoopClient.MAX_CALLS, LoopClient.MAX_BYTES);
    }

    OneNodeGrid(long timeoutMillis, int maxCalls, long maxBytes) {
        timeoutNanos = TimeUnit.MILLISECONDS.toNanos(timeoutMillis);
        client = new LoopClient(this, System::nanoTime, maxCalls, maxBytes);
        callback.execute(client::enterCallbackThread);
        run(() -> proxy.leader(LEADER, ++epoch, "", System.nanoTime()));
        loop.scheduleWithFixedDelay(() -> turn(() -> proxy.tick(System.nanoTime())), 1, 1, TimeUnit.MILLISECONDS);
    }

    private static Thread daemon(Runnable task, String name) {
        Thread thread = new Thread(task, name);
        thread.setDaemon(true);
        return thread;
    }

    // ---- what callers use

    ClusterQueue<String> queue(String name) {
        return queue(name, Long.MAX_VALUE);
    }

    ClusterQueue<String> queue(String name, long capacity) {
        return new ClusterQueue<>(settings(name, capacity), true, Codecs.string(), client, timeoutNanos);
    }

    static QueueSettings settings(String name, long capacity) {
        return new QueueSettings(name, "string", List.of(), capacity, FullPolicy.REJECT);
    }

    ClusterMap<String, String> map(String name) {
        return map(name, Codecs.string());
    }

    <V> ClusterMap<String, V> map(String name, Codec<V> values) {
        ClusterMap.Local local =
                key -> state.query(new Query.Get(name, key)) instanceof Answer.Value value ? value.value() : null;
        return new ClusterMap<>(
                MapSettings.of(name, "string", values.name()),
                true,
                Codecs.string(),
                values,
                client,
                local,
                timeoutNanos);
    }

    // ---- what the test does to the leader

    /** The leader takes requests and neither handles nor answers them. */
    void silence(boolean on) {
        run(() -> silent = on);
    }

    void refuse(boolean on) {
        run(() -> refusing = on);
    }

    void loseLeader() {
        run(() -> {
            requests.clear();
            proxy.leader(null, epoch, "the test took the leader away", System.nanoTime());
        });
    }

    void findLeader() {
        run(() -> {
            interest.clear();
            wakes.clear();
            proxy.leader(LEADER, ++epoch, "", System.nanoTime());
        });
    }

    /** This node has applied the creation of a queue that the cluster knows nothing of. */
    void believe(QueueSettings settings) {
        UUID session = new UUID(8, 8);
        Command open = new Command.OpenSession(session, NODE, 1);
        Command create = new Command.Execute(session, 1, 1, List.of(), List.of(), new Action.CreateQueue(settings));
        appliedHere = applied(applied(GridState.EMPTY, open).state(), create).state();
    }

    int pending() {
        return ask(grid -> grid.proxy.pendingCount());
    }

    int waiters(String queue) {
        return ask(grid -> grid.proxy.waiters().getOrDefault(queue, 0));
    }

    long count(Class<? extends Request> type) {
        return ask(grid -> grid.seen.stream().filter(type::isInstance).count());
    }

    private <T> T ask(Function<OneNodeGrid, T> question) {
        Future<T> answer = loop.submit(() -> question.apply(this));
        try {
            return answer.get(10, TimeUnit.SECONDS);
        } catch (Exception e) {
            throw new AssertionError("the loop does not answer", e);
        }
    }

    private void run(Runnable task) {
        ask(grid -> {
            grid.turn(task);
            return true;
        });
    }

    // ---- the loop

    private void turn(Runnable task) {
        task.run();
        while (!silent && !requests.isEmpty()) {
            Response response = handle(requests.remove());
            if (response != null) {
                proxy.received(response, System.nanoTime());
            }
            wake();
        }
    }

    private Response handle(Request request) {
        if (request instanceof Request.Open open) {
            apply(new Command.OpenSession(open.session(), NODE, open.start()));
            return new Response.Opened(open.session());
        } else if (request instanceof Request.Write write) {
            return handle(write);
        } else if (request instanceof Request.Read read) {
            Answer answer = state.query(read.query());
            List<byte[]> found = answer instanceof Answer.Elements elements
                    ? bodies(elements.queue(), elements.sequences())
                    : List.of();
            return new Response.Answered(read.read(), answer, found);
        } else if (request instanceof Request.Interest waiting) {
            interest.put(waiting.queue() + (waiting.room() ? "/room" : ""), waiting.waiters());
        } else if (request instanceof Request.Decline decline) {
            wakes.remove(decline.wake());
        }
        return null;
    }

    private Response handle(Request.Write write) {
        wakes.remove(write.wake());
        if (refusing) {
            return new Response.NotExecuted(
                    write.session(), write.sequence(), Response.Refused.NO_QUORUM, "only n1 is there");
        }
        Outcome outcome = apply(new Command.Execute(
                write.session(), write.sequence(), write.floor(), write.closed(), List.of(), write.action()));
        if (!(outcome instanceof Outcome.Executed executed)) {
            throw new AssertionError("unexpected " + outcome);
        }
        List<byte[]> found = executed.result() instanceof Result.Polled polled
                ? bodies(polled.queue(), polled.sequences())
                : List.of();
        return new Response.Executed(write.session(), write.sequence(), executed.result(), found);
    }

    private List<byte[]> bodies(long queue, List<Long> sequences) {
        return sequences.stream()
                .map(sequence -> bodies.get(List.of(queue, sequence)))
                .toList();
    }

    private Outcome apply(Command command) {
        Applied applied = applied(state, command);
        state = applied.state();
        appliedHere = state;
        applied.bodies().forEach(change -> {
            if (change instanceof BodyChange.Put put) {
                bodies.put(List.of(put.queue(), put.sequence()), put.body());
            }
        });
        return Objects.requireNonNull(applied.outcome());
    }

    private static Applied applied(GridState before, Command command) {
        long index = before.appliedIndex() + 1;
        return before.apply(new LogEntry(index, 1, index, EntryKind.COMMAND, CommandCodec.encode(command)));
    }

    private void wake() {
        interest.forEach((key, waiting) -> {
            boolean room = key.endsWith("/room");
            String queue = room ? key.substring(0, key.length() - 5) : key;
            long ready = room ? state.roomCount(queue) : state.readyCount(queue);
            long outstanding = wakes.values().stream().filter(key::equals).count();
            for (long i = outstanding; i < Math.min(ready, waiting); i++) {
                wakes.put(++wakeNumber, key);
                proxy.received(new Response.Wake(queue, room, wakeNumber), System.nanoTime());
            }
        });
    }

    @Override
    public void send(Request request) {
        seen.add(request);
        requests.add(request);
    }

    @Override
    public void complete(Runnable completion) {
        callback.execute(completion);
    }

    @Override
    public UUID newSession() {
        return UUID.randomUUID();
    }

    @Override
    public boolean submit(Pending<?> call) {
        if (loop.isShutdown()) {
            return false;
        }
        loop.execute(() -> turn(() -> proxy.submit(call, System.nanoTime())));
        return true;
    }

    @Override
    public GridState state() {
        return appliedHere;
    }

    @Override
    public void cancel(Pending<?> call) {
        loop.execute(() -> turn(() -> proxy.cancel(call, System.nanoTime())));
    }

    @Override
    public void close() {
        if (loop.isShutdown()) {
            return;
        }
        run(() -> proxy.close(System.nanoTime()));
        loop.shutdownNow();
        callback.shutdown();
    }
}
