package io.ngrid.node.loop;

import static io.ngrid.node.loop.StateAgreement.Verdict.AGREES;
import static io.ngrid.node.loop.StateAgreement.Verdict.DIFFERS;
import static io.ngrid.node.loop.StateAgreement.Verdict.DIVIDED;
import static org.assertj.core.api.Assertions.assertThat;

import io.ngrid.spi.ClusterId;
import io.ngrid.spi.Configuration;
import io.ngrid.spi.Member;
import io.ngrid.spi.StateHash;
import java.util.List;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What a node makes of the state hashes that heartbeats show [R6]. It is node-1, and starts at index 10. */
class StateAgreementTest {
    private static final long PATIENCE = 1_000;
    private static final long RIGHT = 0xAAAA;

    private static StateAgreement of(int voters) {
        List<Member> members =
                IntStream.rangeClosed(1, voters).mapToObj(LeaderScript::member).toList();
        return new StateAgreement(
                members.get(0),
                new Configuration(new ClusterId(new UUID(1, 1)), members, 0),
                new StateHash(10, RIGHT),
                PATIENCE,
                0);
    }

    private static void shows(StateAgreement agreement, int node, long index, long hash) {
        agreement.heard(LeaderScript.member(node), new StateHash(index, hash), 0);
    }

    private static StateHash at(long index, long hash) {
        return new StateHash(index, hash);
    }

    @Test
    void aMajorityThatAgreesIsSeen() {
        StateAgreement agreement = of(3);
        assertThat(agreement.agreedIndex()).isZero();
        shows(agreement, 2, 10, RIGHT);
        assertThat(agreement.verdict()).isEqualTo(AGREES);
        assertThat(agreement.agreedIndex()).isEqualTo(10);
    }

    @Test
    void aNodeThatDiffersFromAMajorityKnowsIt() {
        StateAgreement agreement = of(3);
        shows(agreement, 2, 10, 1);
        shows(agreement, 3, 10, 1);
        assertThat(agreement.verdict()).isEqualTo(DIFFERS);
        assertThat(agreement.reason())
                .contains("index 10")
                .contains("0000000000000001 on [node-2, node-3]")
                .contains("000000000000aaaa on [node-1]");
    }

    @Test
    void aMinorityThatDiffersIsNobodysTroubleButItsOwn() {
        StateAgreement agreement = of(3);
        shows(agreement, 2, 10, RIGHT);
        shows(agreement, 3, 10, 1);
        assertThat(agreement.verdict()).isEqualTo(AGREES);
        assertThat(agreement.reason()).isEmpty();
    }

    @Test
    void withoutAMajorityNobodyServesUntilThereIsOne() {
        StateAgreement agreement = of(3);
        shows(agreement, 2, 10, 1);
        assertThat(agreement.verdict()).isEqualTo(DIVIDED);
        assertThat(agreement.reason())
                .contains("no majority")
                .contains("[node-1]")
                .contains("[node-2]");
        shows(agreement, 3, 10, RIGHT);
        assertThat(agreement.verdict()).isEqualTo(AGREES);
        assertThat(agreement.reason()).isEmpty();
    }

    @Test
    void threeStatesOnThreeNodesAreNoMajority() {
        StateAgreement agreement = of(3);
        shows(agreement, 2, 10, 1);
        shows(agreement, 3, 10, 2);
        assertThat(agreement.verdict()).isEqualTo(DIVIDED);
    }

    @Test
    void ofFourTwoAreNoMajority() {
        StateAgreement agreement = of(4);
        shows(agreement, 2, 10, RIGHT);
        shows(agreement, 3, 10, 1);
        shows(agreement, 4, 10, 1);
        assertThat(agreement.verdict()).isEqualTo(DIVIDED);
    }

    /** A healthy majority goes on serving while the last voter's next heartbeat is on its way, and not for ever. */
    @Test
    void aDisputeIsLeftOpenForAnElectionTimeoutWhileAVoterThatIsHeardMaySettleIt() {
        StateAgreement agreement = of(3);
        shows(agreement, 3, 9, 7);
        agreement.heard(LeaderScript.member(2), at(10, 1), 100);
        assertThat(agreement.verdict()).isEqualTo(AGREES);
        agreement.applied(11, new long[] {11});
        agreement.lead(PATIENCE);
        agreement.heard(LeaderScript.member(2), at(11, 2), PATIENCE + 99);
        assertThat(agreement.verdict()).isEqualTo(AGREES);
        agreement.heard(LeaderScript.member(2), at(11, 2), PATIENCE + 100);
        assertThat(agreement.verdict()).isEqualTo(DIVIDED);
        agreement.heard(LeaderScript.member(3), at(11, 2), PATIENCE + 101);
        assertThat(agreement.verdict()).isEqualTo(DIFFERS);
    }

    @Test
    void aDisputeThatNoVoterThatIsHeardCanSettleIsADivisionAtOnce() {
        StateAgreement agreement = of(5);
        shows(agreement, 3, 9, 7);
        shows(agreement, 2, 10, 1);
        assertThat(agreement.verdict()).isEqualTo(DIVIDED);
    }

