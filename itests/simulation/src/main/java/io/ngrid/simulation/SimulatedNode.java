package io.ngrid.simulation;

import io.ngrid.api.NGridConfig;
import io.ngrid.api.NodeId;
import io.ngrid.api.NodeState;
import io.ngrid.node.client.GridClient;
import io.ngrid.node.client.LoopClient;
import io.ngrid.node.loop.NodeEngine;
import io.ngrid.node.loop.Seams;
import io.ngrid.node.state.GridState;
import io.ngrid.spi.view.NodeStatus;
import io.ngrid.testkit.Loss;
import io.ngrid.testkit.MemoryDisk;
import java.util.Objects;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/** A real node, storage included, on virtual time, network and disk. */
final class SimulatedNode {
    /** How long things take on a node's machine. */
    static final class Machine {
        long minForceNanos = 50_000;
        long maxForceNanos = 1_000_000;
        long maxWakeNanos = 20_000;
        long segmentBytes = 256 << 10;

        /** What its clock shows at the beginning, and how much it advances in a million. */
        long clockBase;

        long clockRate = 1_000_000;
    }

    private static final long TIME_TO_DEGRADE_NANOS = 1_000_000_000L;

    private final SimulatedCluster cluster;
    private final NGridConfig config;
    private final Machine machine;
    private final Clock clock;
    private MemoryDisk disk;
    private @Nullable VirtualLanes lanes;
    private @Nullable NodeEngine engine;
    private @Nullable GridClient client;
    private @Nullable GridState seen;
    private @Nullable NodeStatus seenStatus;
    private @Nullable RuntimeException refusedToStart;
    private int starts;
    private boolean failed;
    private boolean retired;
    private int operationsToDeath;
    private Loss lossAtDeath = Loss.RANDOM;

    /** A fault of the disk was injected since this start, or before it and not noticed yet: errors are to be expected. */
    private boolean diskFault;

    /** Its disk has rotted or was replaced: it may never be a voter again. */
    private boolean doomed;

    private ProvenLog proven = new ProvenLog();

    SimulatedNode(SimulatedCluster cluster, NGridConfig config, Machine machine) {
        this.cluster = cluster;
        this.config = config;
        this.machine = machine;
        this.clock = new Clock(cluster.time().now(), machine.clockBase, machine.clockRate);
        this.disk = new MemoryDisk(cluster.time().random().nextLong());
    }

    NodeId id() {
        return config.nodeId();
    }

    Machine machine() {
        return machine;
    }

    Clock clock() {
        return clock;
    }

    /** How often it was started. */
    int starts() {
        return starts;
    }

    /** Host and port. */
    String address() {
        return config.host() + ":" + config.port();
    }

    void start() {
        start(config);
    }

    void start(NGridConfig with) {
        VirtualTime time = cluster.time();
        VirtualLanes own = new VirtualLanes(time, clock, machine.maxWakeNanos, this::failed);
        SimulatedDisk mounted = new SimulatedDisk(disk, new Operations(own), proven);
        Parts parts = cluster.parts();
        Watch watch = cluster.watch();
        Seams seams = new Seams(
                cluster.network().factory(own),
                WatchedElection.factory(parts.election(), watch, cluster.trace()),
                WatchedReplication.factory(parts.replication(), watch),
                WatchedStorage.factory(parts.storage(), watch, machine.segmentBytes, () -> !own.hasCrashed()),
                () -> mounted,
                own,
                new Random(time.random().nextLong()));
        starts++;
        failed = false;
        retired = false;
        refusedToStart = null;
        seen = null;
        cluster.trace().note("start " + id());
        NodeEngine started = new NodeEngine(with, seams, () -> {});
        lanes = own;
        engine = started;
        LoopClient calls = new LoopClient(started, own::nanoTime);
        calls.enterCallbackThread(); // the one thread there is must not wait for room
        client = calls;
        started.start(failure -> {
            if (failure != null) {
                refusedToStart(failure);
            }
        });
    }

    private void refusedToStart(RuntimeException failure) {
        if (failure.getCause() instanceof SimulatedDisk.PowerCut) {
            return; // it has died, and tells nobody
        }
        refusedToStart = failure;
        cluster.trace().note(id() + " does not start: " + failure);
        watchError("start", failure);
        VirtualLanes own = lanes;
        if (own != null) { // as its user does who gets the exception
            own.crash();
            lanes = null;
            engine = null;
            client = null;
            disk.close();
            cluster.crashed(this);
        }
    }

    private void failed(String role, Throwable e) {
        if (e instanceof SimulatedDisk.PowerCut) {
            return;
        }
        cluster.trace().note(id() + " lane " + role + " throws " + e);
        failed = true;
        watchError(role, e);
    }

    /** Without a fault of its disk, nothing may fail in a node. */
    private void watchError(String where, Throwable e) {
        if (!diskFault) {
            StackTraceElement[] stack = e.getStackTrace();
            cluster.watch()
                    .fail(
                            "[D1]",
                            id() + " fails without a fault of its disk, in " + where + ": " + e
                                    + (stack.length > 0 ? " at " + stack[0] : ""));
        }
    }

    /** Soon after a failure the node says that it is degraded, or has ended [D1]. */
    private void mustDegrade(String failed, int start) {
        cluster.time().at(cluster.time().now() + TIME_TO_DEGRADE_NANOS, () -> {
            if (starts != start || !isUp()) {
                return;
            }
            if (isPaused() || isBusy()) {
                mustDegrade(failed, start);
            } else if (!is(NodeState.DEGRADED)) {
                cluster.watch().fail("[D1]", id() + " goes on after a failed " + failed);
            }
        });
    }

