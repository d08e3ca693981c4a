package io.ngrid.election.core;

import io.ngrid.api.NodeId;
import io.ngrid.spi.ClusterId;
import io.ngrid.spi.Configuration;
import io.ngrid.spi.LogPosition;
import io.ngrid.spi.Member;
import io.ngrid.spi.StorageId;
import io.ngrid.spi.election.ElectionEffect;
import io.ngrid.spi.election.ElectionEvent;
import io.ngrid.spi.election.ElectionOptions;
import io.ngrid.spi.election.Role;
import io.ngrid.spi.message.Message;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.BiConsumer;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;

/**
 * Nodes 1 to n in one thread: virtual time, and links that are slow, lossy, cut or severed. Checks after every event that
 * an epoch has one leader and that promises never go back.
 */
final class TestCluster {
    static final long MS = 1_000_000;
    static final long HEARTBEAT = 100 * MS;
    static final long TIMEOUT = 1_000 * MS;
    static final long HANDBACK = 5_000 * MS;

    /** Where monotonic time begins: soon to wrap, since nothing says that it does not. */
    private static final long BEGIN = Long.MAX_VALUE - 20_000 * MS;

    private record Due(long at, long number, Runnable run) {}

    private record Link(int from, int to) {}

    final Random random;
    final Configuration configuration;
    final Map<Integer, TestNode> nodes = new TreeMap<>();

    private final PriorityQueue<Due> due =
            new PriorityQueue<>((a, b) -> a.at != b.at ? Long.signum(a.at - b.at) : Long.compare(a.number, b.number));
    private final Set<Link> cut = new HashSet<>();
    private final Set<Link> severed = new HashSet<>();
    private final Map<Link, Long> lastDelivery = new HashMap<>();
    private final Map<Long, Integer> leaderOf = new TreeMap<>();
    private long now = BEGIN;
    private long numbers;
    private int connections;

    long minDelay = MS / 10;
    long maxDelay = MS;
    double loss;
    boolean reorders;
    /** How long a promise takes to reach the disk; what follows it in a list waits so long. */
    long forceNanos;
    /** How long a fit voter with a higher ID waits for the leadership; most tests want it to stay where it is. */
    long handbackDelay = ElectionOptions.NEVER;
    /** How many entries can be fetched before standing [E4]. */
    long greatestFetch = 1_000;
    /** Mean number of effects after which a node crashes; 0 for never. */
    int effectsToCrash;
    /** Messages of which a test wants to decide the fate; false drops them. */
    Passes passes = (from, to, message) -> true;
    /** Hears what nodes decide. */
    BiConsumer<TestNode, ElectionEffect> watcher = (node, effect) -> {};

    interface Passes {
        boolean test(int from, int to, Message message);
    }

    TestCluster(int size, int replicationQuorum, long seed) {
        random = new Random(seed);
        configuration = new Configuration(
                new ClusterId(new UUID(1, 1)),
                IntStream.rangeClosed(1, size).mapToObj(TestCluster::member).toList(),
                replicationQuorum);
        for (int i = 1; i <= size; i++) {
            nodes.put(i, new TestNode(this, i, member(i), configuration));
        }
    }

    static TestCluster of(int size) {
        return new TestCluster(size, 0, 42);
    }

    static Member member(int node) {
        return new Member(new NodeId("node-" + node), new StorageId(new UUID(node, 0)));
    }

    static Member wiped(int node) {
        return new Member(new NodeId("node-" + node), new StorageId(new UUID(node, 99)));
    }

    static int number(NodeId id) {
        return Integer.parseInt(id.value().substring("node-".length()));
    }

    // ---- nodes

    TestNode node(int number) {
        return nodes.get(number);
    }

    /** A member that no log names. */
    TestNode join(int number) {
        TestNode node = new TestNode(this, number, member(number), configuration);
        nodes.put(number, node);
        return node;
    }

