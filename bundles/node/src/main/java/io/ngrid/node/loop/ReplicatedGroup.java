package io.ngrid.node.loop;

import io.ngrid.api.NGridConfig;
import io.ngrid.api.NodeId;
import io.ngrid.node.client.Request;
import io.ngrid.node.state.GridState;
import io.ngrid.spi.Configuration;
import io.ngrid.spi.EntryKind;
import io.ngrid.spi.LogEntry;
import io.ngrid.spi.LogPosition;
import io.ngrid.spi.Member;
import io.ngrid.spi.StateHash;
import io.ngrid.spi.election.Election;
import io.ngrid.spi.election.ElectionEffect;
import io.ngrid.spi.election.ElectionEvent;
import io.ngrid.spi.election.ElectionView;
import io.ngrid.spi.message.Heartbeat;
import io.ngrid.spi.message.LogFetch;
import io.ngrid.spi.message.Message;
import io.ngrid.spi.message.ReplicationAck;
import io.ngrid.spi.message.ReplicationRequest;
import io.ngrid.spi.message.SnapshotAck;
import io.ngrid.spi.message.SnapshotChunk;
import io.ngrid.spi.replication.Replication;
import io.ngrid.spi.replication.ReplicationEffect;
import io.ngrid.spi.replication.ReplicationEvent;
import io.ngrid.spi.replication.ReplicationView;
import io.ngrid.spi.storage.ChangeLog;
import io.ngrid.spi.storage.Group;
import io.ngrid.spi.storage.IncomingSnapshot;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One replicated log at one node: feeds the two cores with what comes, and carries out what they decide, in their order.
 * A vote is made durable on the spot, before anything that depends on it [E1]; the log is flushed by its own lane, and an
 * acknowledgement waits for that in the replication core [R1]. Event loop only.
 */
final class ReplicatedGroup {
    /** What the group asks of its node. */
    interface Host extends Leadership.Out {
        /** Sends a message to a peer; it may be lost. */
        void send(NodeId to, Message message);

        /** The voters changed. */
        void configured(Configuration configuration);

        /** A batch was applied. */
        void applied(GridState state);

        /** This node's state is not the one that a majority of voters has [R6]. */
        void diverged(String reason);

        /** A snapshot is whole and on disk: it is to be installed, with this group closed [C1]. */
        void install(IncomingSnapshot snapshot);

        /** Voters' states differ and no majority has one, for this reason; empty: not so, or no more [R6]. */
        void divided(String reason);
    }

    private final Member self;
    private final Election election;
    private final Replication replication;
    private final ChangeLog log;
    private final Group store;
    private final Applying applying;
    private final GroupLanes lanes;
    private final BodyReader bodies;
    private final Checkpointing checkpointing;
    private final SpaceWatch space;
    private final Host host;
    private final StateAgreement agreement;
    private final SnapshotReceiving receiving;
    private final NGridConfig config;

    private @Nullable Leadership leadership;
    private @Nullable SnapshotSending sending;
    private @Nullable NodeId leader;
    private long epoch;
    private long releaseIndex;
    private LogPosition toldLast = LogPosition.ZERO;
    private long toldCommit;
    private long toldRelease;
    private StateHash toldState = StateHash.NONE;
    private long named;
    private String toldDivision = "";
    private boolean toldFull;
    private long toldDeadline = Long.MAX_VALUE;
    private long commitIndex;
    private long now;
    private boolean closed;
    private boolean degraded;
    private boolean resigned;

    ReplicatedGroup(
            Member self,
            Group store,
            Election election,
            Replication replication,
            GridState state,
            GroupLanes.Factory lanesFactory,
            NGridConfig config,
            Host host,
            long now) {
        this.self = self;
        this.store = store;
        this.log = store.log();
        this.election = election;
        this.replication = replication;
        this.host = host;
        this.config = config;
        this.now = now;
        this.commitIndex = state.appliedIndex();
        this.epoch = election.view().epoch();
        this.checkpointing = new Checkpointing(store, this::compact);
        this.space = new SpaceWatch(store);
        this.lanes = lanesFactory.start(log, checkpointing, space, this::flushed);
        this.applying = new Applying(state, log, store.bodies(), lanes, this::applied);
        this.checkpointing.bind(applying.applier(), lanes);
        this.bodies = new BodyReader(store.bodies(), lanes.reader(), lanes.apply(), lanes.loop());
        this.receiving = new SnapshotReceiving(store.checkpoints(), lanes, new Receiver());
        Configuration configuration = replication.view().configuration();
        this.agreement = new StateAgreement(
                self,
                configuration,
                new StateHash(state.appliedIndex(), state.hash()),
                config.electionTimeout().toNanos(),
                now);
        host.configured(configuration);
    }

