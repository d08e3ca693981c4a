package io.ngrid.simulation;

import io.ngrid.api.NodeState;
import io.ngrid.node.state.GridState;
import io.ngrid.simulation.check.Call;
import io.ngrid.simulation.check.Checker;
import io.ngrid.simulation.check.History;
import io.ngrid.spi.view.NodeStatus;
import io.ngrid.testkit.Loss;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * One run: a cluster forms, its clients work while faults are made, then the faults stop, everything has to come to its
 * end, and what the clients saw is checked.
 */
public final class Simulation {
    private static final long SECOND = SimulatedCluster.SECOND;

    /** A loaded machine may be late with what a time-out ends. */
    private static final long GRACE = SECOND;

    /**
     * What came of a run.
     *
     * @param seed its seed
     * @param nanos virtual time that it took
     * @param faults faults made
     * @param operations calls made
     * @param answered calls that were answered
     * @param elections how its elections went
     * @param digest of the whole trace
     * @param rule the broken rule, or null
     * @param message what broke it, or null
     * @param last the last lines of the trace, if a rule is broken
     */
    public record Outcome(
            long seed,
            long nanos,
            int faults,
            long operations,
            long answered,
            Elections.OfRun elections,
            long digest,
            @Nullable String rule,
            @Nullable String message,
            List<String> last) {}

    private static final long LAG_BYTES = 64 << 10;

    private final Plan plan;
    private final SimulatedCluster cluster;
    private final Recorder recorder;
    private final Workload workload;
    private final Faults faults;
    private final @Nullable Stranger stranger;
    private Elections.OfRun elections = Elections.OfRun.NONE;

    private Simulation(Plan plan, Options options, @Nullable Consumer<String> listener) {
        this.plan = plan;
        cluster = new SimulatedCluster(
                plan.nodes(),
                plan.quorum(),
                plan.seed(),
                plan.electionTimeout(),
                plan.maxOutboundBytes(),
                options.parts(),
                listener);
        cluster.template()
                .handbackDelay(plan.handbackDelay())
                .sessionTimeout(plan.sessionTimeout())
                .replicationLagMax(LAG_BYTES);
        for (int i = 0; i < plan.nodes(); i++) {
            SimulatedNode.Machine machine = new SimulatedNode.Machine();
            machine.maxForceNanos = plan.maxForceNanos();
            machine.maxWakeNanos = plan.maxWakeNanos();
            machine.segmentBytes = plan.segmentBytes();
            machine.clockBase = cluster.time().random().nextLong(-1_000_000 * SECOND, 1_000_000 * SECOND);
            machine.clockRate = 1_000_000 + cluster.time().random().nextInt(-plan.drift(), plan.drift() + 1);
            cluster.add(machine, plan.maxDelayNanos() / 20, plan.maxDelayNanos());
        }
        recorder = new Recorder(
                cluster, plan.quorums().replication(), plan.variations().contains(Variation.LARGE_VALUES));
        workload = new Workload(cluster, plan, recorder);
        faults = new Faults(cluster, plan);
        stranger = plan.variations().contains(Variation.STRANGER) ? new Stranger(cluster, plan) : null;
        if (VariedReplication.isConcerned(plan.variations())) {
            cluster.vary(plan.variations(), cluster.time().random().split());
        }
        if (plan.variations().contains(Variation.SETTLED_REQUESTS)) {
            cluster.network()
                    .repeatSettledRequests(
                            new SettledRequests(cluster.time().random().split()));
        }
        cluster.onCrash(faults::died);
    }

    /**
     * Runs a seed.
     *
     * @param seed the seed
     * @param options what is not left to it
     * @param listener hears every line of the trace, or null
     * @return what came of it
     */
    public static Outcome run(long seed, Options options, @Nullable Consumer<String> listener) {
        Plan plan = Plan.of(seed, options);
        Simulation simulation = new Simulation(plan, options, listener);
        Violation violation = null;
        try {
            simulation.run();
        } catch (Violation e) {
            violation = e;
        }
        return simulation.outcome(violation);
    }

