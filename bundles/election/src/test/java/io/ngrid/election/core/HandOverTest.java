package io.ngrid.election.core;

import static io.ngrid.election.core.TestCluster.HANDBACK;
import static io.ngrid.election.core.TestCluster.HEARTBEAT;
import static io.ngrid.election.core.TestCluster.MS;
import static io.ngrid.election.core.TestCluster.TIMEOUT;
import static io.ngrid.election.core.TestCluster.member;
import static org.assertj.core.api.Assertions.assertThat;

import io.ngrid.spi.election.ElectionEffect.ResumeAdmitting;
import io.ngrid.spi.election.ElectionEffect.StopAdmitting;
import io.ngrid.spi.election.ElectionEvent;
import io.ngrid.spi.election.ElectionOptions;
import io.ngrid.spi.election.Role;
import io.ngrid.spi.message.ElectionRequest;
import io.ngrid.spi.message.ElectionResponse;
import io.ngrid.spi.message.LeadershipTransfer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** [E6], and the hand-over of [E5]. */
@Timeout(30)
class HandOverTest {
    private static final long SLACK = 5 * HEARTBEAT;

    /** Node-2 leads epoch 3, node-3 has just come back. */
    private static TestCluster returned() {
        TestCluster cluster = TestCluster.of(3);
        cluster.handbackDelay = HANDBACK;
        cluster.startAll();
        cluster.awaitLeader();
        cluster.run(2 * TIMEOUT);
        cluster.crash(3);
        assertThat(cluster.awaitLeader()).isEqualTo(2);
        cluster.run(2 * TIMEOUT);
        cluster.start(3);
        return cluster;
    }

    private static int stops(TestCluster cluster, int node) {
        return cluster.node(node).effects(StopAdmitting.class).size();
    }

    private static int resumes(TestCluster cluster, int node) {
        return cluster.node(node).effects(ResumeAdmitting.class).size();
    }

    @Test
    void H26_aReturningHigherIdIsHandedTheLeadershipAfterItsTimeAndTheEpochRisesByOne() {
        TestCluster cluster = returned();

        cluster.run(HANDBACK - HEARTBEAT);
        assertThat(cluster.settledLeader()).isEqualTo(2);
        assertThat(stops(cluster, 2)).isZero();

        assertThat(cluster.runUntil(() -> cluster.settledLeader() == 3, SLACK + HEARTBEAT))
                .isTrue();
        assertThat(cluster.highestEpoch()).isEqualTo(4);
        assertThat(cluster.isSettled() || cluster.runUntil(cluster::isSettled, HEARTBEAT))
                .isTrue();
        cluster.run(60 * TIMEOUT);
        assertThat(cluster.highestEpoch()).isEqualTo(4);
    }

    @Test
    void theClusterIsWithoutALeaderForAFewRoundTripsOnly() {
        TestCluster cluster = returned();
        cluster.runUntil(() -> stops(cluster, 2) == 1, 2 * HANDBACK);
        long stopped = cluster.now();

        cluster.runUntil(() -> cluster.settledLeader() == 3, TIMEOUT);

        assertThat(cluster.now() - stopped).isLessThan(20 * MS);
    }

    @Test
    void withHandbackOffItStaysWhereItIs() {
        TestCluster cluster = returned();
        cluster.crash(2);
        cluster.handbackDelay = ElectionOptions.NEVER;
        cluster.run(2 * TIMEOUT);
        int leader = cluster.awaitLeader();
        cluster.crash(leader);
        assertThat(leader).isEqualTo(3);
        cluster.start(2);
        assertThat(cluster.awaitLeader()).isEqualTo(2);

        cluster.start(3);
        cluster.run(10 * HANDBACK);

        assertThat(cluster.settledLeader()).isEqualTo(2);
    }

