package io.ngrid.node.state;

import static io.ngrid.node.state.Grid.NODE_1;
import static io.ngrid.node.state.Grid.NODE_2;
import static io.ngrid.node.state.Grid.SESSION;
import static io.ngrid.node.state.Grid.offer;
import static io.ngrid.node.state.Grid.poll;
import static org.assertj.core.api.Assertions.assertThat;

import io.ngrid.api.FullPolicy;
import io.ngrid.api.QueueSettings;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** [S1] to [S3] in small. The queue is created by sequence 1. */
@Timeout(60)
class SessionTest {
    private final Grid grid = Grid.withSession();

    @BeforeEach
    void createQueue() {
        grid.execute(1, 1, new Action.CreateQueue(new QueueSettings("q", "bytes", List.of(), 100, FullPolicy.REJECT)));
    }

    @Test
    void H01_aRepeatedOfferIsAnsweredFromItsResultAndHasNoSecondEffect() {
        Outcome first = grid.execute(2, 1, offer("q", "a"));
        GridState after = grid.state;
        assertThat(first).isEqualTo(new Outcome.Executed(new Result.Flag(true)));
        assertThat(grid.execute(2, 1, offer("q", "a"))).isEqualTo(first);
        assertThat(grid.state.queues()).isEqualTo(after.queues());
        assertThat(grid.state.sessions()).isEqualTo(after.sessions());
        assertThat(grid.bodies.puts).isEqualTo(1);
    }

    @Test
    void H34_aRepeatedPollGetsTheSameElementWhileOthersTakeOn() {
        grid.execute(2, 1, offer("q", "a", "b"));
        Outcome.Executed first = (Outcome.Executed) grid.execute(3, 1, poll("q"));
        Outcome.Executed second = (Outcome.Executed) grid.execute(4, 1, poll("q"));
        Outcome.Executed again = (Outcome.Executed) grid.execute(3, 1, poll("q"));
        assertThat(grid.elements(first.result())).containsExactly("a");
        assertThat(grid.elements(second.result())).containsExactly("b");
        assertThat(again).isEqualTo(first);
    }

    @Test
    void aBodyStaysUntilTheFloorPassesItsPoll() {
        grid.execute(2, 1, offer("q", "a"));
        grid.execute(3, 1, poll("q"));
        assertThat(grid.bodies.releases).isZero();
        grid.execute(4, 3, poll("q"));
        assertThat(grid.bodies.releases).isZero();
        grid.execute(5, 4, poll("q"));
        assertThat(grid.bodies.references()).isEmpty();
    }

    @Test
    void aBodyStaysUntilItsPollIsClosed() {
        grid.execute(2, 1, offer("q", "a"));
        grid.execute(3, 1, poll("q"));
        grid.apply(new Command.Execute(SESSION, 4, 1, List.of(3L), List.of(), poll("q")));
        assertThat(grid.bodies.references()).isEmpty();
        assertThat(grid.execute(3, 1, poll("q"))).isEqualTo(new Outcome.Settled());
        grid.execute(5, 5, poll("q"));
        assertThat(grid.bodies.releases).isEqualTo(1);
    }

    @Test
    void belowTheFloorNothingIsExecuted() {
        grid.execute(5, 5, offer("q", "e"));
        assertThat(grid.execute(4, 1, offer("q", "d"))).isEqualTo(new Outcome.Settled());
        assertThat(grid.execute(4, 4, offer("q", "d"))).isEqualTo(new Outcome.Settled());
        assertThat(grid.state.readyCount("q")).isEqualTo(1);
    }

    @Test
    void theFloorNeverFalls() {
        grid.execute(5, 5, offer("q", "e"));
        grid.execute(6, 2, offer("q", "f"));
        assertThat(grid.state.sessions().get(SESSION).get().floor()).isEqualTo(5);
    }

    @Test
    void aFloorAboveTheSequenceSettlesIt() {
        assertThat(grid.execute(2, 3, offer("q", "a"))).isEqualTo(new Outcome.Settled());
        assertThat(grid.execute(2, 1, offer("q", "a"))).isEqualTo(new Outcome.Settled());
        assertThat(grid.execute(3, 1, offer("q", "b"))).isInstanceOf(Outcome.Executed.class);
    }