    // ---- what comes in

    void connected(Member peer, long at) {
        now = at;
        elect(new ElectionEvent.Connected(peer));
        replicate(new ReplicationEvent.Connected(peer));
    }

    void disconnected(Member peer, long at) {
        now = at;
        elect(new ElectionEvent.Disconnected(peer));
        replicate(new ReplicationEvent.Disconnected(peer));
        agreement.disconnected(peer);
        if (leadership != null) {
            leadership.disconnected(peer);
        }
        if (sending != null) {
            sending.disconnected(peer, now);
        }
    }

    void received(Member from, Message message, long at) {
        now = at;
        heard(from);
        if (message instanceof ReplicationRequest request) {
            if (request.epoch() >= epoch()) {
                elect(new ElectionEvent.LeaderHeard(from, request.epoch()));
            }
            replicate(new ReplicationEvent.Requested(from, request));
        } else if (message instanceof ReplicationAck ack) {
            if (ack.epoch() > epoch()) {
                elect(new ElectionEvent.EpochSeen(ack.epoch()));
            }
            replicate(new ReplicationEvent.Acked(from, ack));
        } else if (message instanceof LogFetch fetch) {
            replicate(new ReplicationEvent.FetchAsked(from, fetch));
        } else if (message instanceof SnapshotChunk chunk) {
            if (chunk.epoch() == epoch() && from.node().equals(leader()) && leadership == null) {
                receiving.received(from, chunk);
            }
        } else if (message instanceof SnapshotAck ack) {
            if (sending != null) {
                sending.acked(from, ack, now);
            }
        } else {
            elect(new ElectionEvent.Received(from, message));
            if (message instanceof Heartbeat beat) {
                heard(from, beat);
            }
        }
    }

    private void heard(Member from, Heartbeat beat) {
        boolean isLeader = from.node().equals(beat.leader())
                && beat.epoch() == epoch()
                && from.node().equals(leader());
        if (isLeader) {
            replicate(new ReplicationEvent.CommitHeard(from, beat.epoch(), beat.commitIndex(), beat.releaseIndex()));
            named = beat.state().index();
        }
        agreement.heard(from, beat.state(), now);
        compareStates();
    }

    /** Compares this node's state with the others', and draws the consequences [R6]. */
    private void compareStates() {
        if (leadership != null) {
            agreement.lead(now);
        } else {
            agreement.follow(named, now);
        }
        if (agreement.verdict() == StateAgreement.Verdict.DIFFERS) {
            host.diverged(agreement.reason());
            return;
        }
        String division = division();
        if (leadership != null) {
            leadership.suspend(division);
        }
        if (!division.equals(toldDivision)) {
            toldDivision = division;
            host.divided(division);
        }
    }

    /** Why nobody serves although there is a leader; empty if it does. */
    String division() {
        return agreement.verdict() == StateAgreement.Verdict.DIVIDED ? agreement.reason() : "";
    }

    /** A proxy asks this node as the leader. */
    void request(Member from, Request request, long at) {
        now = at;
        heard(from);
        if (leadership != null) {
            leadership.request(from, request, now);
        } else {
            NotLeading.refuse(from, request, host);
        }
    }

    private void heard(Member from) {
        if (leadership != null) {
            leadership.heard(from, now);
        }
    }

    /** End of a turn of the event loop. */
    void endTurn(long at) {
        now = at;
        if (leadership != null) {
            leadership.endTurn();
        }
        tellElection();
    }

