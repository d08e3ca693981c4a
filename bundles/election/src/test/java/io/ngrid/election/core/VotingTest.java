package io.ngrid.election.core;

import static io.ngrid.election.core.Solo.LOG;
import static io.ngrid.election.core.Solo.granted;
import static io.ngrid.election.core.Solo.leading;
import static io.ngrid.election.core.Solo.only;
import static io.ngrid.election.core.Solo.sent;
import static io.ngrid.election.core.TestCluster.TIMEOUT;
import static io.ngrid.election.core.TestCluster.member;
import static io.ngrid.election.core.TestCluster.wiped;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ngrid.spi.LogPosition;
import io.ngrid.spi.election.ElectionEffect;
import io.ngrid.spi.election.ElectionEffect.Follow;
import io.ngrid.spi.election.ElectionEffect.PersistVote;
import io.ngrid.spi.election.ElectionEvent;
import io.ngrid.spi.election.ElectionOptions;
import io.ngrid.spi.election.Role;
import io.ngrid.spi.election.Vote;
import io.ngrid.spi.message.ElectionRequest;
import io.ngrid.spi.message.ElectionResponse;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** [E1], [E2], [M4] at the one who is asked. */
@Timeout(10)
class VotingTest {
    private static final LogPosition BEHIND = new LogPosition(4, 8);
    private static final LogPosition OLDER_BUT_LONGER = new LogPosition(3, 1000);

    @Test
    void aVoteIsDurableAndKnownToReplicationBeforeItsAnswerLeaves() {
        Solo node = new Solo().forgetsItsLeader();

        List<ElectionEffect> effects = node.receives(node.vote(6, LOG), member(3));

        assertThat(effects.subList(0, 2))
                .containsExactly(new PersistVote(new Vote(6, member(3).node())), new Follow(6, null));
        assertThat(effects.get(2)).isInstanceOf(ElectionEffect.Send.class);
        assertThat(granted(effects)).isTrue();
    }

    @Test
    void oneVoteAnEpoch() {
        Solo node = new Solo().forgetsItsLeader();
        assertThat(granted(node.receives(node.vote(6, LOG), member(3)))).isTrue();

        List<ElectionEffect> again = node.receives(node.vote(6, LOG), member(3));
        List<ElectionEffect> other = node.receives(node.vote(6, LOG), member(1));

        assertThat(granted(again)).as("a repeated request").isTrue();
        assertThat(granted(other)).isFalse();
        assertThat(only(again, PersistVote.class)).isEmpty();
        assertThat(only(other, PersistVote.class)).isEmpty();
        assertThat(granted(node.receives(node.vote(7, LOG), member(1)))).isTrue();
    }

    @Test
    void H23_noVoteForALogThatIsBehindButItsEpochIsTaken() {
        for (LogPosition last : List.of(BEHIND, OLDER_BUT_LONGER, LogPosition.ZERO)) {
            Solo node = new Solo().forgetsItsLeader();
            assertThat(granted(node.receives(node.preVote(6, last), member(3)))).isFalse();

            List<ElectionEffect> effects = node.receives(node.vote(6, last), member(3));

            assertThat(granted(effects)).isFalse();
            assertThat(effects.get(0)).isEqualTo(new PersistVote(new Vote(6, null)));
        }
    }

    @Test
    void noVoteInAnEpochThatIsOver() {
        Solo node = new Solo().forgetsItsLeader();

        List<ElectionEffect> effects = node.receives(node.vote(4, LOG), member(3));

        assertThat(granted(effects)).isFalse();
        assertThat(sent(effects, ElectionResponse.class).get(0).epoch()).isEqualTo(5);
    }

    @Test
    void aPreVotePromisesNothing() {
        Solo node = new Solo().forgetsItsLeader();

        List<ElectionEffect> first = node.receives(node.preVote(6, LOG), member(3));
        List<ElectionEffect> second = node.receives(node.preVote(6, LOG), member(1));

        assertThat(granted(first)).isTrue();
        assertThat(granted(second)).isTrue();
        assertThat(only(first, PersistVote.class)).isEmpty();
        assertThat(node.core.view().epoch()).isEqualTo(5);
    }

    /** [E3] Else the winner of an election under way is overtaken by who stands a little later. */
    @Test
    void whoHasGivenItsVoteLeavesItsWinnerHalfATimeoutBeforeAnotherGetsAPreVote() {
        Solo node = new Solo().forgetsItsLeader();
        node.receives(node.vote(6, LOG), member(1));
        node.now += TIMEOUT / 2 - 1;

        assertThat(granted(node.receives(node.preVote(7, LOG), member(3)))).isFalse();
        assertThat(granted(node.receives(node.preVote(7, LOG), member(1))))
                .as("its winner, which was none")
                .isTrue();
        assertThat(granted(node.receives(node.vote(7, LOG), member(3))))
                .as("E others are for it")
                .isTrue();

        node.now += TIMEOUT / 2;
        assertThat(granted(node.receives(node.preVote(8, LOG), member(1)))).isTrue();
    }

