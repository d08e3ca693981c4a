package io.ngrid.node.loop;

import io.ngrid.api.ConfigurationException;
import io.ngrid.api.Handback;
import io.ngrid.api.NGridConfig;
import io.ngrid.node.state.GridState;
import io.ngrid.node.state.QueueState;
import io.ngrid.node.state.StateCodec;
import io.ngrid.spi.Configuration;
import io.ngrid.spi.EntryKind;
import io.ngrid.spi.LogEntry;
import io.ngrid.spi.Member;
import io.ngrid.spi.election.ElectionOptions;
import io.ngrid.spi.replication.ReplicationOptions;
import io.ngrid.spi.storage.ChangeLog;
import io.ngrid.spi.storage.Checkpoints;
import io.ngrid.spi.storage.CorruptionException;
import io.ngrid.spi.storage.Group;
import io.ngrid.spi.storage.Storage;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a member starts from: its storage recovered, its state as of the last checkpoint, the latest configuration in its
 * log. The log behind the checkpoint is applied as it is learnt to be committed.
 *
 * @param group the storage of its group
 * @param state its state
 * @param applied the configuration of its state; before anything is applied, the one that formed the cluster
 * @param configurations the configuration entries of its log behind that
 * @param dropsProvisional whether instead it drops its one-node cluster, which holds nothing, to join others [M1]; the
 *     group is closed then
 */
record MemberStart(
        Group group, GridState state, Configuration applied, List<LogEntry> configurations, boolean dropsProvisional) {
    private static final int SCAN_BYTES = 1 << 20;

    /** So many election time-outs a leader waits for a connected voter that is too far behind and takes nothing [R7]. */
    private static final int PATIENCE_TIMEOUTS = 5;

    /** A member of a cluster that has just formed. */
    static MemberStart fresh(Group group, Configuration configuration) {
        return new MemberStart(group, GridState.EMPTY, configuration, List.of(), false);
    }

    static MemberStart recover(Storage storage, NGridConfig config) {
        Group group = storage.openGroup();
        boolean opened = false;
        try {
            GridState state = state(group);
            List<LogEntry> configurations = configurations(group.log(), state.appliedIndex());
            Configuration applied = applied(state, configurations);
            boolean drops = dropsProvisional(storage, group.log(), state, latest(applied, configurations), config);
            opened = !drops;
            return new MemberStart(group, state, applied, configurations, drops);
        } finally {
            if (!opened) {
                group.close();
            }
        }
    }

    private static GridState state(Group group) {
        Checkpoints.@Nullable Loaded checkpoint = group.checkpoints().load();
        if (checkpoint == null) {
            return GridState.EMPTY;
        }
        try {
            return StateCodec.read(checkpoint.state());
        } catch (IOException | IllegalArgumentException e) {
            throw new CorruptionException("checkpoint " + checkpoint.index(), 0, "its state cannot be read: " + e);
        }
    }

    private static List<LogEntry> configurations(ChangeLog log, long appliedIndex) {
        List<LogEntry> configurations = new ArrayList<>();
        for (long index = appliedIndex + 1; index <= log.last().index(); ) {
            List<LogEntry> entries = log.entries(index, SCAN_BYTES);
            for (LogEntry entry : entries) {
                if (entry.kind() == EntryKind.CONFIGURATION) {
                    configurations.add(entry);
                }
            }
            index += entries.size();
        }
        return configurations;
    }

    private static Configuration applied(GridState state, List<LogEntry> configurations) {
        Configuration applied = state.configuration();
        if (applied == null && configurations.isEmpty()) {
            throw new CorruptionException("log", 0, "the node has a cluster, but no entry that formed it");
        }
        return applied != null
                ? applied
                : Configuration.decode(configurations.get(0).payload());
    }

    private static Configuration latest(Configuration applied, List<LogEntry> configurations) {
        return configurations.isEmpty()
                ? applied
                : Configuration.decode(
                        configurations.get(configurations.size() - 1).payload());
    }

    private static boolean dropsProvisional(
            Storage storage, ChangeLog log, GridState state, Configuration configuration, NGridConfig config) {
        boolean renamed = !storage.identity().node().equals(config.nodeId());
        boolean givenPeers = configuration.voters().size() == 1 && namesOthers(config);
        if (!renamed && !givenPeers) {
            return false;
        }
        GridState whole = configuration.voters().size() == 1 ? replay(log, state) : state;
        if (configuration.voters().size() == 1 && whole.isProvisional()) {
            return true;
        }
        throw new ConfigurationException(
                renamed
                        ? "node.id = " + config.nodeId() + " is not allowed: data.directory " + config.dataDirectory()
                                + " belongs to node " + storage.identity().node() + " of cluster "
                                + configuration.cluster() + " and holds " + contents(whole)
                                + "; give the old node.id back, or name another data.directory"
                        : "peers = " + config.peers() + " is not allowed: this node is the one-node cluster "
                                + configuration.cluster() + " and holds " + contents(whole)
                                + "; take peers out again, or drain it, stop it, and set aside data.directory "
                                + config.dataDirectory());
    }

    /** Whether a list of peers names another address than the node's own. */
    static boolean namesOthers(NGridConfig config) {
        return config.peers().stream()
                .anyMatch(peer -> peer.port() != config.port() || !peer.host().equals(config.host()));
    }

    /** In a one-node cluster all of the log is committed. */
    private static GridState replay(ChangeLog log, GridState state) {
        GridState whole = state;
        for (long index = state.appliedIndex() + 1; index <= log.last().index(); ) {
            List<LogEntry> entries = log.entries(index, SCAN_BYTES);
            for (LogEntry entry : entries) {
                whole = whole.apply(entry).state();
            }
            index += entries.size();
        }
        return whole;
    }

    private static String contents(GridState state) {
        long elements = 0;
        for (QueueState queue : state.queues().values()) {
            elements += queue.size();
        }
        return state.queues().size() + " queues with " + elements + " elements and "
                + state.maps().size() + " maps";
    }

    ElectionOptions election(Member self, NGridConfig config) {
        return new ElectionOptions(
                self,
                group.votes().read(),
                latest(applied, configurations),
                group.log().last(),
                config.heartbeat().toNanos(),
                config.electionTimeout().toNanos(),
                config.handback() == Handback.AUTO ? config.handbackDelay().toNanos() : ElectionOptions.NEVER);
    }

    ReplicationOptions replication(Member self, NGridConfig config) {
        ChangeLog log = group.log();
        long last = log.last().index();
        long time = last == 0 || last < log.firstIndex()
                ? state.time()
                : log.entries(last, 1).get(0).time();
        return new ReplicationOptions(
                self,
                applied,
                configurations,
                state.appliedIndex(),
                time,
                log.flushedIndex(),
                ReplicationOptions.DEFAULT_MAX_BATCH_BYTES,
                ReplicationOptions.DEFAULT_MAX_IN_FLIGHT_BYTES,
                config.electionCatchupMax(),
                config.replicationLagMax(),
                PATIENCE_TIMEOUTS * config.electionTimeout().toNanos(),
                config.electionTimeout().toNanos());
    }
}