    /** Returns when to be called again. */
    long tick(long at) {
        now = at;
        if (election.nextTickNanos() - now <= 0) {
            elect(new ElectionEvent.Tick());
        }
        if (replicationTickNanos() != Long.MAX_VALUE && replicationTickNanos() - now <= 0) {
            replicate(new ReplicationEvent.Tick());
        }
        if (leadership != null) {
            leadership.tick(now);
        }
        if (sending != null) {
            sending.tick(now);
        }
        compareStates();
        String full = space.full();
        if (leadership != null) {
            leadership.storageFull(full);
        }
        if (space.isCritical() != toldFull) {
            toldFull = space.isCritical();
            elect(new ElectionEvent.SpaceChanged(toldFull));
        }
        checkpointing.tick(applying.state(), releaseIndex, !full.isEmpty(), now);
        long next = Math.min(election.nextTickNanos(), replicationTickNanos());
        return sending == null ? next : Math.min(next, sending.nextNanos());
    }

    private long replicationTickNanos() {
        return degraded ? Long.MAX_VALUE : replication.nextTickNanos();
    }

    // ---- the cores and their effects

    private void elect(ElectionEvent event) {
        tellElection();
        perform(election.handle(event, now));
    }

    private void perform(List<ElectionEffect> effects) {
        for (ElectionEffect effect : effects) {
            if (effect instanceof ElectionEffect.PersistVote persist) {
                store.votes().write(persist.vote());
            } else if (effect instanceof ElectionEffect.Send send) {
                host.send(send.to(), send.message());
            } else if (effect instanceof ElectionEffect.Lead lead) {
                lead(lead.epoch());
            } else if (effect instanceof ElectionEffect.Follow follow) {
                follow(follow.epoch(), follow.leader());
            } else if (effect instanceof ElectionEffect.Fetch fetch) {
                replicate(new ReplicationEvent.FetchWanted(fetch.from(), fetch.number()));
            } else if (effect instanceof ElectionEffect.TakeEntries take) {
                replicate(new ReplicationEvent.EntriesFetched(take.entries()));
            } else if (effect instanceof ElectionEffect.StopAdmitting stop && leadership != null) {
                leadership.hold();
                replicate(new ReplicationEvent.HandOver(stop.to()));
            } else if (effect instanceof ElectionEffect.ResumeAdmitting && leadership != null) {
                replicate(new ReplicationEvent.HandOver(null));
                leadership.resume();
            } else if (effect instanceof ElectionEffect.Echoed echoed) {
                replicate(new ReplicationEvent.Echoed(echoed.from(), echoed.round()));
            } else if (effect instanceof ElectionEffect.WritesAllowed writes && leadership != null) {
                int needed = replication.view().configuration().quorums().replication();
                leadership.writesAllowed(writes.enough(), writes.heard(), needed);
            }
        }
    }

    private void lead(long newEpoch) {
        epoch = newEpoch;
        leader = self.node();
        endLeadership();
        sending = new SnapshotSending(
                newEpoch,
                store.checkpoints(),
                lanes,
                config.electionTimeout().toNanos(),
                new Pace(config.snapshotRate(), now),
                new Sender());
        replicate(new ReplicationEvent.Lead(newEpoch));
        leadership = new Leadership(
                log.last().index(),
                config.electionTimeout().toNanos(),
                new SessionWatch(self, config.sessionTimeout().toNanos(), now),
                Admission.withDefaults(),
                new MapsBound(config.mapsMemoryMax()),
                applying.state(),
                new LeaderLog(),
                host,
                bodies);
    }

    private void follow(long newEpoch, @Nullable NodeId newLeader) {
        epoch = newEpoch;
        leader = newLeader;
        endLeadership();
        replicate(new ReplicationEvent.Follow(newEpoch, newLeader));
    }

    private void endLeadership() {
        Leadership ended = leadership;
        leadership = null;
        if (ended != null) {
            ended.end();
        }
        if (sending != null) {
            sending.end();
            sending = null;
        }
    }