    TestCluster log(int node, long epoch, long index) {
        node(node).restore(new LogPosition(epoch, index));
        return this;
    }

    TestCluster startAll() {
        nodes.keySet().forEach(this::start);
        return this;
    }

    void start(int... numbers) {
        for (int number : numbers) {
            node(number).start(now);
            for (int other : nodes.keySet()) {
                if (other != number) {
                    connect(number, other);
                }
            }
        }
    }

    /** kill -9: the sockets close, the peers learn of it at once. */
    void crash(int... numbers) {
        for (int number : numbers) {
            node(number).stop();
            for (int other : nodes.keySet()) {
                if (other != number) {
                    disconnect(other, number);
                }
            }
        }
    }

    /** Power off: nobody is told. */
    void vanish(int number) {
        node(number).stop();
        nodes.keySet().stream().filter(n -> n != number).forEach(other -> {
            cut.add(new Link(other, number));
            cut.add(new Link(number, other));
        });
    }

    /** SIGSTOP. */
    void pause(int number) {
        node(number).paused = true;
    }

    void resume(int number) {
        node(number).resume(now);
    }

    void lose(int number) {
        node(number).wipe(wiped(number));
    }

    // ---- links

    final class Cut {
        private final boolean bothWays;
        private final boolean told;
        private final int[] these;

        private Cut(boolean bothWays, boolean told, int... these) {
            this.bothWays = bothWays;
            this.told = told;
            this.these = these;
        }

        void from(int... those) {
            apply(those);
        }

        void to(int... those) {
            apply(those);
        }

        private void apply(int... those) {
            for (int a : these) {
                for (int b : those) {
                    if (told) {
                        severed.add(new Link(a, b));
                        severed.add(new Link(b, a));
                        disconnect(a, b);
                        disconnect(b, a);
                    } else {
                        cut.add(new Link(a, b));
                        if (bothWays) {
                            cut.add(new Link(b, a));
                        }
                    }
                }
            }
        }
    }

    /** A black hole, both ways. */
    Cut partition(int... these) {
        return new Cut(true, false, these);
    }

    /** A black hole, one way. */
    Cut cutOneWay(int... these) {
        return new Cut(false, false, these);
    }

    /** Connections break, and are refused from then on. */
    Cut sever(int... these) {
        return new Cut(true, true, these);
    }

    void heal() {
        cut.clear();
        Set<Link> broken = new HashSet<>(severed);
        severed.clear();
        broken.stream().filter(link -> link.from < link.to).forEach(link -> connect(link.from, link.to));
    }

    private void connect(int a, int b) {
        if (node(a).isUp() && node(b).isUp() && !severed.contains(new Link(a, b))) {
            later(delay(), () -> {
                if (node(a).isUp() && node(b).isUp() && !severed.contains(new Link(a, b))) {
                    int connection = ++connections;
                    node(a).connected(node(b), connection, now);
                    node(b).connected(node(a), connection, now);
                }
            });
        }
    }

    private void disconnect(int a, int from) {
        TestNode node = node(a);
        Member peer = node(from).member;
        int connection = node.connection(from);
        later(delay(), () -> node.disconnected(from, peer, connection, now));
    }

    void send(int from, int to, Message message, long afterNanos) {
        if (!nodes.containsKey(to)
                || cut.contains(new Link(from, to))
                || !node(from).isConnected(to)) {
            return;
        }
        if (random.nextDouble() < loss || !passes.test(from, to, message)) {
            return;
        }
        TestNode receiver = node(to);
        Member sender = node(from).member;
        int connection = node(from).connection(to);
        long at = now + afterNanos + delay();
        Link link = new Link(from, to);
        if (!reorders && lastDelivery.containsKey(link) && at - lastDelivery.get(link) <= 0) {
            at = lastDelivery.get(link) + 1;
        }
        lastDelivery.put(link, at);
        later(at - now, () -> {
            if (receiver.connection(from) == connection && !cut.contains(link)) {
                receiver.handle(new ElectionEvent.Received(sender, message), now);
            }
        });
    }

