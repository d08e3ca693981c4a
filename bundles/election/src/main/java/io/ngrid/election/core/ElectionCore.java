package io.ngrid.election.core;

import io.ngrid.api.NodeId;
import io.ngrid.spi.Configuration;
import io.ngrid.spi.LogPosition;
import io.ngrid.spi.Member;
import io.ngrid.spi.Quorums;
import io.ngrid.spi.election.Election;
import io.ngrid.spi.election.ElectionEffect;
import io.ngrid.spi.election.ElectionEvent;
import io.ngrid.spi.election.ElectionOptions;
import io.ngrid.spi.election.ElectionView;
import io.ngrid.spi.election.Role;
import io.ngrid.spi.message.ElectionRequest;
import io.ngrid.spi.message.ElectionResponse;
import io.ngrid.spi.message.Heartbeat;
import io.ngrid.spi.message.Message;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The election core: takes an event and the time, and says what to do.
 *
 * <p>Legal changes of role; all others are refused:
 *
 * <pre>
 * FOLLOWER  -> CANDIDATE  has lost its leader and is the one to stand [E4]: asks for pre-votes
 * CANDIDATE -> FOLLOWER   hears a leader or a higher epoch, is refused, or runs out of time
 * CANDIDATE -> LEADER     has the votes of E voters in an epoch of its own
 * LEADER    -> FOLLOWER   sees a higher epoch, hears fewer than C voters [E5], or is degraded [D1]
 * </pre>
 *
 * <p>Every handled event ends with the same look at the clock, {@link #elapse}; an event only records what it tells.
 */
public final class ElectionCore implements Election {
    private static final Logger LOG = LoggerFactory.getLogger(ElectionCore.class);

    private final Member self;
    private final long heartbeatNanos;
    private final long timeoutNanos;
    private final long startedNanos;

    private final Ballot ballot;
    private final LeaderWatch watch;
    private final Hearing hearing;
    private final Rounds rounds;
    private final Standing standing;

    private Configuration configuration;
    private Quorums quorums;
    private LogPosition last;
    private long commitIndex;
    private long releaseIndex;
    private boolean degraded;

    private Role role = Role.FOLLOWER;
    private @Nullable Candidacy candidacy;
    private long attempts;
    private long ledSinceNanos;
    private long elections;
    private long leaderChanges;
    private @Nullable NodeId previousLeader;

    private long nowNanos;
    private long nextHeartbeatNanos;
    private long nextTickNanos;
    private @Nullable News told;
    private ElectionEffect.@Nullable Follow followed;
    private ElectionEffect.@Nullable WritesAllowed writes;
    private List<ElectionEffect> out = new ArrayList<>();

    /** What peers wait for: told at once when it changes, not with the next heartbeat. */
    private record News(@Nullable NodeId leader, boolean lost, boolean fit, List<NodeId> hears) {}

    /**
     * Starts as a follower without a leader.
     *
     * @param options what it starts from
     * @param random random numbers
     * @param nowNanos monotonic time
     */
    public ElectionCore(ElectionOptions options, RandomGenerator random, long nowNanos) {
        self = options.self();
        heartbeatNanos = options.heartbeatNanos();
        timeoutNanos = options.electionTimeoutNanos();
        startedNanos = nowNanos;
        ballot = new Ballot(options.vote());
        watch = new LeaderWatch(timeoutNanos, heartbeatNanos);
        hearing = new Hearing(timeoutNanos);
        rounds = new Rounds(timeoutNanos);
        standing = new Standing(options, random);
        configuration = options.configuration();
        quorums = configuration.quorums();
        last = checked(options.last());
        this.nowNanos = nowNanos;
        nextHeartbeatNanos = nowNanos;
        nextTickNanos = nowNanos;
    }

    @Override
    public List<ElectionEffect> handle(ElectionEvent event, long nowNanos) {
        this.nowNanos = nowNanos;
        out = new ArrayList<>();
        dispatch(event);
        elapse();
        nextTickNanos = nextTick();
        return out;
    }

    private void dispatch(ElectionEvent event) {
        if (event instanceof ElectionEvent.Received received) {
            received(received.from(), received.message());
        } else if (event instanceof ElectionEvent.LeaderHeard heard) {
            leaderHeard(heard.from().node(), heard.epoch());
        } else if (event instanceof ElectionEvent.EpochSeen seen) {
            epochSeen(seen.epoch());
        } else if (event instanceof ElectionEvent.LogChanged log) {
            last = checked(log.last());
            commitIndex = log.commitIndex();
            releaseIndex = log.releaseIndex();
        } else if (event instanceof ElectionEvent.Connected connected) {
            connected(connected.peer());
        } else if (event instanceof ElectionEvent.Disconnected disconnected) {
            hearing.disconnected(disconnected.peer());
            watch.disconnected(disconnected.peer().node(), nowNanos);
        } else if (event instanceof ElectionEvent.RoundWanted) {
            roundWanted();
        } else if (event instanceof ElectionEvent.Configured configured) {
            configured(configured.configuration());
        } else if (event instanceof ElectionEvent.Degraded) {
            degrade();
        }
    }

    private void received(Member from, Message message) {
        if (message instanceof Heartbeat heartbeat) {
            heartbeat(from, heartbeat);
        } else if (message instanceof ElectionRequest request) {
            request(from, request);
        } else if (message instanceof ElectionResponse response) {
            response(from, response);
        } else {
            throw new IllegalStateException("not a message of elections: " + message.getClass());
        }
    }

    // ---- what peers tell

    private void connected(Member peer) {
        hearing.connected(peer);
        watch.connected(peer.node());
        beat(peer, false);
        ask(peer);
    }

    private void heartbeat(Member from, Heartbeat heartbeat) {
        hearing.heard(from, heartbeat, nowNanos);
        if (from.node().equals(heartbeat.leader())) {
            leaderHeard(from.node(), heartbeat.epoch());
        } else {
            if (watch.isLeader(from.node()) && heartbeat.epoch() >= ballot.epoch()) {
                watch.lose(); // it says itself that it leads no more, and never will again in this epoch
            }
            epochSeen(heartbeat.epoch());
        }
        if (role == Role.LEADER && configuration.isVoter(from)) {
            echoed(from, heartbeat);
        }
        if (heartbeat.replyWanted()) {
            beat(from, false);
        }
    }

    /** [E5], [L1] An echo counts if its sender was still in this epoch, and got the round in it. */
    private void echoed(Member from, Heartbeat heartbeat) {
        long epoch = ballot.epoch();
        if (heartbeat.epoch() == epoch
                && heartbeat.echoEpoch() == epoch
                && rounds.echo(from.node(), heartbeat.echoRound())) {
            out.add(new ElectionEffect.Echoed(from, heartbeat.echoRound()));
        }
        if (!heartbeat.fit()) {
            rounds.forget(from.node());
        }
    }

    private void leaderHeard(NodeId leader, long epoch) {
        if (epoch < ballot.epoch()) {
            return; // it learns of the higher epoch from our heartbeats
        }
        if (epoch > ballot.epoch()) {
            promise(epoch, null);
        }
        watch.heard(leader, epoch, nowNanos); // two leaders of one epoch end here
        become(Role.FOLLOWER);
        leads(leader);
    }

    /**
     * A higher epoch without a leader. Whoever follows a live leader stays with it: a node that went ahead alone must not
     * drag others away. The leader itself gives way, else that node could never follow it; the next epoch unites them.
     */
    private void epochSeen(long epoch) {
        if (epoch > ballot.epoch() && (role == Role.LEADER || watch.leader() == null)) {
            promise(epoch, null);
        }
    }

    private void request(Member from, ElectionRequest request) {
        boolean granted = !degraded // [D1]
                && !contradicts(from)
                && hasLostLeader() // [E2], [E3]
                && (request.preVote() ? grantsPreVote(request) : grantsVote(from.node(), request));
        send(
                from.node(),
                new ElectionResponse(request.preVote(), request.epoch(), request.attempt(), granted, ballot.epoch()));
    }

    /** A node ID that our configuration knows under another storage ID has lost its memory [M4]. */
    private boolean contradicts(Member from) {
        Member voter = configuration.voter(from.node());
        return voter != null && !voter.equals(from);
    }

    private boolean grantsPreVote(ElectionRequest request) {
        return request.epoch() > ballot.epoch() && isUpToDate(request);
    }

    private boolean grantsVote(NodeId candidate, ElectionRequest request) {
        long epoch = request.epoch();
        boolean ledAlready = epoch == ballot.epoch() && watch.leaderOfEpoch() != null;
        boolean granted = !ledAlready && ballot.isFreeFor(epoch, candidate) && isUpToDate(request);
        if (granted) {
            promise(epoch, candidate);
            standing.votedForAnother(nowNanos);
        } else if (epoch > ballot.epoch()) {
            promise(epoch, null);
        }
        return granted;
    }

    private boolean isUpToDate(ElectionRequest request) {
        return request.last().compareTo(last) >= 0; // [E1]
    }

    private void response(Member from, ElectionResponse response) {
        epochSeen(response.epoch());
        Candidacy asking = candidacy;
        if (asking != null && asking.isAnsweredIn(response) && configuration.isVoter(from)) {
            asking.count(from.node(), response.granted());
            proceed();
        }
    }

    private void configured(Configuration latest) {
        configuration = latest; // [E7] from the log only
        quorums = latest.quorums();
        if (role == Role.CANDIDATE) {
            giveUp();
        }
    }

    private void degrade() {
        degraded = true;
        if (role != Role.FOLLOWER) {
            resign();
        }
    }

    // ---- candidacy

    private void stand() {
        become(Role.CANDIDATE);
        askFor(true);
    }

    private void askFor(boolean preVote) {
        long epoch = preVote ? ballot.epoch() + 1 : ballot.epoch();
        candidacy = new Candidacy(preVote, epoch, ++attempts, nowNanos + timeoutNanos, self.node());
        hearing.connected().forEach(this::ask);
        proceed();
    }

    private void ask(Member peer) {
        Candidacy asking = candidacy;
        if (asking != null && configuration.isVoter(peer) && !asking.isAnsweredBy(peer.node())) {
            send(peer.node(), new ElectionRequest(asking.preVote(), asking.epoch(), last, asking.attempt()));
        }
    }

    private void proceed() {
        Candidacy asking = Objects.requireNonNull(candidacy);
        if (asking.isWon(quorums.election())) {
            if (asking.preVote()) {
                elections++;
                promise(asking.epoch(), self.node()); // [E3] only now the epoch rises
                askFor(false);
            } else {
                lead();
            }
        } else if (asking.isHopeless(quorums.voters(), quorums.election())) {
            giveUp();
        }
    }

    private void giveUp() {
        become(Role.FOLLOWER);
        standing.failed(nowNanos);
    }

    // ---- leading

    private void lead() {
        watch.heard(self.node(), ballot.epoch(), nowNanos);
        become(Role.LEADER);
        leads(self.node());
        followed = null;
        writes = null;
        ledSinceNanos = nowNanos; // [E5] counts from here: nobody can have echoed in this epoch before (H13)
        rounds.lead();
        out.add(new ElectionEffect.Lead(ballot.epoch()));
    }

    private void resign() {
        watch.lose();
        become(Role.FOLLOWER);
    }

    private void checkQuorum() {
        boolean grace = !Times.isReached(ledSinceNanos + timeoutNanos, nowNanos);
        List<NodeId> hears = hears();
        List<NodeId> heard = configuration.voters().stream()
                .map(Member::node)
                .filter(voter ->
                        voter.equals(self.node()) || rounds.isHeard(voter, nowNanos) || grace && hears.contains(voter))
                .toList();
        if (heard.size() < quorums.commit() && !grace) {
            LOG.info(
                    "node={} epoch={} steps down: heard={} needed={} of {} voters",
                    self.node(),
                    ballot.epoch(),
                    heard,
                    quorums.commit(),
                    quorums.voters());
            resign(); // [E5]
            return;
        }
        ElectionEffect.WritesAllowed now =
                new ElectionEffect.WritesAllowed(heard, heard.size() >= quorums.replication());
        if (!now.equals(writes)) {
            writes = now;
            out.add(now);
        }
    }

    private void roundWanted() {
        if (role == Role.LEADER) {
            rounds.begin(nowNanos);
            hearing.connected().stream().filter(configuration::isVoter).forEach(peer -> beat(peer, true));
        }
    }

    // ---- roles and promises

    /** [E1] The promise goes out before anything that depends on it. */
    private void promise(long epoch, @Nullable NodeId votedFor) {
        boolean rises = epoch > ballot.epoch();
        if (ballot.isNews(epoch, votedFor)) {
            ballot.promise(epoch, votedFor);
            if (!degraded) { // [D1] a degraded node writes no vote and gives none; it follows from memory
                out.add(new ElectionEffect.PersistVote(ballot.vote()));
            }
        }
        if (rises) {
            watch.enterEpoch();
            if (!self.node().equals(votedFor)) {
                become(Role.FOLLOWER);
            }
        }
        tellFollow();
    }

    private void become(Role to) {
        if (to == role) {
            return;
        }
        if (role == Role.LEADER && to == Role.CANDIDATE || role == Role.FOLLOWER && to == Role.LEADER) {
            throw new IllegalStateException("role " + role + " cannot become " + to + " in epoch " + ballot.epoch());
        }
        if (to == Role.LEADER || role == Role.LEADER) {
            LOG.info("node={} role={} was={} epoch={} log={}", self.node(), to, role, ballot.epoch(), last);
        }
        role = to;
        if (to != Role.CANDIDATE) {
            candidacy = null;
        }
    }

    private void leads(NodeId leader) {
        if (!leader.equals(previousLeader)) {
            previousLeader = leader;
            leaderChanges++;
        }
        tellFollow();
    }

    private void tellFollow() {
        if (role != Role.LEADER) {
            ElectionEffect.Follow now = new ElectionEffect.Follow(ballot.epoch(), watch.leader());
            if (!now.equals(followed)) {
                followed = now;
                out.add(now);
                LOG.info("node={} role={} epoch={} leader={}", self.node(), role, now.epoch(), now.leader());
            }
        }
    }

    private LogPosition checked(LogPosition end) {
        if (end.epoch() > ballot.epoch()) {
            throw new IllegalStateException(
                    "the log ends at " + end + ", but the durable epoch is " + ballot.epoch() + ": the vote is lost");
        }
        return end;
    }

    // ---- time

    private void elapse() {
        if (role == Role.LEADER) {
            checkQuorum();
        } else if (watch.leader() != null && Times.isReached(watch.lostAtNanos(), nowNanos)) {
            watch.lose();
        }
        tellFollow();
        Candidacy asking = candidacy;
        if (asking != null && Times.isReached(asking.deadlineNanos(), nowNanos)) {
            giveUp();
        }
        if (!mayStand()) {
            standing.rest();
        } else if (role == Role.FOLLOWER && standing.isDue(configuration, voters(), last, nowNanos)) {
            stand();
            if (role == Role.LEADER) {
                checkQuorum();
            }
        }
        if (Times.isReached(nextHeartbeatNanos, nowNanos) || !news().equals(told)) {
            beatAll();
        }
    }

    private boolean mayStand() {
        return !degraded && configuration.isVoter(self) && hasLostLeader();
    }

    /**
     * [E2], [E3] Whether this node has lost its leader: then it gives pre-votes and votes. Not within its first election
     * time-out, since it may have heard a leader just before it started; unless every voter has told it since that it
     * has none, so that there is no leader left to protect (a cluster of one needs nobody to tell).
     */
    private boolean hasLostLeader() {
        return watch.leader() == null && (Times.isReached(startedNanos + timeoutNanos, nowNanos) || nobodyLeads());
    }

    private boolean nobodyLeads() {
        List<Hearing.Voter> heard = voters();
        return configuration.isVoter(self)
                && heard.size() == quorums.voters() - 1
                && heard.stream().allMatch(voter -> voter.shown().leader() == null);
    }

    private long nextTick() {
        long next = nextHeartbeatNanos;
        next = hearing.nextSilence(nowNanos, next);
        if (role == Role.LEADER) {
            next = rounds.nextSilence(nowNanos, next);
            long grace = ledSinceNanos + timeoutNanos;
            return Times.isReached(grace, nowNanos) ? next : Times.earlier(next, grace);
        }
        if (watch.leader() != null) {
            return Times.earlier(next, watch.lostAtNanos());
        }
        Candidacy asking = candidacy;
        if (asking != null) {
            return Times.earlier(next, asking.deadlineNanos());
        }
        if (mayStand()) {
            return Times.earlier(next, standing.nextNanos(nowNanos));
        }
        long trusted = startedNanos + timeoutNanos;
        return Times.isReached(trusted, nowNanos) ? next : Times.earlier(next, trusted);
    }

    // ---- heartbeats

    private News news() {
        return new News(watch.leader(), showsLost(), !degraded, watch.leader() == null ? hears() : List.of());
    }

    private void beatAll() {
        News now = news();
        boolean replyWanted = role == Role.LEADER && !now.equals(told); // a fresh leader wants to be echoed soon
        told = now;
        nextHeartbeatNanos = nowNanos + heartbeatNanos;
        rounds.begin(nowNanos);
        for (Member peer : hearing.connected()) {
            beat(peer, replyWanted);
            ask(peer); // again: the first request may be lost
        }
    }

    private void beat(Member to, boolean replyWanted) {
        // A degraded node echoes nothing: it acknowledges nothing, so a leader must not count on it [D1].
        Hearing.Echo echo = degraded ? Hearing.Echo.NONE : hearing.echoFor(to.node());
        send(
                to.node(),
                new Heartbeat(
                        ballot.epoch(),
                        watch.leader(),
                        last,
                        commitIndex,
                        role == Role.LEADER ? releaseIndex : 0,
                        hears(),
                        showsLost(),
                        !degraded,
                        rounds.current(),
                        echo.round(),
                        echo.epoch(),
                        replyWanted));
    }

    private void send(NodeId to, Message message) {
        out.add(new ElectionEffect.Send(to, message));
    }

    private boolean showsLost() {
        return !degraded && hasLostLeader();
    }

    private List<Hearing.Voter> voters() {
        return hearing.voters(configuration, nowNanos);
    }

    private List<NodeId> hears() {
        return voters().stream().map(Hearing.Voter::node).toList();
    }

    // ---- for readers

    @Override
    public long nextTickNanos() {
        return nextTickNanos;
    }

    @Override
    public long nextRound() {
        return rounds.current() + 1;
    }

    @Override
    public ElectionView view() {
        return new ElectionView(role, ballot.epoch(), watch.leader(), hears(), elections, leaderChanges, reason());
    }

    private String reason() {
        if (watch.leader() != null) {
            return "";
        }
        if (degraded) {
            return "storage failed: this node takes no part in elections";
        }
        if (!configuration.isVoter(self)) {
            return self.node() + " is no voter of this cluster and hears no leader";
        }
        return Reason.of(configuration, self.node(), voters(), hasLostLeader());
    }
}