    private Outcome outcome(@Nullable Violation violation) {
        return new Outcome(
                plan.seed(),
                cluster.time().now(),
                faults.count(),
                recorder.calls(),
                recorder.answered(),
                elections,
                cluster.trace().digest(),
                violation == null ? null : violation.rule(),
                violation == null ? null : violation.getMessage(),
                violation == null ? List.of() : cluster.trace().last());
    }

    private void run() {
        cluster.trace().note(plan.toString());
        VirtualTime time = cluster.time();
        Misconfiguration wrong = time.random().nextInt(8) == 0 ? new Misconfiguration(cluster, plan) : null;
        if (wrong != null) {
            wrong.begin();
        }
        cluster.nodes()
                .forEach(node -> time.after(0, SECOND, () -> {
                    if (!node.isUp()) {
                        node.start();
                    }
                }));
        if (stranger != null) {
            stranger.begin();
        }
        workload.begin();
        boolean faultsFromTheBeginning = time.random().nextInt(4) == 0;
        if (!faultsFromTheBeginning) {
            time.runUntilOrFor(() -> cluster.nodes().stream().anyMatch(SimulatedNode::leads), 10 * SECOND);
        }
        faults.begin();
        time.runFor(plan.faultNanos());
        faults.end();
        if (!isLed()) {
            timeElection(time.now(), new HashSet<>(cluster.nodes()));
        }
        recover();
        drain();
        converge();
        failOver();
        Checker.check(recorder.history())
                .forEach(finding -> cluster.watch().fail(finding.kind().name(), finding.toString()));
        cluster.watch().check();
    }

    // ---- after the faults

    /**
     * Sees how long it takes until there is a leader that all follow whose disks are not at work since before. Slowness
     * of a disk lasts as long as what it was at: the time counts from when enough to elect are through with it.
     */
    private void timeElection(long began, Set<SimulatedNode> busy) {
        busy.removeIf(node -> !node.isBusy());
        boolean electable = voters().filter(node -> !busy.contains(node)).count()
                >= plan.quorums().election();
        long counted = electable ? began : cluster.time().now();
        double timeout = plan.electionTimeout().toNanos();
        cluster.time().at(cluster.time().now() + plan.electionTimeout().toNanos() / 50, () -> {
            if (isLed(busy)) {
                double took = (cluster.time().now() - counted) / timeout;
                elections = new Elections.OfRun(took, false, Double.NaN, 0, 0);
            } else {
                timeElection(counted, busy);
            }
        });
    }

    private void recover() {
        cluster.time().runUntilOrFor(() -> cluster.nodes().stream().noneMatch(SimulatedNode::isBusy), 100 * SECOND);
        cluster.time().runFor(SECOND / 2); // who is lost, shows itself
        await("[E4]", "all nodes connected", 10 * SECOND, this::isWhole);
        awaitLeader(this::isLed);
        if (stranger != null) {
            stranger.settle();
            await("[M1]", "the stranger is told that it is none of them", 10 * SECOND, stranger::isRefused);
        }
        workload.end();
        await(
                "[S4]",
                "every pending call ended, " + workload.pending() + " are under way",
                Math.max(plan.operationTimeoutNanos(), 5 * SECOND) + plan.operationTimeoutNanos() + GRACE,
                () -> workload.pending() == 0);
    }

    /** Returns how many election time-outs it took. */
    private double awaitLeader(BooleanSupplier isLed) {
        long began = cluster.time().now();
        long timeout = plan.electionTimeout().toNanos();
        long limit = 3 * timeout;
        await("[E4]", "a leader within three election time-outs", limit + limit / 10 + GRACE / 2, isLed);
        return (cluster.time().now() - began) / (double) timeout;
    }

    /** In the quiet at the end the leader dies: another one follows it, if the others can elect it. */
    private void failOver() {
        long voters = voters().count();
        SimulatedNode leader =
                live().stream().filter(SimulatedNode::leads).findFirst().orElse(null);
        if (leader == null || voters - 1 < plan.quorums().election()) {
            return;
        }
        long messages = cluster.watch().electionMessages();
        long epoch = epochOf(leader);
        boolean silent = cluster.time().random().nextBoolean();
        leader.crash(silent ? Loss.RANDOM : Loss.NONE);
        double took = awaitLeader(() -> live().stream().anyMatch(SimulatedNode::leads));
        elections = new Elections.OfRun(
                elections.afterFaults(),
                silent,
                took,
                cluster.watch().electionMessages() - messages,
                live().stream()
                        .filter(SimulatedNode::leads)
                        .mapToLong(node -> epochOf(node) - epoch)
                        .findFirst()
                        .orElse(0));
    }