    private long delay() {
        return minDelay + (maxDelay > minDelay ? random.nextLong(maxDelay - minDelay) : 0);
    }

    void later(long nanos, Runnable run) {
        due.add(new Due(now + nanos, numbers++, run));
    }

    // ---- time

    long now() {
        return now;
    }

    /** Milliseconds since the beginning. */
    double millis() {
        return (now - BEGIN) / (double) MS;
    }

    void run(long nanos) {
        runUntil(() -> false, nanos);
    }

    /** Runs until something holds. */
    boolean runUntil(BooleanSupplier holds, long atMostNanos) {
        long end = now + atMostNanos;
        while (!holds.getAsBoolean()) {
            long next = end;
            TestNode ticked = null;
            for (TestNode node : nodes.values()) {
                if (node.isRunning() && node.nextTick() - next < 0) {
                    next = node.nextTick();
                    ticked = node;
                }
            }
            if (!due.isEmpty() && due.peek().at - next <= 0) {
                Due first = due.poll();
                now = first.at - now > 0 ? first.at : now;
                first.run.run();
            } else if (ticked != null) {
                now = next - now > 0 ? next : now;
                ticked.tick(now);
            } else {
                now = end;
                return holds.getAsBoolean();
            }
        }
        return true;
    }

    // ---- what is seen

    void leads(int node, long epoch) {
        Integer other = leaderOf.putIfAbsent(epoch, node);
        if (other != null) {
            throw new AssertionError("two leaders in epoch " + epoch + ": " + other + " and " + node);
        }
    }

    long highestEpoch() {
        return nodes.values().stream().mapToLong(n -> n.durable.epoch()).max().orElse(0);
    }

    List<Integer> leaders() {
        List<Integer> leaders = new ArrayList<>();
        nodes.forEach((number, node) -> {
            if (node.isRunning() && node.view().role() == Role.LEADER) {
                leaders.add(number);
            }
        });
        return leaders;
    }

    /** The leader that E voters follow, itself among them; 0 if none. */
    int settledLeader() {
        for (int leader : leaders()) {
            NodeId id = node(leader).member.node();
            long epoch = node(leader).view().epoch();
            long followers = configuration.voters().stream()
                    .map(voter -> node(number(voter.node())))
                    .filter(n -> n.isRunning()
                            && id.equals(n.view().leader())
                            && n.view().epoch() == epoch)
                    .count();
            if (followers >= configuration.quorums().election()) {
                return leader;
            }
        }
        return 0;
    }

    /** Runs until there is a leader and gives it. */
    int awaitLeader() {
        return awaitLeader(3 * TIMEOUT);
    }

    int awaitLeader(long atMostNanos) {
        if (!runUntil(() -> settledLeader() != 0, atMostNanos)) {
            throw new AssertionError("no leader within " + atMostNanos / MS + " ms: " + this);
        }
        return settledLeader();
    }

    /** Whether all that run follow one leader. */
    boolean isSettled() {
        List<Integer> leaders = leaders();
        if (leaders.size() != 1) {
            return false;
        }
        TestNode leader = node(leaders.get(0));
        long epoch = leader.view().epoch();
        return nodes.values().stream()
                .filter(TestNode::isRunning)
                .allMatch(n -> leader.member.node().equals(n.view().leader())
                        && n.view().epoch() == epoch);
    }

    /** Whether messages get through between two nodes, in both directions. */
    boolean isMutual(int a, int b) {
        return !cut.contains(new Link(a, b)) && !cut.contains(new Link(b, a)) && !severed.contains(new Link(a, b));
    }

    @Override
    public String toString() {
        StringBuilder text = new StringBuilder();
        nodes.values().forEach(node -> text.append("\n  ").append(node));
        return text.append("\n  cut ")
                .append(cut)
                .append(" severed ")
                .append(severed)
                .toString();
    }
}
