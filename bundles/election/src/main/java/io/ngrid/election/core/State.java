package io.ngrid.election.core;

import io.ngrid.api.NodeId;
import io.ngrid.spi.Configuration;
import io.ngrid.spi.LogPosition;
import io.ngrid.spi.Member;
import io.ngrid.spi.Quorums;
import io.ngrid.spi.election.ElectionEffect;
import io.ngrid.spi.election.ElectionOptions;
import io.ngrid.spi.election.Role;
import io.ngrid.spi.message.Message;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a node is and has promised, and what it decided in the present event.
 *
 * <p>Legal changes of role; all others are refused:
 *
 * <pre>
 * FOLLOWER  -> CANDIDATE  has lost its leader and is the one to stand [E4]: asks for pre-votes
 * FOLLOWER  -> CANDIDATE  was handed the leadership and has the pre-votes [E6]
 * CANDIDATE -> FOLLOWER   hears a leader or a higher epoch, is refused, or runs out of time
 * CANDIDATE -> LEADER     has the votes of E voters in an epoch of its own
 * LEADER    -> FOLLOWER   sees a higher epoch, also that of its successor [E6], hears fewer than C voters [E5], or is degraded [D1]
 * </pre>
 */
final class State {
    private static final Logger LOG = LoggerFactory.getLogger(State.class);

    final Member self;
    final long heartbeatNanos;
    final long timeoutNanos;
    final Ballot ballot;
    final LeaderWatch watch;
    final Hearing hearing;

    private final long trustedNanos;
    private Configuration configuration;
    private Quorums quorums;
    private LogPosition last;
    private boolean degraded;
    private boolean full;
    private long winnerDueNanos;
    private Role role = Role.FOLLOWER;
    private long now;
    private List<ElectionEffect> out = new ArrayList<>();
    private ElectionEffect.@Nullable TakeEntries taken;

    private ElectionEffect.@Nullable Follow followed;
    private @Nullable NodeId previousLeader;
    private long leaderChanges;

    State(ElectionOptions options, long nowNanos) {
        self = options.self();
        heartbeatNanos = options.heartbeatNanos();
        timeoutNanos = options.electionTimeoutNanos();
        ballot = new Ballot(options.vote());
        watch = new LeaderWatch(timeoutNanos, heartbeatNanos);
        hearing = new Hearing(timeoutNanos);
        trustedNanos = nowNanos + timeoutNanos;
        configuration = options.configuration();
        quorums = configuration.quorums();
        last = checked(options.last());
        winnerDueNanos = nowNanos;
        now = nowNanos;
    }

    // ---- the event

    void begin(long nowNanos) {
        now = nowNanos;
        out = new ArrayList<>();
        taken = null;
    }

    long now() {
        return now;
    }

    boolean isPast(long deadlineNanos) {
        return Times.isReached(deadlineNanos, now);
    }

    void emit(ElectionEffect effect) {
        out.add(effect);
    }

    void send(NodeId to, Message message) {
        out.add(new ElectionEffect.Send(to, message));
    }

    /** Changes the log, so it comes last: what is sent in this event shows the log as it was. */
    void take(ElectionEffect.TakeEntries entries) {
        taken = entries;
    }

    List<ElectionEffect> effects() {
        if (taken != null) {
            out.add(taken);
        }
        return out;
    }

    // ---- configuration and log

    Configuration configuration() {
        return configuration;
    }

    Quorums quorums() {
        return quorums;
    }

    /** [E7] The log's configuration is obeyed, and no other. */
    void configure(Configuration latest) {
        configuration = latest;
        quorums = latest.quorums();
    }

    LogPosition last() {
        return last;
    }

    void logEndsAt(LogPosition end) {
        last = checked(end);
    }

    /** Every epoch of the log was promised before its entries were written [E1]; else the promise is lost (H24). */
    private LogPosition checked(LogPosition end) {
        if (end.epoch() > ballot.epoch()) {
            throw new IllegalStateException(
                    "the log ends at " + end + ", but the promised epoch is " + ballot.epoch() + ": a vote was lost");
        }
        return end;
    }

    boolean isVoter() {
        return configuration.isVoter(self);
    }

    /** A node ID that our configuration knows under another storage ID has lost its memory [M4]. */
    boolean contradicts(Member member) {
        Member voter = configuration.voter(member.node());
        return voter != null && !voter.equals(member);
    }

