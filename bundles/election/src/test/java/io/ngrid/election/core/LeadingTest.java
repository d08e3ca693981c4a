package io.ngrid.election.core;

import static io.ngrid.election.core.Solo.LOG;
import static io.ngrid.election.core.Solo.echo;
import static io.ngrid.election.core.Solo.grant;
import static io.ngrid.election.core.Solo.leading;
import static io.ngrid.election.core.Solo.only;
import static io.ngrid.election.core.Solo.request;
import static io.ngrid.election.core.Solo.sent;
import static io.ngrid.election.core.TestCluster.HEARTBEAT;
import static io.ngrid.election.core.TestCluster.MS;
import static io.ngrid.election.core.TestCluster.TIMEOUT;
import static io.ngrid.election.core.TestCluster.member;
import static io.ngrid.election.core.TestCluster.wiped;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ngrid.spi.LogPosition;
import io.ngrid.spi.StateHash;
import io.ngrid.spi.election.ElectionEffect;
import io.ngrid.spi.election.ElectionEffect.Echoed;
import io.ngrid.spi.election.ElectionEffect.Follow;
import io.ngrid.spi.election.ElectionEffect.Lead;
import io.ngrid.spi.election.ElectionEffect.PersistVote;
import io.ngrid.spi.election.ElectionEvent;
import io.ngrid.spi.election.ElectionOptions;
import io.ngrid.spi.election.Role;
import io.ngrid.spi.election.Vote;
import io.ngrid.spi.message.ElectionRequest;
import io.ngrid.spi.message.ElectionResponse;
import io.ngrid.spi.message.Heartbeat;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** [E1], [E3], [E5], [L1] at the candidate and the leader. */
@Timeout(10)
class LeadingTest {
    @Test
    void theEpochRisesOnlyWithThePreVotesAndIsDurableBeforeVotesAreAskedFor() {
        Solo node = new Solo();
        ElectionRequest preVote = node.stands();
        assertThat(preVote).isEqualTo(new ElectionRequest(true, 6, LOG, 1, false));
        assertThat(node.core.view().epoch()).isEqualTo(5);

        List<ElectionEffect> effects = node.receives(grant(preVote), member(1));

        assertThat(effects.subList(0, 2))
                .containsExactly(new PersistVote(new Vote(6, member(2).node())), new Follow(6, null));
        assertThat(sent(effects, ElectionRequest.class))
                .hasSize(2)
                .allMatch(request -> !request.preVote() && request.epoch() == 6);
    }

    @Test
    void aClusterOfOneLeadsAtOnce() {
        ElectionCore core = new ElectionCore(
                new ElectionOptions(
                        member(1), new Vote(1, null), Solo.voters(1), LogPosition.ZERO, 10, 50, ElectionOptions.NEVER),
                new Random(1),
                0);

        List<ElectionEffect> effects = core.handle(new ElectionEvent.Tick(), 0);

        assertThat(effects)
                .startsWith(
                        new Follow(1, null),
                        new PersistVote(new Vote(2, member(1).node())),
                        new Follow(2, null),
                        new Lead(2));
        assertThat(core.nextTickNanos()).isEqualTo(10);
    }

    @Test
    void aLateAnswerToAnEarlierCandidacyDoesNotCount() {
        Solo node = new Solo();
        ElectionRequest first = node.stands();
        node.now += TIMEOUT;
        node.handle(new ElectionEvent.Tick()); // gives up
        assertThat(node.core.view().role()).isEqualTo(Role.FOLLOWER);
        node.receives(Solo.lost(1, 5, LOG), member(1));
        node.now += 3 * HEARTBEAT;
        ElectionRequest second = request(node.handle(new ElectionEvent.Tick()), 1);
        assertThat(second.attempt()).isGreaterThan(first.attempt());

        node.receives(grant(first), member(1));

        assertThat(node.core.view().epoch()).isEqualTo(5);
    }

    @Test
    void unansweredRequestsAreRepeatedWithTheHeartbeats() {
        Solo node = new Solo();
        ElectionRequest first = node.stands();
        node.receives(new ElectionResponse(true, 6, first.attempt(), false, 5), member(3));
        node.now += HEARTBEAT;

        assertThat(sent(node.handle(new ElectionEvent.Tick()), ElectionRequest.class))
                .containsExactly(first);
    }