    @Test
    void whoseWinnerHasLedAndIsLostWaitsForItNoLonger() {
        Solo node = new Solo().forgetsItsLeader();
        node.receives(node.vote(6, LOG), member(1));
        node.receives(leading(1, 6), member(1));
        node.receives(Solo.lost(1, 6, LOG), member(1)); // it leads no more

        assertThat(granted(node.receives(node.preVote(7, LOG), member(3)))).isTrue();
    }

    @Test
    void aCandidateInAnEpochOfItsOwnGivesNobodyElseAPreVoteUntilItHasFailed() {
        Solo node = new Solo();
        ElectionRequest vote = Solo.request(node.receives(Solo.grant(node.stands()), member(1)), 1);
        assertThat(vote.preVote()).isFalse();

        assertThat(granted(node.receives(node.preVote(7, LOG), member(3)))).isFalse();

        node.receives(Solo.refuse(vote), member(1));
        assertThat(node.core.view().role()).isEqualTo(Role.FOLLOWER);
        assertThat(granted(node.receives(node.preVote(7, LOG), member(3)))).isTrue();
    }

    /** [E4] Its pre-votes bind nobody yet; both would go on to split the votes. */
    @Test
    void whoAsksForPreVotesGivesUpForAHigherIdThatDoesToo() {
        Solo node = new Solo();
        ElectionRequest preVote = node.stands();
        node.handle(new ElectionEvent.Connected(member(3)));

        assertThat(granted(node.receives(node.preVote(6, LOG), member(3)))).isTrue();

        assertThat(node.core.view().role()).isEqualTo(Role.FOLLOWER);
        node.receives(Solo.grant(preVote), member(1));
        assertThat(node.core.view().epoch()).as("too late").isEqualTo(5);
    }

    @Test
    void butNotForALowerOneNorForOneThatIsBehind() {
        Solo node = new Solo();
        ElectionRequest preVote = node.stands();

        node.receives(node.preVote(6, LOG), member(1));
        node.receives(node.preVote(6, BEHIND), member(3));

        assertThat(node.core.view().role()).isEqualTo(Role.CANDIDATE);
        node.receives(Solo.grant(preVote), member(1));
        assertThat(node.core.view().epoch()).isEqualTo(6);
    }

    /** Of five one is dead, the votes of the others are split: the dead one's vote is not waited for. */
    @Test
    void whoCannotWinWithThoseThatItHearsGivesUpAtOnce() {
        Solo node = new Solo(member(2), Solo.voters(1, 2, 3, 4, 5)).forgetsItsLeader();
        for (int i : new int[] {1, 3, 4}) {
            node.handle(new ElectionEvent.Connected(member(i)));
            node.receives(Solo.lost(i, 5, LOG), member(i));
        }
        ElectionRequest preVote = node.standsAtLast();
        ElectionRequest vote = null;
        for (int i : new int[] {1, 3}) {
            List<ElectionEffect> effects = node.receives(Solo.grant(preVote), member(i));
            vote = i == 3 ? Solo.request(effects, 1) : null;
        }
        node.receives(Solo.grant(vote), member(1));
        node.receives(Solo.refuse(vote), member(3));
        assertThat(node.core.view().role()).isEqualTo(Role.CANDIDATE);

        node.receives(Solo.refuse(vote), member(4));

        assertThat(node.core.view().role()).isEqualTo(Role.FOLLOWER);
    }

    @Test
    void aCandidacyEndsWithTheConfigurationOfWhichItHasAsked() {
        Solo node = new Solo();
        ElectionRequest preVote = node.stands();

        node.handle(new ElectionEvent.Configured(Solo.voters(1, 2, 3, 4)));

        assertThat(node.core.view().role()).isEqualTo(Role.FOLLOWER);
        assertThat(node.receives(Solo.grant(preVote), member(1))).isEmpty();
    }

    @Test
    void whoHearsALeaderRefusesBothAndTakesNoEpoch() {
        Solo node = new Solo().forgetsItsLeader();
        node.receives(leading(1, 5), member(1));
        node.now += TIMEOUT - 1;

        List<ElectionEffect> vote = node.receives(node.vote(9, LOG), member(3));
        List<ElectionEffect> preVote = node.receives(node.preVote(9, LOG), member(3));

        assertThat(granted(vote)).isFalse();
        assertThat(granted(preVote)).isFalse();
        assertThat(only(vote, PersistVote.class)).isEmpty();
        assertThat(node.core.view().epoch()).isEqualTo(5);
        assertThat(node.core.view().leader()).isEqualTo(member(1).node());
    }