    @Test
    void aGapIsNotExecutedAndNamesTheFirstMissingSequence() {
        assertThat(grid.execute(4, 1, offer("q", "c"))).isEqualTo(new Outcome.Gap(2));
        assertThat(grid.state.readyCount("q")).isZero();
        grid.execute(2, 1, offer("q", "a"));
        assertThat(grid.execute(4, 1, offer("q", "c"))).isEqualTo(new Outcome.Gap(3));
        grid.execute(3, 1, offer("q", "b"));
        assertThat(grid.execute(4, 1, offer("q", "c"))).isInstanceOf(Outcome.Executed.class);
    }

    @Test
    void aRequestIsObeyedInWhatItSaysOfOthersEvenIfItIsNotExecuted() {
        assertThat(grid.apply(new Command.Execute(SESSION, 9, 2, List.of(3L), List.of(4L), poll("q"))))
                .isEqualTo(new Outcome.Gap(2));
        assertThat(grid.execute(3, 1, offer("q", "x"))).isEqualTo(new Outcome.Settled());
        assertThat(grid.execute(4, 1, poll("q"))).isEqualTo(new Outcome.Executed(new Result.Polled(0, List.of())));
        assertThat(grid.execute(2, 1, offer("q", "x"))).isInstanceOf(Outcome.Executed.class);
        assertThat(grid.execute(9, 1, poll("q"))).isEqualTo(new Outcome.Gap(5));
    }

    @Test
    void aClosedSequenceIsNoGapAndNeverExecuted() {
        assertThat(grid.apply(new Command.Execute(SESSION, 4, 1, List.of(2L, 3L), List.of(), offer("q", "c"))))
                .isEqualTo(new Outcome.Executed(new Result.Flag(true)));
        assertThat(grid.execute(3, 1, offer("q", "b"))).isEqualTo(new Outcome.Settled());
        assertThat(grid.state.readyCount("q")).isEqualTo(1);
    }

    @Test
    void aPollReadAsEmptyStaysEmptyWhenItIsResent() {
        Command next = new Command.Execute(SESSION, 3, 1, List.of(), List.of(2L), offer("q", "a"));
        assertThat(grid.apply(next)).isInstanceOf(Outcome.Executed.class);
        assertThat(grid.execute(2, 1, poll("q"))).isEqualTo(new Outcome.Executed(new Result.Polled(0, List.of())));
        assertThat(grid.state.readyCount("q")).isEqualTo(1);
    }

    @Test
    void readEmptyDoesNotTouchAnExecutedOrClosedOrSettledSequence() {
        grid.execute(2, 1, offer("q", "a"));
        grid.execute(3, 1, poll("q"));
        grid.apply(new Command.Execute(SESSION, 5, 2, List.of(4L), List.of(1L, 3L, 4L), poll("q")));
        assertThat(grid.elements(((Outcome.Executed) grid.execute(3, 1, poll("q"))).result()))
                .containsExactly("a");
        assertThat(grid.execute(4, 1, poll("q"))).isEqualTo(new Outcome.Settled());
        assertThat(grid.execute(1, 1, poll("q"))).isEqualTo(new Outcome.Settled());
    }

    @Test
    void anUnknownSessionExecutesNothing() {
        Command stranger = new Command.Execute(new UUID(0, 99), 1, 1, List.of(), List.of(), offer("q", "a"));
        assertThat(grid.apply(stranger)).isEqualTo(new Outcome.SessionUnknown());
        assertThat(grid.apply(new Command.CloseSession(new UUID(0, 99)))).isEqualTo(new Outcome.SessionUnknown());
        assertThat(grid.state.readyCount("q")).isZero();
    }

    @Test
    void openingAgainChangesNothing() {
        grid.execute(2, 1, offer("q", "a"));
        var before = grid.state.sessions();
        assertThat(grid.open(SESSION, NODE_1, 1)).isEqualTo(new Outcome.Opened(SESSION));
        assertThat(grid.state.sessions()).isEqualTo(before);
    }