    @Test
    void aRefusalThatShowsAHigherEpochIsLearntFrom() {
        Solo node = new Solo();
        ElectionRequest first = node.stands();

        List<ElectionEffect> effects =
                node.receives(new ElectionResponse(true, 6, first.attempt(), false, 8), member(1));

        assertThat(effects).startsWith(new PersistVote(new Vote(8, null)), new Follow(8, null));
        assertThat(request(effects, 1).epoch()).isEqualTo(9);
    }

    @Test
    void aLeaderGivesWayToAHigherEpochThatItSees() {
        Solo node = new Solo().leads();

        List<ElectionEffect> effects = node.handle(new ElectionEvent.EpochSeen(9));

        assertThat(effects).startsWith(new PersistVote(new Vote(9, null)), new Follow(9, null));
        assertThat(sent(effects, Heartbeat.class)).hasSize(2).allMatch(h -> h.leader() == null && h.lostLeader());
    }

    @Test
    void aFollowerOfALiveLeaderDoesNot() {
        Solo node = new Solo().forgetsItsLeader();
        node.receives(leading(1, 5), member(1));

        assertThat(node.handle(new ElectionEvent.EpochSeen(9))).isEmpty();
        node.receives(Solo.lost(3, 9, LOG), member(3));

        assertThat(node.core.view().leader()).isEqualTo(member(1).node());
        assertThat(node.core.view().epoch()).isEqualTo(5);
    }

    @Test
    void aLeaderThatSaysItLeadsNoMoreIsLostAtOnce() {
        Solo node = new Solo().forgetsItsLeader();
        node.receives(leading(1, 5), member(1));

        List<ElectionEffect> effects = node.receives(Solo.lost(1, 5, LOG), member(1));

        assertThat(effects).startsWith(new Follow(5, null));
        assertThat(sent(effects, Heartbeat.class)).hasSize(2).allMatch(Heartbeat::lostLeader);
    }

    @Test
    void aHeartbeatThatWantsAReplyGetsOneAtOnceThatWantsNone() {
        Solo node = new Solo().forgetsItsLeader();
        Heartbeat h = leading(1, 5);
        node.receives(h, member(1));

        Heartbeat asking = new Heartbeat(
                5, h.leader(), LOG, 0, 0, h.hears(), false, false, true, false, 77, 0, 0, true, StateHash.NONE);
        List<ElectionEffect> effects = node.receives(asking, member(1));

        assertThat(effects).hasSize(1);
        Heartbeat reply = sent(effects, Heartbeat.class).get(0);
        assertThat(reply.replyWanted()).isFalse();
        assertThat(reply.echoRound()).isEqualTo(77);
        assertThat(reply.echoEpoch()).isEqualTo(5);
    }

    @Test
    void everyWaitingReadGetsARoundThatWasNotUsedBefore() {
        Solo node = new Solo().leads();

        for (int i = 0; i < 3; i++) {
            long round = node.core.nextRound();
            List<ElectionEffect> effects = node.handle(new ElectionEvent.RoundWanted());
            assertThat(sent(effects, Heartbeat.class)).hasSize(2).allMatch(h -> h.round() == round && h.replyWanted());
        }
    }

    @Test
    void H35_onlyEchoesInThisEpochFromVotersStillInItConfirm() {
        Solo node = new Solo().leads();
        long round = node.core.nextRound();
        node.handle(new ElectionEvent.RoundWanted());

        assertThat(echoes(node.receives(echo(6, round, 5), member(1))))
                .as("got in another epoch")
                .isEmpty();
        assertThat(echoes(node.receives(echo(6, round + 1, 6), member(1))))
                .as("never sent")
                .isEmpty();
        assertThat(echoes(node.receives(echo(6, round, 6), wiped(1))))
                .as("memory lost")
                .isEmpty();
        assertThat(echoes(node.receives(echo(6, round, 6), member(4))))
                .as("no voter")
                .isEmpty();
        assertThat(echoes(node.receives(echo(6, round, 6), member(1)))).containsExactly(new Echoed(member(1), round));
        assertThat(echoes(node.receives(echo(6, round, 6), member(1))))
                .as("again")
                .isEmpty();

        List<ElectionEffect> promisedElsewhere = node.receives(echo(7, round, 6), member(3));
        assertThat(echoes(promisedElsewhere)).isEmpty();
        assertThat(node.core.view().role()).isEqualTo(Role.FOLLOWER);
    }