    private static long epochOf(SimulatedNode node) {
        NodeStatus status = node.status();
        return status == null ? 0 : status.epoch();
    }

    /** Takes all elements that are left, reads all keys everywhere. */
    private void drain() {
        List<CompletableFuture<?>> calls = new ArrayList<>();
        SimulatedNode taker = taker();
        for (History.Queue queue : recorder.history().queues()) {
            boolean[] empty = {false};
            while (!empty[0]) {
                Caller caller = workload.caller(taker);
                long before = recorder.answered();
                CompletableFuture<?> poll =
                        caller.call(new Call.Poll(queue.name(), 50, false), 0, 5 * SECOND, () -> {});
                await("[S4]", "a poll of " + queue.name() + " after all faults", 5 * SECOND + GRACE, poll::isDone);
                cluster.watch()
                        .require(
                                recorder.answered() > before || !isCreated(queue),
                                "[S4]",
                                () -> "a poll of " + queue.name() + " after all faults is not answered");
                cluster.watch().check();
                empty[0] = recorder.lastTaken() == 0;
            }
        }
        for (SimulatedNode node : live()) {
            Caller caller = workload.caller(node);
            for (int i = 0; i < plan.keys(); i++) {
                calls.add(caller.call(new Call.Get(Workload.MAP, workload.key(i)), 0, 5 * SECOND, () -> {}));
            }
        }
        await(
                "[S4]",
                "reads of all keys after all faults",
                5 * SECOND + GRACE,
                () -> calls.stream().allMatch(CompletableFuture::isDone));
    }

    /** Not one whose disk has rotted, if there is another: when it notices, its callers get errors [D2]. */
    private SimulatedNode taker() {
        List<SimulatedNode> sound = voters().toList();
        List<SimulatedNode> takers = sound.isEmpty() ? live() : sound;
        return takers.get((int) (plan.seed() & 0xff) % takers.size());
    }

    private boolean isCreated(History.Queue queue) {
        return cluster.watch().states.latest().queues().containsKey(queue.name());
    }

    /** All nodes come to the same state. */
    private void converge() {
        long index = cluster.watch().logs.committedIndex();
        await(
                "[R6]",
                "every node has applied entry " + index,
                5 * SECOND,
                () -> live().stream().allMatch(node -> {
                    GridState state = node.state();
                    return state != null && state.appliedIndex() >= index;
                }));
        for (SimulatedNode node : live()) {
            GridState state = node.state();
            if (state != null) {
                cluster.watch().states.applied(node.toString(), state, true);
            }
        }
        cluster.watch().check();
    }

    private List<SimulatedNode> live() {
        return cluster.nodes().stream().filter(node -> !node.isLost()).toList();
    }

    /** Those whose disks have not rotted. */
    private Stream<SimulatedNode> voters() {
        return live().stream().filter(node -> !node.isDoomed());
    }

    private boolean isWhole() {
        for (SimulatedNode node : live()) {
            for (SimulatedNode other : live()) {
                if (node != other && !cluster.network().areConnected(node.id(), other.id())) {
                    return false;
                }
            }
        }
        return true;
    }

    private boolean isLed() {
        return isLed(Set.of());
    }

    /** One leads, all others follow it, perhaps but for some. */
    private boolean isLed(Set<SimulatedNode> without) {
        List<SimulatedNode> live = live();
        long leading = live.stream().filter(SimulatedNode::leads).count();
        return leading == 1
                && live.stream()
                        .allMatch(node -> node.leads() || node.is(NodeState.FOLLOWER) || without.contains(node));
    }

    private void await(String rule, String what, long limitNanos, BooleanSupplier condition) {
        boolean reached = cluster.time().runUntilOrFor(condition, limitNanos);
        cluster.watch()
                .require(reached, rule, () -> "not within " + limitNanos / 1_000_000 + " ms after the faults: " + what);
        cluster.watch().check();
    }
}