    /** Whoever was wrong does not become right by going away. */
    @Test
    void aDivisionDoesNotEndWithAConnection() {
        StateAgreement agreement = of(3);
        shows(agreement, 2, 10, 1);
        agreement.disconnected(LeaderScript.member(2));
        agreement.applied(11, new long[] {11});
        agreement.lead(PATIENCE);
        assertThat(agreement.shown()).isEqualTo(at(11, 11));
        assertThat(agreement.verdict()).isEqualTo(DIVIDED);
    }

    @Test
    void whoIsNoVoterDoesNotCount() {
        StateAgreement agreement = of(3);
        shows(agreement, 8, 10, 1);
        shows(agreement, 9, 10, 1);
        agreement.heard(
                new Member(LeaderScript.member(2).node(), LeaderScript.member(9).storage()), at(10, 1), 0);
        assertThat(agreement.verdict()).isEqualTo(AGREES);
        assertThat(agreement.agreedIndex()).isZero();
    }

    @Test
    void hashesAtOtherIndexesAreNotCompared() {
        StateAgreement agreement = of(3);
        shows(agreement, 2, 9, 1);
        shows(agreement, 3, 11, 1);
        assertThat(agreement.verdict()).isEqualTo(AGREES);
        assertThat(agreement.agreedIndex()).isZero();
        StateAgreement fresh = new StateAgreement(
                LeaderScript.member(1),
                new Configuration(
                        new ClusterId(new UUID(1, 1)), List.of(LeaderScript.member(1), LeaderScript.member(2)), 0),
                StateHash.NONE,
                PATIENCE,
                0);
        shows(fresh, 2, 0, 1);
        assertThat(fresh.verdict()).as("nothing applied, nothing to compare").isEqualTo(AGREES);
    }

    @Test
    void theLeaderNamesTheNextIndexWhenAllThatItHearsHaveShownThisOne() {
        StateAgreement leader = of(3);
        shows(leader, 2, 10, RIGHT);
        shows(leader, 3, 7, 7);
        leader.applied(12, new long[] {11, 12});
        leader.lead(1);
        assertThat(leader.shown()).isEqualTo(at(10, RIGHT));
        shows(leader, 3, 10, RIGHT);
        leader.lead(2);
        assertThat(leader.shown()).isEqualTo(at(12, 12));
        leader.lead(PATIENCE * 5);
        assertThat(leader.shown()).as("nothing new").isEqualTo(at(12, 12));
    }

    @Test
    void theLeaderWaitsForNobodyLongerThanAnElectionTimeout() {
        StateAgreement leader = of(3);
        shows(leader, 2, 7, 7);
        leader.applied(11, new long[] {11});
        leader.lead(PATIENCE - 1);
        assertThat(leader.shown()).isEqualTo(at(10, RIGHT));
        leader.lead(PATIENCE);
        assertThat(leader.shown()).isEqualTo(at(11, 11));
        leader.applied(12, new long[] {12});
        leader.lead(2 * PATIENCE - 1);
        assertThat(leader.shown()).isEqualTo(at(11, 11));
    }

    @Test
    void aFollowerShowsTheIndexThatTheLeaderNamesOnceItIsApplied() {
        StateAgreement follower = of(3);
        follower.follow(12, 0);
        assertThat(follower.shown()).isEqualTo(at(10, RIGHT));
        follower.applied(13, new long[] {11, 12, 13});
        follower.follow(12, 0);
        assertThat(follower.shown()).isEqualTo(at(12, 12));
        follower.follow(11, 0);
        assertThat(follower.shown()).as("another leader may be behind").isEqualTo(at(11, 11));
        follower.follow(9, 0);
        assertThat(follower.shown()).as("from before the checkpoint").isEqualTo(at(11, 11));
    }

    @Test
    void aBoundedNumberOfHashesIsRemembered() {
        StateAgreement follower = of(3);
        int more = StateAgreement.REMEMBERED;
        long[] hashes = new long[more];
        for (int i = 0; i < more; i++) {
            hashes[i] = 11 + i;
        }
        follower.applied(10 + more, hashes);
        follower.follow(10, 0);
        assertThat(follower.shown()).isEqualTo(at(10, RIGHT));
        follower.follow(11, 0);
        assertThat(follower.shown()).as("the oldest that is left").isEqualTo(at(11, 11));
        follower.applied(11 + more, new long[] {11 + more});
        follower.follow(12, 0);
        assertThat(follower.shown()).isEqualTo(at(12, 12));
        follower.follow(11, 0);
        assertThat(follower.shown()).as("gone").isEqualTo(at(12, 12));
        follower.follow(11 + more, 0);
        assertThat(follower.shown()).isEqualTo(at(11 + more, 11 + more));
    }

    @Test
    void aNewConfigurationIsJudgedAnew() {
        StateAgreement agreement = of(3);
        shows(agreement, 2, 10, 1);
        assertThat(agreement.verdict()).isEqualTo(DIVIDED);
        agreement.configured(new Configuration(new ClusterId(new UUID(1, 1)), List.of(LeaderScript.member(1)), 0), 0);
        assertThat(agreement.verdict()).isEqualTo(AGREES);
    }
}
