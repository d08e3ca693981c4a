package io.ngrid.model;

import io.ngrid.api.NodeId;
import io.ngrid.simulation.Parts;
import io.ngrid.spi.LogReader;
import io.ngrid.spi.election.Election;
import io.ngrid.spi.election.ElectionEffect;
import io.ngrid.spi.election.ElectionEvent;
import io.ngrid.spi.election.ElectionFactory;
import io.ngrid.spi.election.Vote;
import io.ngrid.spi.replication.Formation;
import io.ngrid.spi.replication.FormationOptions;
import io.ngrid.spi.replication.Replication;
import io.ngrid.spi.replication.ReplicationEffect;
import io.ngrid.spi.replication.ReplicationEvent;
import io.ngrid.spi.replication.ReplicationFactory;
import io.ngrid.spi.replication.ReplicationOptions;
import io.ngrid.spi.storage.ChangeLog;
import io.ngrid.spi.storage.Group;
import io.ngrid.spi.storage.IncomingSnapshot;
import io.ngrid.spi.storage.Storage;
import io.ngrid.spi.storage.StorageFactory;
import io.ngrid.spi.storage.VoteStore;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.random.RandomGenerator;

/** The parts that a run's nodes are made of, each tapped, so that a recording sees what they are told and do. */
final class RecordedParts {
    private final Recording recording;
    private final Map<NodeId, Group> groups = new HashMap<>();

    private RecordedParts(Recording recording) {
        this.recording = recording;
    }

    static Parts of(Parts parts, Recording recording) {
        RecordedParts recorded = new RecordedParts(recording);
        return new Parts(
                recorded.election(parts.election()),
                recorded.replication(parts.replication()),
                recorded.storage(parts.storage()));
    }

    @SuppressWarnings("unchecked")
    private ElectionFactory election(ElectionFactory real) {
        return (options, random, now) -> {
            NodeId self = options.self().node();
            Group found = Objects.requireNonNull(groups.get(self));
            recording.started(
                    options.self(),
                    options.vote(),
                    found.log(),
                    found.checkpoints().index());
            return Tap.on(Election.class, real.create(options, random, now), "handle", (arguments, call) -> {
                if (arguments[0] instanceof ElectionEvent.Degraded) {
                    recording.degraded(self);
                }
                List<ElectionEffect> effects = (List<ElectionEffect>) Objects.requireNonNull(call.proceed());
                recording.decided(self, effects);
                return effects;
            });
        };
    }

    private ReplicationFactory replication(ReplicationFactory real) {
        return new ReplicationFactory() {
            @Override
            @SuppressWarnings("unchecked")
            public Replication create(ReplicationOptions options, LogReader log, long nowNanos) {
                NodeId self = options.self().node();
                return Tap.on(Replication.class, real.create(options, log, nowNanos), "handle", (arguments, call) -> {
                    List<ReplicationEffect> effects = (List<ReplicationEffect>) Objects.requireNonNull(call.proceed());
                    recording.decided(self, (ReplicationEvent) arguments[0], effects);
                    return effects;
                });
            }

            @Override
            public Formation createFormation(FormationOptions options, RandomGenerator random, long nowNanos) {
                return real.createFormation(options, random, nowNanos);
            }
        };
    }

    private StorageFactory storage(StorageFactory real) {
        return Tap.on(StorageFactory.class, real, "open", (arguments, call) -> {
            Storage storage = (Storage) Objects.requireNonNull(call.proceed());
            NodeId node = storage.identity().node();
            Tap.Around group = (none, opening) -> group(node, (Group) Objects.requireNonNull(opening.proceed()));
            return Tap.on(Storage.class, Tap.on(Storage.class, storage, "form", group), "openGroup", group);
        });
    }

    private Group group(NodeId node, Group real) {
        groups.put(node, real);
        VoteStore promises = Tap.on(VoteStore.class, real.votes(), "write", (arguments, call) -> {
            Vote vote = (Vote) arguments[0];
            recording.writing(node, vote);
            Object nothing = call.proceed();
            recording.written(node, vote);
            return nothing;
        });
        ChangeLog log = Tap.on(ChangeLog.class, real.log(), "flush", (arguments, call) -> {
            Long ticket = (Long) Objects.requireNonNull(call.proceed());
            recording.flushed(node, ticket);
            return ticket;
        });
        Group tapped = Tap.on(Group.class, real, "votes", (none, call) -> promises);
        tapped = Tap.on(Group.class, tapped, "install", (arguments, call) -> {
            IncomingSnapshot snapshot = (IncomingSnapshot) arguments[0];
            recording.installing(node, snapshot.index(), snapshot.epoch());
            return call.proceed();
        });
        return Tap.on(Group.class, tapped, "log", (none, call) -> log);
    }
}
