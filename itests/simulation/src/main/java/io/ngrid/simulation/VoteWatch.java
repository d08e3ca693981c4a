package io.ngrid.simulation;

import io.ngrid.api.NodeId;
import io.ngrid.spi.Configuration;
import io.ngrid.spi.LogPosition;
import io.ngrid.spi.Member;
import io.ngrid.spi.election.Vote;
import java.util.HashMap;
import java.util.Map;

/** Promises: durable before anything that depends on them, never two votes an epoch, never back [E1]. */
final class VoteWatch {
    private record Ballot(long epoch, Member voter) {}

    private record Asked(long epoch, NodeId candidate) {}

    private final Watch watch;
    private final Map<Member, Vote> durable = new HashMap<>();
    private final Map<Ballot, NodeId> given = new HashMap<>();
    private final Map<Asked, LogPosition> asked = new HashMap<>();

    VoteWatch(Watch watch) {
        this.watch = watch;
    }

    /** A node has opened its vote. */
    void opened(Member member, Vote found) {
        Vote before = durable.get(member);
        watch.require(
                before == null
                        || found.epoch() > before.epoch()
                        || found.epoch() == before.epoch()
                                && (before.votedFor() == null
                                        || before.votedFor().equals(found.votedFor())),
                "[E1]",
                () -> member + " had made " + before + " durable, now it is " + found);
        durable.put(member, found);
    }

    void written(Member member, Vote vote) {
        durable.put(member, vote);
    }

    long epoch(Member member) {
        Vote vote = durable.get(member);
        return vote == null ? 0 : vote.epoch();
    }

    /** A node shows an epoch as its own. */
    void shows(Member member, long epoch) {
        watch.require(
                epoch <= epoch(member),
                "[E1]",
                () -> member + " shows epoch " + epoch + ", durable is " + durable.get(member));
    }

    void asks(Member candidate, long epoch, LogPosition last, boolean preVote) {
        if (!preVote) {
            asked.put(new Asked(epoch, candidate.node()), last);
            votes(candidate, candidate.node(), epoch);
        }
    }

    void grants(Member voter, NodeId candidate, long epoch, LogPosition own) {
        votes(voter, candidate, epoch);
        LogPosition last = asked.get(new Asked(epoch, candidate));
        watch.require(
                last != null && last.compareTo(own) >= 0,
                "[E1]",
                () -> voter + " votes in epoch " + epoch + " for " + candidate + " whose log ends at " + last
                        + ", its own ends at " + own);
    }

    /** A candidate takes itself for elected: E of the voters that its configuration names gave it their votes [M4]. */
    void elected(Member leader, long epoch, Configuration configuration) {
        int quorum = configuration.quorums().election();
        long votes = configuration.voters().stream()
                .filter(voter -> voter.equals(leader) // its own is written before anybody hears of this
                        || leader.node().equals(given.get(new Ballot(epoch, voter))))
                .count();
        watch.require(
                votes >= quorum,
                "[E1]",
                () -> leader + " leads epoch " + epoch + " with " + votes + " votes of " + configuration.voters()
                        + ", not with " + quorum);
    }

    private void votes(Member voter, NodeId candidate, long epoch) {
        watch.require(
                new Vote(epoch, candidate).equals(durable.get(voter)),
                "[E1]",
                () -> voter + " votes for " + candidate + " in epoch " + epoch + ", durable is " + durable.get(voter));
        NodeId other = given.putIfAbsent(new Ballot(epoch, voter), candidate);
        watch.require(
                other == null || other.equals(candidate),
                "[E1]",
                () -> voter + " votes twice in epoch " + epoch + ", for " + other + " and " + candidate);
    }
}
