package io.ngrid.simulation.check;

import static org.assertj.core.api.Assertions.assertThat;

import io.ngrid.simulation.check.Call.Clear;
import io.ngrid.simulation.check.Call.Flag;
import io.ngrid.simulation.check.Call.NotExecuted;
import io.ngrid.simulation.check.Call.Offer;
import io.ngrid.simulation.check.Call.Peek;
import io.ngrid.simulation.check.Call.Poll;
import io.ngrid.simulation.check.Call.Unknown;
import io.ngrid.simulation.check.Call.Values;
import io.ngrid.simulation.check.Finding.Kind;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class QueueCheckTest {
    private static void good(Told told) {
        assertThat(told.check()).isEmpty();
        assertThat(BruteForce.accepts(told.history())).isTrue();
    }

    private static void bad(Kind kind, Told told) {
        assertThat(told.check()).extracting(Finding::kind).contains(kind);
        assertThat(BruteForce.accepts(told.history())).isFalse();
    }

    @Test
    void whatConcurrentCallsMaySee() {
        good(new Told()
                .offer("a", 1, 9, 1)
                .offer("b", 1, 9, 2)
                .poll("c", 2, 8, 2)
                .poll("d", 2, 8, 1));
        good(new Told().offer("a", 1, 9, 1).poll("b", 2, 3).poll("b", 4, 5, 1).poll("b", 6, 7));
    }

    @Test
    void lost() {
        bad(Kind.LOST, new Told().offer("a", 1, 2, 1).poll("b", 3, 4));
        bad(Kind.LOST, new Told().offer("a", 1, 2, 1).offer("a", 3, 4, 2).poll("b", 5, 6, 2));
        bad(Kind.LOST, new Told().offer("a", 1, 2, 1, 2).poll("b", 5, 6, 1).poll("b", 7, 8));
    }

    @Test
    void anUnknownPollMayHaveTakenWhatIsMissingButNoMore() {
        good(new Told().offer("a", 1, 2, 1).unknownPoll("b", 2, 9, 1).poll("c", 4, 5));
        good(new Told().offer("a", 1, 2, 1, 2, 3).unknownPoll("b", 2, 9, 2).poll("c", 4, 5, 3));
        bad(
                Kind.LOST,
                new Told().offer("a", 1, 2, 1, 2).unknownPoll("b", 2, 9, 1).poll("c", 4, 5));
        bad(Kind.LOST, new Told().offer("a", 1, 2, 1).poll("c", 4, 5).unknownPoll("b", 6, 9, 1));
        bad(
                Kind.LOST,
                new Told()
                        .offer("a", 1, 2, 1)
                        .unknownPoll("b", 2, 5, 1)
                        .poll("b", 6, 7, 1)
                        .poll("b", 8, 9)
                        .offer("a", 3, 4, 2));
    }

    @Test
    void doubled() {
        bad(Kind.DOUBLED, new Told().offer("a", 1, 2, 1).poll("b", 3, 4, 1).poll("c", 3, 4, 1));
        bad(Kind.DOUBLED, new Told().offer("a", 1, 2, 1).pollBatch("b", 3, 4, 2, 1, 1));
    }

    @Test
    void invented() {
        bad(Kind.INVENTED, new Told().poll("b", 3, 4, 7));
        bad(Kind.INVENTED, new Told().poll("b", 3, 4, 7).offer("a", 5, 6, 7));
        bad(Kind.INVENTED, new Told().refusedOffer("a", 1, 2, 7).poll("b", 3, 4, 7));
        bad(
                Kind.INVENTED,
                new Told()
                        .capacity(1)
                        .offer("a", 1, 2, 1)
                        .full("a", 3, 4, 7)
                        .poll("b", 5, 6, 1)
                        .peek("b", 7, 8, 7));
    }

    @Test
    void outOfOrder() {
        bad(
                Kind.OUT_OF_ORDER,
                new Told()
                        .offer("a", 1, 2, 1)
                        .offer("b", 3, 4, 2)
                        .poll("c", 5, 6, 2)
                        .poll("c", 7, 8, 1));
        bad(
                Kind.OUT_OF_ORDER,
                new Told().offer("a", 1, 9, 1, 2).poll("c", 5, 6, 2).poll("c", 7, 8, 1));
        bad(Kind.OUT_OF_ORDER, new Told().offer("a", 1, 2, 1, 2).pollBatch("c", 5, 6, 2, 2, 1));
    }

    @Test
    void aSessionsOffersAreInOrderEvenIfTheyOverlap() {
        good(new Told()
                .offer("a", 1, 9, 1)
                .offer("a", 1, 9, 2)
                .poll("c", 5, 6, 1)
                .poll("c", 7, 8, 2));
        bad(
                Kind.OUT_OF_ORDER,
                new Told()
                        .offer("a", 1, 9, 1)
                        .offer("a", 1, 9, 2)
                        .poll("c", 5, 6, 2)
                        .poll("c", 7, 8, 1));
        good(new Told()
                .call("a", 1, 9, new Offer("q", List.of(1L), true), new Flag(true))
                .offer("a", 1, 9, 2)
                .poll("c", 5, 6, 2)
                .poll("c", 7, 8, 1)); // it waited
    }

    @Test
    void aSessionsReadSeesItsWrites() {
        good(new Told().offer("a", 1, 9, 1).size("a", 2, 3, 1));
        bad(Kind.WRONG_SIZE, new Told().offer("a", 1, 9, 1).size("a", 2, 3, 0));
        good(new Told().offer("a", 1, 9, 1).size("b", 2, 3, 0));
        good(new Told().unknownOffer("a", 1, 2, 1).size("a", 3, 4, 0).poll("b", 5, 6, 1)); // it was given up
    }

    @Test
    void offersOfSeveralAreAtomic() {
        good(new Told().offer("a", 1, 9, 1, 2).offer("b", 1, 9, 3).pollBatch("c", 5, 6, 3, 3, 1, 2));
        bad(
                Kind.OUT_OF_ORDER,
                new Told().offer("a", 1, 9, 1, 2).offer("b", 1, 9, 3).pollBatch("c", 5, 6, 3, 1, 3, 2));
        bad(Kind.WRONGLY_EMPTY, new Told().offer("a", 1, 9, 1, 2).pollBatch("c", 5, 6, 2, 1));
    }

    @Test
    void wronglyEmpty() {
        bad(Kind.WRONGLY_EMPTY, new Told().offer("a", 1, 2, 1).poll("b", 3, 4).poll("b", 5, 6, 1));
        bad(
                Kind.WRONGLY_EMPTY,
                new Told()
                        .offer("a", 1, 2, 1)
                        .offer("a", 3, 4, 2)
                        .poll("b", 3, 6)
                        .poll("b", 5, 7, 1)
                        .poll("b", 8, 9, 2));
        good(new Told()
                .offer("a", 1, 2, 1)
                .offer("a", 5, 6, 2)
                .poll("b", 3, 6)
                .poll("c", 4, 5, 1)
                .poll("b", 8, 9, 2));
    }

    @Test
    void unknownOffersTakeEffectLateOrNever() {
        good(new Told().unknownOffer("a", 1, 2, 1).poll("b", 3, 4).poll("b", 5, 6, 1));
        good(new Told()
                .unknownOffer("a", 1, 2, 1)
                .offer("b", 3, 4, 2)
                .poll("b", 5, 6, 2)
                .poll("b", 7, 8));
        bad(
                Kind.DOUBLED,
                new Told().unknownOffer("a", 1, 2, 1).poll("b", 3, 4, 1).poll("b", 5, 6, 1));
    }

    @Test
    void aSessionsUnknownOfferComesBeforeWhatFollowsOrNever() {
        bad(
                Kind.OUT_OF_ORDER,
                new Told()
                        .unknownOffer("a", 1, 2, 1)
                        .offer("a", 3, 4, 2)
                        .poll("b", 5, 6, 2)
                        .poll("b", 7, 8, 1));
    }

    @Test
    void fullOnlyIfItIs() {
        good(new Told()
                .capacity(2)
                .offer("a", 1, 2, 1, 2)
                .full("a", 3, 4, 3)
                .poll("a", 5, 6, 1)
                .offer("a", 7, 8, 4));
        bad(Kind.WRONG_SIZE, new Told().capacity(2).offer("a", 1, 2, 1).full("a", 3, 4, 2));
        bad(
                Kind.WRONG_SIZE,
                new Told().capacity(2).offer("a", 1, 2, 1).offer("a", 3, 4, 2).offer("a", 5, 6, 3));
        good(new Told()
                .capacity(2)
                .offer("a", 1, 2, 1)
                .unknownOffer("b", 1, 2, 9)
                .full("a", 3, 4, 2)); // 9 is in it
    }

    @Test
    void peekAndSize() {
        good(new Told()
                .offer("a", 1, 2, 1, 2)
                .peek("b", 3, 4, 1)
                .size("b", 5, 6, 2)
                .poll("b", 7, 8, 1)
                .peek("b", 9, 10, 2));
        bad(Kind.LOST, new Told().offer("a", 1, 2, 1, 2).peek("b", 3, 4, 2));
        bad(Kind.LOST, new Told().offer("a", 1, 2, 1).peek("b", 3, 4));
        bad(Kind.WRONG_SIZE, new Told().offer("a", 1, 2, 1, 2).size("b", 3, 4, 1));
    }

    @Test
    void browsing() {
        good(new Told()
                .offer("a", 1, 2, 1, 2, 3)
                .browse("b", 3, 4, 2, 1, 2)
                .browse("b", 5, 6, 9, 1, 2, 3)
                .browseAfter("b", 7, 8, 2, 3)
                .poll("a", 9, 10, 1)
                .browseAfter("b", 11, 12, 1, 2, 3));
        good(new Told()
                .offer("a", 1, 9, 1)
                .offer("b", 1, 9, 2)
                .browse("c", 3, 4, 9, 2)
                .browse("c", 5, 6, 9, 2, 1));
        bad(Kind.LOST, new Told().offer("a", 1, 2, 1).offer("a", 3, 4, 2).browse("b", 5, 6, 9, 2));
        bad(Kind.LOST, new Told().offer("a", 1, 2, 1).browse("b", 3, 4, 9));
        bad(
                Kind.WRONGLY_EMPTY,
                new Told().offer("a", 1, 2, 1).browse("b", 3, 4, 9).poll("b", 5, 6, 1));
        bad(
                Kind.WRONG_SIZE,
                new Told().offer("a", 1, 2, 1, 2).browse("b", 3, 4, 9, 1).size("b", 5, 6, 2));
        bad(Kind.STALE_READ, new Told().offer("a", 1, 2, 1).poll("a", 3, 4, 1).browse("b", 5, 6, 9, 1));
        bad(Kind.STALE_READ, new Told().offer("a", 1, 2, 1).poll("a", 3, 4, 1).browseAfter("b", 5, 6, 7, 1));
        bad(Kind.INVENTED, new Told().browse("b", 5, 6, 9, 1));
        bad(
                Kind.LOST,
                new Told()
                        .offer("a", 1, 2, 1, 2, 3)
                        .browseAfter("b", 3, 4, 1, 3)
                        .poll("a", 9, 10, 1, 2, 3));
        bad(
                Kind.LOST,
                new Told().offer("a", 1, 2, 1, 2).browseAfter("b", 3, 4, 1).poll("a", 9, 10, 1, 2));
        good(new Told().offer("a", 1, 2, 1, 2, 3).poll("a", 3, 4, 1, 2).browseAfter("b", 3, 4, 1, 3));
    }

    @Test
    void whatIsBrowsedIsInOrder() {
        bad(
                Kind.OUT_OF_ORDER,
                new Told().offer("a", 1, 2, 1).offer("a", 3, 4, 2).browse("b", 5, 6, 9, 2, 1));
        bad(Kind.OUT_OF_ORDER, new Told().offer("a", 1, 2, 1, 2, 3).browseAfter("b", 5, 6, 9, 1, 3));
        bad(
                Kind.OUT_OF_ORDER,
                new Told()
                        .offer("a", 1, 9, 1)
                        .offer("b", 1, 9, 2)
                        .browse("c", 2, 3, 9, 1, 2)
                        .poll("c", 4, 5, 2)
                        .poll("c", 6, 7, 1));
    }

    @Test
    void cleared() {
        good(new Told()
                .offer("a", 1, 2, 1, 2)
                .clear("a", 3, 4)
                .poll("b", 5, 6)
                .size("b", 5, 6, 0)
                .offer("a", 7, 8, 3)
                .poll("b", 9, 10, 3));
        good(new Told().offer("a", 1, 9, 1).clear("b", 3, 4).poll("b", 5, 6, 1));
        good(new Told().offer("a", 1, 2, 1).clear("b", 3, 8).poll("c", 4, 5, 1));
        good(new Told()
                .offer("a", 1, 2, 1)
                .call("b", 3, 4, new Clear("q"), new Unknown())
                .poll("c", 5, 6));
        good(new Told()
                .offer("a", 1, 2, 1)
                .call("b", 3, 4, new Clear("q"), new Unknown())
                .poll("c", 5, 6, 1));
        bad(Kind.STALE_READ, new Told().offer("a", 1, 2, 1).clear("b", 3, 4).poll("c", 5, 6, 1));
        bad(Kind.STALE_READ, new Told().offer("a", 1, 2, 1).clear("b", 3, 4).browse("c", 5, 6, 9, 1));
        bad(
                Kind.STALE_READ,
                new Told()
                        .offer("a", 1, 9, 1)
                        .clear("a", 2, 9)
                        .call("a", 3, 9, new Peek("q"), new Values(List.of(1L))));
        bad(Kind.WRONG_SIZE, new Told().offer("a", 1, 2, 1, 2).clear("b", 3, 4).size("c", 5, 6, 2));
        bad(Kind.LOST, new Told().offer("a", 1, 2, 1).poll("b", 3, 4).clear("b", 5, 6));
        bad(Kind.LOST, new Told().clear("b", 1, 2).offer("a", 3, 4, 1).poll("b", 5, 6));
        bad(
                Kind.LOST,
                new Told()
                        .offer("a", 1, 2, 1)
                        .call("b", 3, 4, new Clear("q"), new NotExecuted())
                        .poll("c", 5, 6));
    }

    @Test
    void theOldestAreDroppedFromAFullQueueThatDropsThem() {
        good(new Told()
                .dropsOldest(2)
                .offer("a", 1, 2, 1, 2)
                .offer("a", 3, 4, 3)
                .size("b", 5, 6, 2)
                .poll("b", 7, 8, 2)
                .poll("b", 9, 10, 3)
                .poll("b", 11, 12));
        good(new Told().dropsOldest(2).full("a", 1, 2, 1, 2, 3).poll("b", 3, 4));
        good(new Told()
                .dropsOldest(1)
                .offer("a", 1, 2, 1)
                .unknownOffer("b", 3, 4, 2)
                .poll("c", 5, 6, 2)
                .poll("c", 7, 8));
        bad(Kind.WRONG_SIZE, new Told().dropsOldest(2).offer("a", 1, 2, 1, 2).full("a", 3, 4, 3));
        bad(Kind.WRONG_SIZE, new Told().dropsOldest(2).offer("a", 1, 2, 1, 2, 3));
        bad(
                Kind.WRONG_SIZE,
                new Told()
                        .dropsOldest(2)
                        .offer("a", 1, 2, 1, 2)
                        .offer("a", 3, 4, 3)
                        .size("b", 5, 6, 3));
        bad(
                Kind.LOST, // there was room
                new Told()
                        .dropsOldest(2)
                        .offer("a", 1, 2, 1)
                        .offer("a", 3, 4, 2)
                        .poll("b", 5, 6, 2));
        bad(
                Kind.LOST, // one offered, two dropped
                new Told()
                        .dropsOldest(2)
                        .offer("a", 1, 2, 1, 2)
                        .offer("a", 3, 4, 3)
                        .poll("b", 5, 6, 3));
        bad(
                Kind.LOST, // the oldest one is still there
                new Told()
                        .dropsOldest(2)
                        .offer("a", 1, 2, 1)
                        .offer("a", 3, 4, 2)
                        .offer("a", 5, 6, 3)
                        .poll("b", 7, 8, 1)
                        .poll("b", 9, 10, 3));
    }

    @Test
    void waitingPollsHaveNoPlaceInTheirSession() {
        good(new Told()
                .call("a", 1, 9, new Poll("q", 1, true), new Values(List.of(2L)))
                .poll("a", 3, 8, 1)
                .offer("b", 1, 2, 1)
                .offer("b", 3, 4, 2));
    }

    @Test
    void longHistoriesOfManyClientsAreDecided() {
        for (int capacity : new int[] {3, 20, 1_000_000}) {
            for (long seed = 0; seed < 5; seed++) {
                SplittableRandom random = new SplittableRandom(seed);
                assertThat(Checker.check(RandomHistory.ofMany(random, 3_000, capacity, seed == 4, 8)))
                        .as("capacity " + capacity + ", seed " + seed)
                        .isEmpty();
            }
        }
    }
}