    @Test
    void aLaterStartEndsTheSessionsOfEarlierOnesOfItsStorageOnly() {
        UUID other = new UUID(0, 2);
        UUID later = new UUID(0, 3);
        grid.open(other, NODE_2, 1);
        grid.execute(2, 1, offer("q", "a"));
        grid.execute(3, 1, poll("q"));
        grid.open(later, NODE_1, 2);
        assertThat(grid.state.sessionOwner(SESSION)).isNull();
        assertThat(grid.state.sessionOwner(other)).isEqualTo(NODE_2);
        assertThat(grid.state.sessionOwner(later)).isEqualTo(NODE_1);
        assertThat(grid.bodies.references()).isEmpty();
        assertThat(grid.execute(4, 1, poll("q"))).isEqualTo(new Outcome.SessionUnknown());
    }

    @Test
    void anEndedSessionIsNotOpenedAgain() {
        Command offer = new Command.Execute(SESSION, 2, 1, List.of(), List.of(), offer("q", "a"));
        grid.apply(offer);
        grid.apply(new Command.CloseSession(SESSION));
        assertThat(grid.open(SESSION, NODE_1, 1)).isEqualTo(new Outcome.SessionUnknown());
        assertThat(grid.apply(offer)).isEqualTo(new Outcome.SessionUnknown());
        UUID second = new UUID(0, 2);
        assertThat(grid.open(second, NODE_1, 1)).isEqualTo(new Outcome.Opened(second));
        UUID later = new UUID(0, 3);
        assertThat(grid.open(later, NODE_1, 2)).isEqualTo(new Outcome.Opened(later));
        assertThat(grid.state.ended()).isEmpty();
        for (UUID past : List.of(SESSION, second)) {
            assertThat(grid.open(past, NODE_1, 1)).isEqualTo(new Outcome.SessionUnknown());
        }
        grid.apply(new Command.CloseSession(later));
        assertThat(grid.open(SESSION, NODE_1, 1)).isEqualTo(new Outcome.SessionUnknown());
        assertThat(grid.state.readyCount("q")).isEqualTo(1);
    }

    @Test
    void closingASessionReleasesWhatItPolled() {
        grid.execute(2, 1, offer("q", "a", "b", "c"));
        grid.execute(3, 1, new Action.Poll("q", 2));
        assertThat(grid.apply(new Command.CloseSession(SESSION))).isEqualTo(new Outcome.Executed(new Result.Done()));
        assertThat(grid.bodies.references())
                .isEqualTo(LiveBodies.referencesOf(grid.state))
                .hasSize(1);
    }

    @Test
    void whatIsSettledCountsFromTheFloor() {
        assertThat(grid.state.firstUnsettled(SESSION)).isEqualTo(2);
        grid.apply(new Command.Execute(SESSION, 9, 3, List.of(4L, 7L), List.of(3L), poll("q")));
        assertThat(grid.state.firstUnsettled(SESSION)).isEqualTo(5);
        for (long settled : List.of(1L, 2L, 3L, 4L, 7L)) {
            assertThat(grid.state.isSettled(SESSION, settled)).isTrue();
        }
        for (long open : List.of(5L, 6L, 8L, 9L)) {
            assertThat(grid.state.isSettled(SESSION, open)).isFalse();
        }
        assertThat(grid.state.firstUnsettled(new UUID(5, 5))).isEqualTo(1);
        assertThat(grid.state.isSettled(new UUID(5, 5), 1)).isFalse();
    }

    @Test
    void aLeapOfTheFloorCostsNoWalk() {
        grid.execute(2, 1, offer("q", "a"));
        grid.execute(3, 1, poll("q"));
        long far = ByteReader.MAX_SEQUENCE;
        assertThat(grid.apply(new Command.Execute(SESSION, far, far, List.of(far), List.of(), poll("q"))))
                .isEqualTo(new Outcome.Settled());
        assertThat(grid.bodies.references()).isEmpty();
        assertThat(grid.execute(4, 1, poll("q"))).isEqualTo(new Outcome.Settled());
    }
}
