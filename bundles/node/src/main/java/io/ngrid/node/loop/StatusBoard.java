package io.ngrid.node.loop;

import io.ngrid.api.MapSettings;
import io.ngrid.api.NGridConfig;
import io.ngrid.api.NodeId;
import io.ngrid.api.NodeState;
import io.ngrid.api.QueueSettings;
import io.ngrid.node.client.ClientProxy;
import io.ngrid.node.state.GridState;
import io.ngrid.node.state.MapState;
import io.ngrid.node.state.QueueState;
import io.ngrid.spi.Configuration;
import io.ngrid.spi.LogPosition;
import io.ngrid.spi.Member;
import io.ngrid.spi.Quorums;
import io.ngrid.spi.StateHash;
import io.ngrid.spi.replication.ReplicationView;
import io.ngrid.spi.storage.ChangeLog;
import io.ngrid.spi.transport.LocalIdentity;
import io.ngrid.spi.transport.PeerStatus;
import io.ngrid.spi.view.NodeStatus;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Builds what a node publishes about itself, and says when that is due: at once when its state or leader changed, often
 * while it works, seldom while it is idle (H41). Event loop only.
 */
final class StatusBoard {
    private static final long BUSY_NANOS = 150_000_000L;
    private static final long IDLE_NANOS = 800_000_000L; // with a heartbeat, which comes before the latest time
    private static final long LATEST_NANOS = 1_000_000_000L;

    private final NGridConfig config;
    private final long startedNanos;
    private long builtNanos;
    private int port;
    private @Nullable NodeState lastState;
    private @Nullable NodeId lastLeader;
    private @Nullable GridState lastApplied;
    private LogPosition lastOfLog = LogPosition.ZERO;

    StatusBoard(NGridConfig config, long nowNanos) {
        this.config = config;
        this.startedNanos = nowNanos;
        this.builtNanos = nowNanos;
        this.port = config.port();
    }

    void listening(int boundPort) {
        port = boundPort;
    }

    /** When the next status is due at the latest. */
    long latestNanos() {
        return builtNanos + LATEST_NANOS;
    }

    /** Whether a status is due now. */
    boolean isDue(
            long now, NodeState state, @Nullable ReplicatedGroup group, @Nullable GridState applied, int pending) {
        long age = now - builtNanos;
        return age >= IDLE_NANOS
                || state != lastState
                || !Objects.equals(lastLeader, group == null ? null : group.leader())
                || age >= BUSY_NANOS
                        && (pending > 0
                                || applied != lastApplied
                                || !lastOf(group).equals(lastOfLog));
    }

    private static LogPosition lastOf(@Nullable ReplicatedGroup group) {
        return group == null ? LogPosition.ZERO : group.log().last();
    }

    /** Whether listeners want to hear of a difference. */
    static boolean tellsListeners(NodeStatus before, NodeStatus after) {
        return before.state() != after.state()
                || before.epoch() != after.epoch()
                || !Objects.equals(before.leader(), after.leader())
                || !before.reason().equals(after.reason())
                || !before.voters().equals(after.voters())
                || !queueSettings(before).equals(queueSettings(after))
                || !mapSettings(before).equals(mapSettings(after));
    }

    private static List<Object> queueSettings(NodeStatus status) {
        return status.queues().stream()
                .<Object>map(queue -> List.of(queue.name(), queue.codec(), queue.classes(), queue.capacity()))
                .toList();
    }

    private static List<Object> mapSettings(NodeStatus status) {
        return status.maps().stream()
                .<Object>map(map ->
                        List.of(map.name(), map.keyCodec(), map.keyClasses(), map.valueCodec(), map.valueClasses()))
                .toList();
    }