    @Test
    void aReplicationRequestIsASignOfLifeToo() {
        Solo node = new Solo().forgetsItsLeader();
        node.receives(leading(1, 5), member(1));
        node.now += TIMEOUT - 1;
        node.handle(new ElectionEvent.LeaderHeard(member(1), 5));
        node.now += TIMEOUT - 1;

        assertThat(granted(node.receives(node.vote(9, LOG), member(3)))).isFalse();

        node.now += 1;
        assertThat(granted(node.receives(node.vote(9, LOG), member(3)))).isTrue();
    }

    @Test
    void whoStartedLessThanATimeoutAgoRefusesBoth() {
        Solo node = new Solo();
        node.now += TIMEOUT - 1;

        assertThat(granted(node.receives(node.vote(9, LOG), member(3)))).isFalse();
        assertThat(granted(node.receives(node.preVote(9, LOG), member(3)))).isFalse();
        assertThat(node.core.view().epoch()).isEqualTo(5);

        node.now += 1;
        assertThat(granted(node.receives(node.preVote(9, LOG), member(3)))).isTrue();
    }

    @Test
    void unlessEveryVoterHasSaidThatItHasNoLeader() {
        Solo node = new Solo();
        node.receives(Solo.lost(1, 5, LOG), member(1));
        assertThat(granted(node.receives(node.vote(9, LOG), member(3)))).isFalse();

        node.receives(Solo.lost(3, 5, LOG), member(3));
        assertThat(granted(node.receives(node.vote(9, LOG), member(3)))).isTrue();
    }

    @Test
    void whoIsAskedAnswersEvenIfItsLogNamesNeitherSideAVoter() {
        Solo node = new Solo(member(2), Solo.voters(1, 3, 5)).forgetsItsLeader();

        assertThat(granted(node.receives(node.vote(6, LOG), member(4)))).isTrue();
    }

    @Test
    void H24_aVoterThatLostItsMemoryGetsNoVoteAndItsOwnCountsNothing() {
        Solo node = new Solo().forgetsItsLeader();
        assertThat(granted(node.receives(node.vote(6, LOG), wiped(3)))).isFalse();
        assertThat(granted(node.receives(node.preVote(6, LOG), wiped(3)))).isFalse();
        assertThat(node.core.view().epoch()).isEqualTo(5);

        Solo candidate = new Solo();
        ElectionRequest preVote = candidate.stands();
        candidate.receives(Solo.grant(preVote), wiped(3));
        assertThat(candidate.core.view().epoch()).as("no pre-vote counted").isEqualTo(5);
        ElectionRequest vote = Solo.request(candidate.receives(Solo.grant(preVote), member(1)), 3);
        candidate.receives(Solo.grant(vote), wiped(3));
        assertThat(candidate.core.view().role()).isEqualTo(Role.CANDIDATE);
        candidate.receives(Solo.grant(vote), member(3));
        assertThat(candidate.core.view().role()).isEqualTo(Role.LEADER);
    }

    @Test
    void H24_aPromiseOlderThanTheLogIsRefusedAtTheStart() {
        assertThatThrownBy(() -> new ElectionCore(
                        new ElectionOptions(
                                member(2), new Vote(3, null), Solo.voters(1, 2, 3), LOG, 1, 5, ElectionOptions.NEVER),
                        new Random(1),
                        0))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("4:9")
                .hasMessageContaining("3");
    }

    @Test
    void H24_promisesNeverGoBack() {
        Ballot ballot = new Ballot(new Vote(5, member(1).node()));

        assertThatThrownBy(() -> ballot.promise(4, null)).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> ballot.promise(5, member(2).node())).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> ballot.promise(5, null)).isInstanceOf(IllegalStateException.class);
        assertThat(ballot.promise(5, member(1).node())).isFalse();
        assertThat(ballot.promise(6, null)).isTrue();
    }

    @Test
    void twoLeadersOfOneEpochCannotBe() {
        Solo node = new Solo().forgetsItsLeader();
        node.receives(leading(1, 6), member(1));
        node.forgetsItsLeader();

        assertThatThrownBy(() -> node.handle(new ElectionEvent.LeaderHeard(member(3), 6)))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContainingAll("6", "node-1", "node-3");
    }

    @Test
    void aDegradedNodeGivesNoVotesAndWritesNone() {
        Solo node = new Solo().forgetsItsLeader();
        node.handle(new ElectionEvent.Degraded(Solo.LOG));

        List<ElectionEffect> vote = node.receives(node.vote(6, LOG), member(3));
        List<ElectionEffect> leader = node.receives(leading(1, 7), member(1));

        assertThat(granted(vote)).isFalse();
        assertThat(only(vote, PersistVote.class)).isEmpty();
        assertThat(only(leader, PersistVote.class)).isEmpty();
        assertThat(only(leader, Follow.class)).contains(new Follow(7, member(1).node()));
    }
}