    @Test
    void H35_aLeaderThatIsNoneAnyMoreConfirmsNothing() {
        Solo node = new Solo().leads();
        long round = node.core.nextRound();
        node.handle(new ElectionEvent.RoundWanted());
        node.receives(leading(3, 7), member(3));

        assertThat(echoes(node.receives(echo(6, round, 6), member(1)))).isEmpty();
        assertThat(node.handle(new ElectionEvent.RoundWanted())).isEmpty();
    }

    @Test
    void anEchoOfAnOldRoundIsNoSignOfLife() {
        Solo node = new Solo().leads();
        long round = node.core.nextRound();
        node.handle(new ElectionEvent.RoundWanted());
        node.now += TIMEOUT - 1;
        node.handle(new ElectionEvent.Tick());

        assertThat(echoes(node.receives(echo(6, round, 6), member(1)))).hasSize(1);
        node.now += 1;
        node.handle(new ElectionEvent.Tick());

        assertThat(node.core.view().role()).isEqualTo(Role.FOLLOWER);
    }

    @Test
    void echoesKeepALeaderAndItsTickIsExact() {
        Solo node = new Solo().leads();
        long echoedAt = node.now + TIMEOUT - 1;
        while (node.core.nextTickNanos() <= echoedAt) {
            node.now = node.core.nextTickNanos();
            node.handle(new ElectionEvent.Tick());
        }
        long round = node.core.nextRound();
        long sentAt = node.now = echoedAt;
        node.handle(new ElectionEvent.RoundWanted());
        node.receives(echo(6, round, 6), member(1));

        while (node.core.view().role() == Role.LEADER && node.now - sentAt < 2 * TIMEOUT) {
            node.now = node.core.nextTickNanos();
            node.handle(new ElectionEvent.Tick());
        }

        // The time of first use is kept in steps of a 64th of the time-out, rounded down.
        assertThat(node.now).isBetween(sentAt + TIMEOUT - TIMEOUT / 64, sentAt + TIMEOUT);
    }

    @Test
    void aHundredThousandRoundsAreRememberedInBounds() {
        Rounds rounds = new Rounds(TIMEOUT);
        rounds.lead();
        for (int i = 0; i < 100_000; i++) {
            rounds.begin(i * MS / 10);
        }

        assertThat(rounds.remembered()).isBetween(2, 66);
        assertThat(rounds.echo(member(1).node(), 100_000)).isTrue();
        assertThat(rounds.isHeard(member(1).node(), 9_999 * MS)).isTrue();
    }

    @Test
    void aNewConfigurationEndsACandidacy() {
        Solo node = new Solo();
        ElectionRequest preVote = node.stands();

        node.handle(new ElectionEvent.Configured(Solo.voters(1, 2, 3, 4, 5)));
        node.receives(grant(preVote), member(1));

        assertThat(node.core.view().epoch()).isEqualTo(5);
    }

    @Test
    void illegalChangesOfRoleAreRefused() {
        State state = new State(
                new ElectionOptions(
                        member(1),
                        new Vote(1, null),
                        Solo.voters(1, 2, 3),
                        LogPosition.ZERO,
                        HEARTBEAT,
                        TIMEOUT,
                        ElectionOptions.NEVER),
                0);

        assertThatThrownBy(() -> state.become(Role.LEADER))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContainingAll("FOLLOWER", "LEADER");
        state.become(Role.CANDIDATE);
        state.become(Role.LEADER);
        assertThatThrownBy(() -> state.become(Role.CANDIDATE))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContainingAll("LEADER", "CANDIDATE");
    }

    private static List<Echoed> echoes(List<ElectionEffect> effects) {
        return only(effects, Echoed.class);
    }
}