    /** The other voters heard within an election time-out. */
    List<Hearing.Voter> heard() {
        return hearing.voters(configuration, now);
    }

    List<NodeId> hears() {
        return heard().stream().map(Hearing.Voter::node).toList();
    }

    // ---- fitness

    boolean isDegraded() {
        return degraded;
    }

    void degrade() {
        degraded = true;
    }

    /** [D3] Whether the disk is full, its reserve given away. */
    boolean isFull() {
        return full;
    }

    void spaceChanged(boolean isFull) {
        full = isFull;
    }

    /**
     * [E2], [E3] Whether this node has lost its leader: then it gives pre-votes and votes. Not within its first election
     * time-out, since it may have heard a leader just before it started; unless every voter has told it since that it
     * has none, so that there is no leader left to protect (a cluster of one needs nobody to tell).
     */
    boolean hasLostLeader() {
        return !hasLeader() && (isPast(trustedNanos) || nobodyLeads());
    }

    /** Whether this node leads, or follows a leader that it heard lately enough. */
    boolean hasLeader() {
        return watch.leader() != null && (role == Role.LEADER || !isPast(watch.lostAtNanos()));
    }

    private boolean nobodyLeads() {
        List<Hearing.Voter> heard = heard();
        return isVoter()
                && heard.size() == quorums.voters() - 1
                && heard.stream().allMatch(voter -> voter.shown().leader() == null);
    }

    /** When the first election time-out of this start ends. */
    long trustedNanos() {
        return trustedNanos;
    }

    boolean showsLost() {
        return !degraded && hasLostLeader();
    }

    // ---- promises and roles

    Role role() {
        return role;
    }

    /** [E1] The promise goes out before anything that depends on it. A higher epoch has no leader yet. */
    void promise(long epoch, @Nullable NodeId votedFor) {
        boolean rises = epoch > ballot.epoch();
        if (ballot.promise(epoch, votedFor) && !degraded) {
            emit(new ElectionEffect.PersistVote(ballot.vote())); // [D1] a degraded node follows from memory
        }
        if (votedFor != null) {
            winnerDueNanos = now + timeoutNanos / 2;
        }
        if (rises) {
            watch.enterEpoch();
            if (!self.node().equals(votedFor)) {
                become(Role.FOLLOWER);
            }
        }
    }

    /**
     * [E3] Whether another than this node has the vote of the epoch, given less than half an election time-out ago, and may
     * have won and not shown itself yet: whoever stands now would overtake it. A candidate has its own vote.
     */
    boolean awaitsAnother(NodeId candidate) {
        NodeId given = ballot.vote().votedFor();
        boolean stands = !self.node().equals(given) || role == Role.CANDIDATE;
        return given != null
                && !given.equals(candidate)
                && stands
                && watch.leaderOfEpoch() == null
                && !isPast(winnerDueNanos);
    }

    /** A node leads: this one, or one that it follows. */
    void leads(NodeId leader) {
        watch.heard(leader, ballot.epoch(), now); // two leaders of one epoch end here
        become(leader.equals(self.node()) ? Role.LEADER : Role.FOLLOWER);
        if (!leader.equals(previousLeader)) {
            previousLeader = leader;
            leaderChanges++;
        }
    }

    void resign() {
        watch.lose();
        become(Role.FOLLOWER);
    }

    void become(Role to) {
        if (to == role) {
            return;
        }
        if (role == Role.LEADER && to == Role.CANDIDATE || role == Role.FOLLOWER && to == Role.LEADER) {
            throw new IllegalStateException("role " + role + " cannot become " + to + " in epoch " + ballot.epoch());
        }
        if (to == Role.LEADER || role == Role.LEADER) {
            LOG.info("node={} role={} was={} epoch={} log={}", self.node(), to, role, ballot.epoch(), last);
            followed = null;
        }
        role = to;
    }

    /** Says whom this node follows if that changed since it was last said; before what is sent because of it. */
    void tellFollow() {
        if (role != Role.LEADER) {
            ElectionEffect.Follow now = new ElectionEffect.Follow(ballot.epoch(), watch.leader());
            if (!now.equals(followed)) {
                followed = now;
                out.add(now);
                LOG.info("node={} role={} epoch={} leader={}", self.node(), role, now.epoch(), now.leader());
            }
        }
    }

    long leaderChanges() {
        return leaderChanges;
    }
}
