package io.ngrid.node.loop;

import io.ngrid.api.Durability;
import io.ngrid.api.NGridConfig;
import io.ngrid.api.NodeId;
import io.ngrid.election.CoreElectionFactory;
import io.ngrid.node.client.Response;
import io.ngrid.node.state.GridState;
import io.ngrid.replication.CoreReplicationFactory;
import io.ngrid.spi.ClusterId;
import io.ngrid.spi.Configuration;
import io.ngrid.spi.EntryKind;
import io.ngrid.spi.LogEntry;
import io.ngrid.spi.LogPosition;
import io.ngrid.spi.Member;
import io.ngrid.spi.StateHash;
import io.ngrid.spi.StorageId;
import io.ngrid.spi.message.ElectionRequest;
import io.ngrid.spi.message.ElectionResponse;
import io.ngrid.spi.message.Heartbeat;
import io.ngrid.spi.message.Message;
import io.ngrid.spi.message.ReplicationAck;
import io.ngrid.spi.message.ReplicationRequest;
import io.ngrid.spi.storage.ChangeLog;
import io.ngrid.spi.storage.IncomingSnapshot;
import io.ngrid.spi.storage.Storage;
import io.ngrid.spi.storage.StorageOptions;
import io.ngrid.storage.NqueueStorageFactory;
import io.ngrid.testkit.MemoryDisk;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.function.Consumer;

/**
 * The group of node-2, one of three, with its real cores and storage. The test plays the other nodes, and runs the lanes: what
 * they hand to the event loop runs at once.
 */
final class GroupScript implements ReplicatedGroup.Host {
    final MemoryDisk disk = new MemoryDisk(1);
    final Member self;
    final Member one = new Member(new NodeId("node-1"), new StorageId(new UUID(0, 1)));
    final Member three = new Member(new NodeId("node-3"), new StorageId(new UUID(0, 3)));
    final List<Message> sent = new ArrayList<>();
    final List<Throwable> failures = new ArrayList<>();
    /** Heartbeats that showed another end of the log than it had. */
    final List<Heartbeat> untrue = new ArrayList<>();

    final Storage storage;
    Consumer<IncomingSnapshot> onInstall = snapshot -> {
        throw new IllegalStateException("no snapshot was sent");
    };
    final ReplicatedGroup group;
    private final ChangeLog log;
    private final Map<String, HandLane> lanes = new HashMap<>();
    long now = 1_000_000_000L;

    GroupScript() {
        NGridConfig config = NGridConfig.builder().nodeId("node-2").build();
        storage = new NqueueStorageFactory()
                .open(disk, StorageOptions.of(config.nodeId(), Durability.FSYNC), new Random(1));
        self = new Member(config.nodeId(), storage.identity().storage());
        Configuration voters = new Configuration(new ClusterId(new UUID(1, 1)), List.of(one, self, three), 0);
        LogEntry formation = new LogEntry(1, 1, 0, EntryKind.CONFIGURATION, voters.encode());
        MemberStart start = MemberStart.fresh(storage.form(formation, voters.cluster()), voters);
        log = start.group().log();
        Lanes mine = new HandLanes();
        HandLane loop = (HandLane) mine.start("loop", at -> Long.MAX_VALUE, this::failed);
        loop.direct = true;
        group = new ReplicatedGroup(
                self,
                start.group(),
                new CoreElectionFactory().create(start.election(self, config), new Random(1), now),
                new CoreReplicationFactory().create(start.replication(self, config), log, now),
                GridState.EMPTY,
                GroupLanes.on(loop, mine, this::failed),
                config,
                this,
                now);
        group.connected(one, now);
        group.connected(three, now);
    }

    private void failed(Throwable e) {
        failures.add(e);
        group.degraded(now); // as the engine does
    }

    // ---- the leader, node-3

    void request(long epoch, LogPosition previous, long commitIndex, LogEntry... entries) {
        request(three, epoch, previous, commitIndex, entries);
    }