    @Test
    void theTimeBeginsAnewWithABreakAndDoublesWithEachAttempt() {
        TestCluster cluster = returned();
        cluster.passes = (from, to, message) -> !(message instanceof ElectionRequest);
        cluster.run(HANDBACK - 2 * HEARTBEAT);
        cluster.sever(3).from(1, 2);
        cluster.run(HEARTBEAT);
        cluster.heal();
        cluster.run(HANDBACK - HEARTBEAT);
        assertThat(stops(cluster, 2)).isZero();

        List<Long> at = new ArrayList<>();
        for (int attempt = 1; attempt <= 4; attempt++) {
            int so = attempt;
            assertThat(cluster.runUntil(() -> stops(cluster, 2) == so, 9 * HANDBACK))
                    .isTrue();
            at.add(cluster.now());
        }

        assertThat(at.get(1) - at.get(0)).isBetween(2 * HANDBACK, 2 * HANDBACK + 2 * TIMEOUT);
        assertThat(at.get(2) - at.get(1)).isBetween(4 * HANDBACK, 4 * HANDBACK + 2 * TIMEOUT);
        assertThat(at.get(3) - at.get(2)).isBetween(8 * HANDBACK, 8 * HANDBACK + 2 * TIMEOUT);
        assertThat(cluster.highestEpoch()).as("without E no epoch is raised").isEqualTo(3);
    }

    @Test
    void tenMinutesLaterTheTimeIsTheFirstAgain() {
        TestCluster cluster = returned();
        cluster.runUntil(() -> cluster.settledLeader() == 3, 2 * HANDBACK);
        cluster.run(600_000 * MS);
        cluster.crash(3);
        assertThat(cluster.awaitLeader()).isEqualTo(2);
        cluster.start(3);

        assertThat(cluster.runUntil(() -> cluster.settledLeader() == 3, HANDBACK + SLACK + HEARTBEAT))
                .isTrue();
    }

    @Test
    void aRefusalMakesTheLeaderGoOnAtOnce() {
        TestCluster cluster = returned();
        cluster.passes = (from, to, message) -> !(message instanceof ElectionResponse);
        cluster.runUntil(() -> stops(cluster, 2) == 1, 2 * HANDBACK);
        assertThat(cluster.node(2).admits).isFalse();

        assertThat(cluster.runUntil(() -> resumes(cluster, 2) == 1, TIMEOUT / 2 + 10 * MS))
                .isTrue();

        assertThat(cluster.node(2).admits).isTrue();
        assertThat(cluster.settledLeader()).isEqualTo(2);
        assertThat(cluster.highestEpoch()).isEqualTo(3);
    }

    @Test
    void silenceMakesTheLeaderGoOnAfterAnElectionTimeout() {
        TestCluster cluster = returned();
        cluster.passes = (from, to, message) -> !(message instanceof LeadershipTransfer);
        cluster.runUntil(() -> stops(cluster, 2) == 1, 2 * HANDBACK);
        long stopped = cluster.now();

        cluster.runUntil(() -> resumes(cluster, 2) == 1, 2 * TIMEOUT);

        assertThat(cluster.now() - stopped).isEqualTo(TIMEOUT);
        assertThat(cluster.settledLeader()).isEqualTo(2);
    }

    @Test
    void oneThatDoesNotGetEverythingIsNotWaitedFor() {
        TestCluster same = returned();
        same.runUntil(() -> stops(same, 2) == 1, 2 * HANDBACK);
        TestCluster cluster = returned();
        cluster.run(same.now() - cluster.now() - HEARTBEAT / 2);
        cluster.node(3).replicates = false;
        cluster.node(2).grow(1);
        cluster.runUntil(() -> stops(cluster, 2) == 1, HEARTBEAT);
        long stopped = cluster.now();

        cluster.runUntil(() -> resumes(cluster, 2) == 1, 2 * TIMEOUT);

        assertThat(cluster.now() - stopped).isEqualTo(TIMEOUT / 2);
        assertThat(cluster.settledLeader()).isEqualTo(2);
    }

    @Test
    void oneThatDoesNotKeepUpIsNotFit() {
        TestCluster cluster = returned();
        cluster.runUntil(() -> cluster.node(3).log.equals(cluster.node(2).log), TIMEOUT);
        cluster.node(3).replicates = false;
        cluster.node(2).grow(5);

        cluster.run(10 * HANDBACK);

        assertThat(stops(cluster, 2)).isZero();
    }

    @Test
    void oneThatIsDegradedIsNotFit() {
        TestCluster cluster = returned();
        cluster.run(TIMEOUT);
        cluster.node(3).degrade();

        cluster.run(10 * HANDBACK);

        assertThat(stops(cluster, 2)).isZero();
    }