    NodeStatus build(
            long now,
            NodeState nodeState,
            String reason,
            LocalIdentity identity,
            @Nullable ReplicatedGroup group,
            List<PeerStatus> peers,
            @Nullable ClientProxy proxy,
            @Nullable GridState state) {
        builtNanos = now;
        lastState = nodeState;
        lastApplied = state;
        lastOfLog = lastOf(group);
        lastLeader = group == null ? null : group.leader();
        ReplicationView replication = group == null ? null : group.replicationView();
        Configuration configuration = replication == null ? null : replication.configuration();
        Quorums quorums = configuration == null ? null : configuration.quorums();
        ChangeLog log = group == null ? null : group.log();
        Leadership leadership = group == null ? null : group.leadership();
        ChangeLog.FlushFigures figures = log == null ? new ChangeLog.FlushFigures(0, 0, 0, 0, 0) : log.figures();
        return new NodeStatus(
                config.nodeId(),
                address(config.host(), port),
                config.cluster(),
                identity.cluster() == null ? "" : identity.cluster().toString(),
                identity.storage().toString(),
                nodeState,
                reason,
                lastLeader,
                group == null ? 0 : group.epoch(),
                configuration == null
                        ? List.of()
                        : configuration.voters().stream().map(Member::node).toList(),
                quorums == null ? config.replicationQuorum() : quorums.replication(),
                quorums == null ? 0 : quorums.election(),
                quorums == null ? 0 : quorums.commit(),
                lastLeader != null && (leadership == null || leadership.areWritesAllowed()),
                log == null ? 0 : log.firstIndex(),
                log == null ? 0 : log.last().index(),
                log == null ? 0 : log.flushedIndex(),
                replication == null ? 0 : replication.commitIndex(),
                state == null ? 0 : state.appliedIndex(),
                group == null ? 0 : group.store().checkpoints().index(),
                replication == null ? 0 : replication.releaseIndex(),
                group == null ? 0 : group.store().diskBytes(),
                group == null ? "" : group.storageNote(),
                state == null ? 0 : state.mapsMemory(),
                config.mapsMemoryMax(),
                figures.forces(),
                figures.lastForceNanos() / 1_000,
                figures.maxForceNanos() / 1_000,
                group == null ? 0 : group.electionView().elections(),
                group == null ? 0 : group.electionView().leaderChanges(),
                proxy == null ? 0 : proxy.pendingCount(),
                leadership == null ? 0 : leadership.pending(),
                (now - startedNanos) / 1_000_000,
                state == null ? "" : new StateHash(state.appliedIndex(), state.hash()).text(),
                group == null ? 0 : group.agreement().agreedIndex(),
                peers(now, peers, group == null ? List.of() : group.progress(), configuration, log),
                state == null ? List.of() : queues(state, proxy),
                state == null ? List.of() : maps(state));
    }

    private static String address(String host, int port) {
        return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + port;
    }

    private static List<NodeStatus.PeerView> peers(
            long now,
            List<PeerStatus> peers,
            List<ReplicationView.Progress> followers,
            @Nullable Configuration configuration,
            @Nullable ChangeLog log) {
        List<NodeStatus.PeerView> views = new ArrayList<>();
        for (PeerStatus peer : peers) {
            NodeId id = peer.node().id();
            long match = -1;
            for (ReplicationView.Progress progress : followers) {
                if (progress.node().equals(id)) {
                    match = progress.matchIndex();
                }
            }
            views.add(new NodeStatus.PeerView(
                    id,
                    address(peer.node().host(), peer.node().port()),
                    peer.connected(),
                    configuration != null && configuration.voter(id) != null,
                    match,
                    match < 0 || log == null ? -1 : Math.max(0, log.last().index() - match),
                    peer.outboundBytes(),
                    peer.bytesIn(),
                    peer.bytesOut(),
                    peer.reconnects(),
                    peer.lastReceivedNanos() == 0 ? -1 : (now - peer.lastReceivedNanos()) / 1_000_000));
        }
        return views;
    }

    private static List<NodeStatus.QueueView> queues(GridState state, @Nullable ClientProxy proxy) {
        Map<String, Integer> waiters = proxy == null ? Map.of() : proxy.waiters();
        List<NodeStatus.QueueView> views = new ArrayList<>();
        for (QueueState queue : state.queues().values()) {
            QueueSettings settings = queue.settings();
            views.add(new NodeStatus.QueueView(
                    settings.name(),
                    settings.codec(),
                    settings.classes(),
                    queue.size(),
                    settings.capacity(),
                    settings.fullPolicy(),
                    queue.offered(),
                    queue.polled(),
                    waiters.getOrDefault(settings.name(), 0)));
        }
        return views;
    }

    private static List<NodeStatus.MapView> maps(GridState state) {
        List<NodeStatus.MapView> views = new ArrayList<>();
        for (MapState map : state.maps().values()) {
            MapSettings settings = map.settings();
            views.add(new NodeStatus.MapView(
                    settings.name(),
                    settings.keyCodec(),
                    settings.keyClasses(),
                    settings.valueCodec(),
                    settings.valueClasses(),
                    map.size(),
                    map.bytes(),
                    map.puts(),
                    map.removes()));
        }
        return views;
    }
}