    /** Of whoever leads by then. */
    void request(Member from, long epoch, LogPosition previous, long commitIndex, LogEntry... entries) {
        group.received(from, new ReplicationRequest(epoch, previous, commitIndex, Arrays.asList(entries)), now);
    }

    /** A voter that has lost its leader, too, and shows the end of its log. */
    void lostLeader(Member voter, long epoch, LogPosition last, boolean forfeits) {
        List<NodeId> hears = List.of(one, self, three).stream()
                .filter(other -> !other.equals(voter))
                .map(Member::node)
                .toList();
        Heartbeat beat = new Heartbeat(
                epoch, null, last, 1, 0, hears, true, forfeits, true, false, now, 0, 0, false, StateHash.NONE);
        group.received(voter, beat, now);
    }

    /** Makes it the leader, by the votes of the others. */
    void lead() {
        for (int i = 0; sent(ReplicationRequest.class).isEmpty(); i++) {
            if (i == 50) {
                throw new AssertionError("it does not lead");
            }
            now += 100_000_000;
            lostLeader(one, 1, new LogPosition(1, 1), true);
            lostLeader(three, 1, new LogPosition(1, 1), true);
            group.tick(now);
            for (ElectionRequest asked : sent(ElectionRequest.class)) {
                long promised = asked.preVote() ? asked.epoch() - 1 : asked.epoch();
                group.received(
                        three,
                        new ElectionResponse(asked.preVote(), asked.epoch(), asked.attempt(), true, promised),
                        now);
            }
        }
    }

    /** Messages of a kind that were sent. */
    <T extends Message> List<T> sent(Class<T> kind) {
        return sent.stream().filter(kind::isInstance).map(kind::cast).toList();
    }

    static LogEntry entry(long epoch, long index) {
        return new LogEntry(index, epoch, index, EntryKind.NO_OP, new byte[0]);
    }

    /** Runs what a lane has been given. */
    void run(String lane) {
        lanes.get(lane).run();
    }

    /** The acknowledgements sent since the last call. */
    List<ReplicationAck> acks() {
        List<ReplicationAck> acks = sent.stream()
                .filter(ReplicationAck.class::isInstance)
                .map(ReplicationAck.class::cast)
                .toList();
        sent.clear();
        return acks;
    }

    // ---- the node around it

    @Override
    public void send(NodeId to, Message message) {
        sent.add(message);
        if (message instanceof Heartbeat beat && !beat.last().equals(log.last())) {
            untrue.add(beat);
        }
    }

    @Override
    public void respond(Member to, Response response, Runnable accepted) {}

    @Override
    public boolean reaches(Member to) {
        return true;
    }

    @Override
    public void configured(Configuration configuration) {}

    @Override
    public void applied(GridState state) {}

    @Override
    public void install(IncomingSnapshot snapshot) {
        onInstall.accept(snapshot);
    }

    @Override
    public void diverged(String reason) {}

    @Override
    public void divided(String reason) {}

    private final class HandLanes implements Lanes {
        @Override
        public Lane start(String role, Lane.Tick tick, Consumer<Throwable> failed) {
            HandLane lane = new HandLane(tick, failed);
            lanes.put(role, lane);
            return lane;
        }

        @Override
        public long nanoTime() {
            return now;
        }
    }

    private final class HandLane implements Lane {
        private final Deque<Runnable> tasks = new ArrayDeque<>();
        private final Lane.Tick tick;
        private final Consumer<Throwable> failed;
        boolean direct;

        HandLane(Lane.Tick tick, Consumer<Throwable> failed) {
            this.tick = tick;
            this.failed = failed;
        }

        void run() {
            try {
                while (!tasks.isEmpty()) {
                    tasks.remove().run();
                }
                tick.run(now);
            } catch (RuntimeException e) {
                failed.accept(e);
            }
        }

        @Override
        public boolean execute(Runnable task) {
            if (direct) {
                task.run();
            } else {
                tasks.add(task);
            }
            return true;
        }

        @Override
        public void wake() {}

        @Override
        public void stop() {}
    }
}