    @Test
    void oneThatReachesFewerThanEIsNotFit() {
        TestCluster cluster = new TestCluster(5, 2, 3); // E is 4: node-5 hears W, and itself, node-1 and node-4 are 3
        cluster.handbackDelay = HANDBACK;
        cluster.start(1, 2, 3, 4);
        assertThat(cluster.awaitLeader()).isEqualTo(4);
        cluster.sever(5).from(2, 3);
        cluster.start(5);

        cluster.run(10 * HANDBACK);

        assertThat(stops(cluster, 4)).isZero();
        cluster.heal();
        assertThat(cluster.runUntil(() -> cluster.settledLeader() == 5, HANDBACK + SLACK + HEARTBEAT))
                .isTrue();
    }

    @Test
    void oneThatHearsFewerThanWIsNotFitWhileTheLeaderHearsW() {
        TestCluster cluster = new TestCluster(3, 3, 3);
        cluster.handbackDelay = HANDBACK;
        cluster.start(1, 2);
        assertThat(cluster.awaitLeader()).isEqualTo(2);
        cluster.sever(3).from(1);
        cluster.start(3);

        cluster.run(10 * HANDBACK);

        assertThat(stops(cluster, 2)).isZero();
        assertThat(cluster.highestEpoch()).isEqualTo(2);
    }

    @Test
    void theTransferIsObeyedOnceAndOnlyByAFollowerOfThatLeaderInThatEpoch() {
        Solo node = new Solo().forgetsItsLeader();
        node.receives(Solo.leading(1, 5), member(1));

        assertThat(asked(node, new LeadershipTransfer(4, 1, false), 1))
                .as("an earlier epoch")
                .isZero();
        assertThat(asked(node, new LeadershipTransfer(6, 1, false), 1))
                .as("a later epoch")
                .isZero();
        assertThat(asked(node, new LeadershipTransfer(5, 1, false), 3))
                .as("of another")
                .isZero();
        assertThat(asked(node, new LeadershipTransfer(5, 7, false), 1)).isEqualTo(2);
        assertThat(asked(node, new LeadershipTransfer(5, 7, false), 1))
                .as("again")
                .isZero();
        assertThat(asked(node, new LeadershipTransfer(5, 6, false), 1))
                .as("a late one")
                .isZero();
        assertThat(asked(node, new LeadershipTransfer(5, 8, false), 1))
                .as("another attempt")
                .isEqualTo(2);
        assertThat(node.core.view().epoch()).isEqualTo(5);
        assertThat(node.core.view().role()).isEqualTo(Role.FOLLOWER);
    }

    private static long asked(Solo node, LeadershipTransfer transfer, int from) {
        return Solo.sent(node.receives(transfer, member(from)), ElectionRequest.class).stream()
                .filter(request -> request.preVote() && request.handOver() && request.epoch() == 6)
                .count();
    }

    @Test
    void aFollowerOfThatLeaderGrantsByLogAlone() {
        for (boolean preVote : new boolean[] {true, false}) {
            assertThat(Solo.granted(request(follower(), preVote, true, 6, Solo.LOG.index())))
                    .isTrue();
            assertThat(Solo.granted(request(follower(), preVote, false, 6, Solo.LOG.index())))
                    .as("a plain request")
                    .isFalse();
            assertThat(Solo.granted(request(follower(), preVote, true, 7, Solo.LOG.index())))
                    .as("an epoch that is not the next")
                    .isFalse();
            assertThat(Solo.granted(request(follower(), preVote, true, 6, Solo.LOG.index() - 1)))
                    .as("a log that is behind")
                    .isFalse();
            assertThat(Solo.granted(request(new Solo(), preVote, true, 6, Solo.LOG.index())))
                    .as("one that has just started and knows no leader")
                    .isFalse();
        }
    }

    @Test
    void theLeaderItselfGrantsByLogAloneAndFollowsThen() {
        Solo leader = new Solo().leads();
        assertThat(Solo.granted(request(leader, true, true, 7, Solo.LOG.index())))
                .isTrue();
        assertThat(leader.core.view().role()).isEqualTo(Role.LEADER);
        assertThat(Solo.granted(request(leader, false, false, 7, Solo.LOG.index())))
                .isFalse();

        assertThat(Solo.granted(request(leader, false, true, 7, Solo.LOG.index())))
                .isTrue();

        assertThat(leader.core.view().role()).isEqualTo(Role.FOLLOWER);
        assertThat(leader.core.view().epoch()).isEqualTo(7);
    }

    private static Solo follower() {
        Solo node = new Solo().forgetsItsLeader();
        node.receives(Solo.leading(1, 5), member(1));
        return node;
    }