    private void replicate(ReplicationEvent event) {
        if (degraded) { // what failed may have left the core ahead of its log
            return;
        }
        for (ReplicationEffect effect : replication.handle(event, now)) {
            if (effect instanceof ReplicationEffect.Append append) {
                log.append(append.ticket(), append.entries());
                lanes.writer().wake();
            } else if (effect instanceof ReplicationEffect.Truncate truncate) {
                log.truncate(truncate.ticket(), truncate.fromIndex());
                lanes.writer().wake();
            } else if (effect instanceof ReplicationEffect.Send send) {
                host.send(send.to(), send.message());
            } else if (effect instanceof ReplicationEffect.Committed committed) {
                commitIndex = committed.index();
                applying.committed(commitIndex);
            } else if (effect instanceof ReplicationEffect.Answerable answerable && leadership != null) {
                leadership.answerable(answerable.index());
            } else if (effect instanceof ReplicationEffect.ReadConfirmed read && leadership != null) {
                leadership.readConfirmed(read.read(), read.index());
            } else if (effect instanceof ReplicationEffect.Releasable releasable) {
                releaseIndex = releasable.index();
            } else if (effect instanceof ReplicationEffect.SnapshotNeeded needed && sending != null) {
                sending.needed(needed.to(), now);
            } else if (effect instanceof ReplicationEffect.SnapshotDone done && sending != null) {
                sending.done(done.to());
            } else if (effect instanceof ReplicationEffect.HasEverything has) {
                elect(new ElectionEvent.HasEverything(has.voter()));
            } else if (effect instanceof ReplicationEffect.FetchEnded ended) {
                elect(new ElectionEvent.FetchEnded(ended.number(), ended.taken()));
            } else if (effect instanceof ReplicationEffect.Configured configured) {
                host.configured(configured.configuration());
                agreement.configured(configured.configuration(), now);
                elect(new ElectionEvent.Configured(configured.configuration()));
            }
        }
    }

    /** What heartbeats and votes say of the log must be true of it now. */
    private void tellElection() {
        if (!log.last().equals(toldLast) || commitIndex != toldCommit || releaseIndex != toldRelease) {
            toldLast = log.last();
            toldCommit = commitIndex;
            toldRelease = releaseIndex;
            perform(election.handle(new ElectionEvent.LogChanged(toldLast, toldCommit, toldRelease), now));
        }
        if (!agreement.shown().equals(toldState)) {
            toldState = agreement.shown();
            perform(election.handle(new ElectionEvent.StateHashed(toldState), now));
        }
    }

    private final class LeaderLog implements Leadership.Log {
        @Override
        public long lastIndex() {
            return log.last().index();
        }

        @Override
        public void propose(List<byte[]> payloads) {
            List<ReplicationEvent.Proposal> proposals = new ArrayList<>(payloads.size());
            for (byte[] payload : payloads) {
                proposals.add(new ReplicationEvent.Proposal(EntryKind.COMMAND, payload));
            }
            replicate(new ReplicationEvent.Proposed(proposals));
        }

        @Override
        public long room() {
            return replication.room();
        }

        @Override
        public List<NodeId> awaited() {
            return ReplicatedGroup.this.awaited();
        }

        @Override
        public void confirmReads(long firstRead, long lastRead) {
            long round = election.nextRound();
            for (long read = firstRead; read <= lastRead; read++) {
                replicate(new ReplicationEvent.ReadRequested(read, round));
            }
            elect(new ElectionEvent.RoundWanted());
        }
    }

    // ---- snapshots

    private final class Sender implements SnapshotSending.Host {
        @Override
        public void send(NodeId to, SnapshotChunk chunk) {
            host.send(to, chunk);
        }

        @Override
        public void pinned(Member to, long index) {
            replicate(new ReplicationEvent.SnapshotPinned(to, index));
        }

        @Override
        public void moved(Member to, long bytes) {
            replicate(new ReplicationEvent.SnapshotMoved(to, bytes));
        }
    }

    private final class Receiver implements SnapshotReceiving.Host {
        @Override
        public void send(Member to, SnapshotAck ack) {
            if (!closed && !degraded) {
                host.send(to.node(), ack);
            }
        }

        @Override
        public long commitIndex() {
            return commitIndex;
        }

        @Override
        public void whole(IncomingSnapshot snapshot) {
            checkpointing.end(() -> host.install(snapshot));
        }
    }