    /** The present state, after every event: must be what follows from the log. */
    void watchState() {
        NodeEngine running = engine;
        NodeStatus status = running == null ? null : running.status();
        if (status != null && status != seenStatus) {
            seenStatus = status;
            if (status.state() == NodeState.DEGRADED && !diskFault) {
                cluster.watch().fail("[D2]", id() + " is degraded without a fault of its disk: " + status.reason());
            }
        }
        GridState state = running == null ? null : running.state();
        if (state != null && state != seen) {
            boolean thoroughly = seen == null || state.appliedIndex() / 64 != seen.appliedIndex() / 64;
            seen = state;
            cluster.watch().states.applied(id().value(), state, thoroughly);
        }
    }

    // ---- the end of a start

    /** Kill -9 and power cut in one: lanes stop between two turns, the disk loses what it was not forced to keep. */
    void crash() {
        crash(Loss.RANDOM);
    }

    /** Kill -9 ({@link Loss#NONE}) or a power cut. */
    void crash(Loss loss) {
        VirtualLanes dying = lanes;
        if (dying == null) {
            return;
        }
        cluster.trace().note((loss == Loss.NONE ? "kill " : "power cut ") + loss + " " + id());
        dying.crash();
        lanes = null;
        engine = null;
        client = null;
        operationsToDeath = 0;
        cluster.network().crash(id(), loss == Loss.NONE);
        disk = disk.crash(loss);
        diskFault = doomed;
        cluster.crashed(this);
    }

    /** It dies in the middle of a disk operation to come. */
    void crashAt(int operation, Loss loss) {
        operationsToDeath = operation;
        lossAtDeath = loss;
    }

    /** It begins to close. */
    void retire() {
        NodeEngine running = engine;
        if (running != null) {
            cluster.trace().note("retire " + id());
            retired = true;
            running.retire();
        }
    }

    boolean isRetired() {
        return retired;
    }

    void pause() {
        if (lanes != null && !lanes.isPaused()) {
            cluster.trace().note("pause " + id());
            lanes.pause();
        }
    }

    void resume() {
        VirtualLanes stopped = lanes;
        if (stopped != null && stopped.isPaused()) {
            cluster.trace().note("resume " + id());
            stopped.resume();
            Endpoint endpoint = cluster.network().endpoint(id());
            if (endpoint != null) {
                endpoint.resumed();
            }
        }
    }

    boolean isPaused() {
        return lanes != null && lanes.isPaused();
    }

    /** Whether it waits for its disk. */
    boolean isBusy() {
        return lanes != null && lanes.isBusy();
    }

    /** Whether a lane has failed since this start: the node hears of it when that turn ends, and is degraded then [D1]. */
    boolean hasFailed() {
        return failed;
    }

    /** A fault of the disk is to come: until the node is started anew, it may fail. */
    void diskFault(boolean expected) {
        diskFault = expected;
    }

    /** The disk has rotted: whenever that is noticed, the node is no voter any more. */
    void doom() {
        doomed = true;
        diskFault = true;
    }

    boolean isDoomed() {
        return doomed;
    }

    /** Another, empty disk; only while the node is down. */
    void wipe() {
        if (isUp()) {
            throw new IllegalStateException(this + " is running");
        }
        cluster.trace().note("wipe " + id());
        disk = new MemoryDisk(cluster.time().random().nextLong());
        proven = new ProvenLog();
        doom();
    }

    /** Whether it is out of the cluster for good. */
    boolean isLost() {
        return doomed && !isMember();
    }

    ProvenLog proven() {
        return proven;
    }

    // ---- what others see

    boolean isUp() {
        return engine != null;
    }

    GridClient client() {
        return Objects.requireNonNull(client);
    }

    MemoryDisk disk() {
        return disk;
    }

    @Nullable
    NodeStatus status() {
        return engine == null ? null : engine.status();
    }

    @Nullable
    GridState state() {
        return engine == null ? null : engine.state();
    }

    @Nullable
    RuntimeException refusedToStart() {
        return refusedToStart;
    }

    boolean is(NodeState state) {
        NodeStatus status = status();
        return status != null && status.state() == state;
    }

    boolean leads() {
        return is(NodeState.LEADER);
    }

    /** Whether it belongs to a cluster, and is of use there. */
    boolean isMember() {
        return leads() || is(NodeState.FOLLOWER) || is(NodeState.ELECTING);
    }

    @Override
    public String toString() {
        return id().value();
    }

    private final class Operations implements SimulatedDisk.Machine {
        private final VirtualLanes own;

        Operations(VirtualLanes own) {
            this.own = own;
        }

        @Override
        public void busy(long nanos) {
            own.busy(nanos);
        }

        @Override
        public void beforeOperation() {
            if (own.hasCrashed()) {
                throw new SimulatedDisk.PowerCut();
            }
            if (operationsToDeath > 0 && --operationsToDeath == 0) {
                crash(lossAtDeath);
                throw new SimulatedDisk.PowerCut();
            }
        }

        @Override
        public void failed(String operation, String path) {
            if (!own.hasCrashed()) {
                cluster.trace().note(id() + " cannot " + operation + " " + path);
                mustDegrade(operation + " of " + path, starts);
            }
        }

        @Override
        public void usedAgain(String path) {
            cluster.watch().fail("[D1]", id() + " uses " + path + " again, which has failed");
        }

        @Override
        public long forceNanos() {
            return cluster.time().random().nextLong(machine.minForceNanos, machine.maxForceNanos + 1);
        }
    }
}