    private static List<io.ngrid.spi.election.ElectionEffect> request(
            Solo node, boolean preVote, boolean handOver, long epoch, long lastIndex) {
        return node.receives(
                new ElectionRequest(
                        preVote,
                        epoch,
                        new io.ngrid.spi.LogPosition(Solo.LOG.epoch(), lastIndex),
                        900 + lastIndex,
                        handOver),
                member(3));
    }

    /** [E5] N=3, W=3: the leader loses its link to node-1, node-2 has both. */
    @Test
    void aLeaderThatHearsFewerThanWHandsOverToOneThatHearsW() {
        TestCluster cluster = CheckQuorumTest.started(3, 3);

        cluster.sever(3).from(1);
        cluster.run(3 * TIMEOUT);

        assertThat(cluster.settledLeader()).isEqualTo(2);
        assertThat(cluster.highestEpoch()).isEqualTo(3);
        cluster.run(60 * TIMEOUT);
        assertThat(cluster.highestEpoch()).as("and it stays there").isEqualTo(3);
    }

    /** [E5] Node-1 is gone, which the leader learns at once, node-2 only by its silence. */
    @Test
    void aLeaderThatHearsFewerThanWDoesNotBelieveOneThatHasNotNoticedYet() {
        TestCluster cluster = CheckQuorumTest.started(3, 3);
        cluster.run(10 * TIMEOUT);

        cluster.vanish(1);
        cluster.sever(3).from(1);
        cluster.run(60 * TIMEOUT);

        assertThat(cluster.settledLeader()).isEqualTo(3);
        assertThat(stops(cluster, 3)).isZero();
    }

    /** [E5] Node-3 is heard by both others, but hears nobody: no leader gets its echo. */
    @Test
    void theLeadershipDoesNotGoToAndFroForAVoterThatHearsNobody() {
        TestCluster cluster = CheckQuorumTest.started(3, 3);

        cluster.cutOneWay(1).to(3);
        cluster.cutOneWay(2).to(3);
        cluster.run(60 * TIMEOUT);

        assertThat(cluster.settledLeader()).isEqualTo(2);
        assertThat(cluster.highestEpoch()).isEqualTo(3);
    }

    @Test
    void aLeaderThatHearsFewerThanWStaysIfNobodyHearsW() {
        TestCluster cluster = CheckQuorumTest.started(5, 5);

        cluster.crash(2);
        cluster.run(60 * TIMEOUT);

        assertThat(cluster.settledLeader()).isEqualTo(5);
        assertThat(stops(cluster, 5)).isZero();
    }

    /** [D3] */
    @Test
    void aLeaderWithAFullDiskHandsOverToOneWithSpaceAndGetsItBackWhenItHasSpace() {
        TestCluster cluster = TestCluster.of(3);
        cluster.handbackDelay = HANDBACK;
        cluster.startAll();
        assertThat(cluster.awaitLeader()).isEqualTo(3);
        cluster.run(2 * TIMEOUT);

        cluster.node(3).handle(new ElectionEvent.SpaceChanged(true), cluster.now());
        cluster.run(3 * TIMEOUT);
        assertThat(cluster.settledLeader()).isEqualTo(2);
        cluster.run(10 * HANDBACK);
        assertThat(cluster.settledLeader()).as("it stays there").isEqualTo(2);
        assertThat(cluster.highestEpoch()).isEqualTo(3);

        cluster.node(3).handle(new ElectionEvent.SpaceChanged(false), cluster.now());
        assertThat(cluster.runUntil(() -> cluster.settledLeader() == 3, HANDBACK + SLACK))
                .isTrue();
        assertThat(cluster.highestEpoch()).isEqualTo(4);
    }

    /** [D3] */
    @Test
    void aLeaderWithAFullDiskStaysIfTheOthersHaveNoSpaceEither() {
        TestCluster cluster = TestCluster.of(3);
        cluster.startAll();
        cluster.awaitLeader();
        cluster.run(2 * TIMEOUT);

        for (int node = 1; node <= 3; node++) {
            cluster.node(node).handle(new ElectionEvent.SpaceChanged(true), cluster.now());
        }
        cluster.run(60 * TIMEOUT);

        assertThat(cluster.settledLeader()).isEqualTo(3);
        assertThat(stops(cluster, 3)).isLessThanOrEqualTo(1); // before it heard of their disks
    }
}