    /** Whether a snapshot is still what this node lacks; if not, it is dropped. */
    boolean wants(IncomingSnapshot snapshot) {
        boolean wanted = !closed && !degraded && leadership == null && snapshot.index() > commitIndex;
        if (!wanted && !closed) {
            receiving.discard();
            checkpointing.goOn();
        }
        return wanted;
    }

    /** Stops the group's lanes, puts a snapshot in the place of the state, closes the files [C1]. */
    void install(IncomingSnapshot snapshot) {
        end();
        try {
            store.install(snapshot);
        } finally {
            store.close();
        }
    }

    // ---- the other lanes

    private void flushed(long ticket, long at) {
        if (closed || degraded) { // whichever file has failed: nothing is acknowledged any more [D1]
            return;
        }
        now = at;
        replicate(new ReplicationEvent.Flushed(ticket));
    }

    private void applied(GridState state, List<Applier.AppliedCommand> outcomes, long[] hashes) {
        now = lanes.nanoTime();
        if (state.nextDeadline() != toldDeadline) {
            toldDeadline = state.nextDeadline();
            replicate(new ReplicationEvent.DeadlineSet(toldDeadline));
        }
        agreement.applied(state.appliedIndex(), hashes);
        compareStates();
        if (leadership != null) {
            leadership.applied(state, outcomes, now);
        }
        host.applied(state);
    }

    private void compact(long checkpointIndex) {
        if (closed) {
            return;
        }
        long index = Math.min(checkpointIndex, releaseIndex);
        if (index > 0) {
            log.compact(index, log.segmentBytes());
            lanes.writer().wake();
        }
        applying.feed();
    }

    /** Something failed: never vote, acknowledge or lead again [D1]. Called again, it does what it could not do before. */
    void degraded(long at) {
        if (resigned) {
            return;
        }
        now = at;
        degraded = true;
        try {
            perform(election.handle(new ElectionEvent.Degraded(log.last()), now));
        } finally {
            endLeadership();
        }
        ElectionView view = election.view(); // the write that failed may have come before the effect that says so
        epoch = view.epoch();
        leader = view.leader();
        resigned = true;
    }

    /** Stops the group's lanes, flushes the log, closes the files. */
    void close() {
        endLeadership();
        end();
        store.close();
    }

    /** What the lanes hand over from now on finds nobody. */
    private void end() {
        closed = true;
        applying.end();
        lanes.stop();
    }

    // ---- what others see

    GridState state() {
        return applying.state();
    }

    long epoch() {
        return epoch;
    }

    @Nullable
    NodeId leader() {
        return leader;
    }

    ElectionView electionView() {
        return election.view();
    }

    ReplicationView replicationView() {
        return replication.view();
    }

    /** How far the followers are, while this node leads. */
    List<ReplicationView.Progress> progress() {
        return leadership == null ? List.of() : replication.view().progress();
    }

    /** The entry that formed the cluster; if the log no longer has it, the state knows it. */
    LogEntry formedBy() {
        Configuration formation = applying.state().formation();
        return formation == null
                ? log.entries(1, 1).get(0)
                : new LogEntry(1, 1, 0, EntryKind.CONFIGURATION, formation.encode());
    }

    ChangeLog log() {
        return log;
    }

    Group store() {
        return store;
    }

    @Nullable
    Leadership leadership() {
        return leadership;
    }

    StateAgreement agreement() {
        return agreement;
    }

    /** What the storage is at beside its usual work; empty if nothing. */
    String storageNote() {
        String transfers = receiving.note().isEmpty() && sending != null ? sending.note() : receiving.note();
        List<NodeId> awaited = awaited();
        if (!space.full().isEmpty()) {
            return space.full();
        }
        return awaited.isEmpty() ? transfers : "writes wait for " + awaited + ", too far behind; " + transfers;
    }

    /** The voters that are too far behind, so that writes wait for them [R7]. */
    private List<NodeId> awaited() {
        return progress().stream()
                .filter(ReplicationView.Progress::awaited)
                .map(ReplicationView.Progress::node)
                .toList();
    }
}
