package io.ngrid.node.client;

import static io.ngrid.node.client.ProxyScript.errorOf;
import static org.assertj.core.api.Assertions.assertThat;

import io.ngrid.api.NodeClosedException;
import io.ngrid.api.OperationTimeoutException;
import io.ngrid.node.client.Response.Refused;
import io.ngrid.node.state.Result;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Calls that wait for an element or for room [S5]. */
@Timeout(value = 30, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class WaitingCallsTest {
    private final ProxyScript script = new ProxyScript().led();

    @Test
    void aPollOfAnEmptyQueueWaitsForAWakeAndProposesAnew() {
        CompletableFuture<GridClient.Done> poll = script.pollWaiting(5_000);
        assertThat(script.sent()).containsExactly("write 1 floor 1 poll");
        script.empty(1);
        assertThat(script.sent()).containsExactly("interest elements 1");
        assertThat(script.proxy.waiters()).containsEntry("q", 1);
        script.wake(7);
        assertThat(script.sent()).containsExactly("write 2 floor 2 wake 7 poll", "interest elements 0");
        script.polled(2, "x");
        assertThat(poll.join().bodies()).hasSize(1);
        assertThat(script.proxy.waiters()).isEmpty();
    }

    @Test
    void anOfferToAFullQueueWaitsForRoom() {
        CompletableFuture<GridClient.Done> offer = script.offerWaiting("a", 5_000);
        script.full(1);
        assertThat(script.sent()).containsExactly("write 1 floor 1 offer a", "interest room 1");
        script.answer(new Response.Wake("q", true, 3));
        script.executed(2);
        assertThat(offer.join().result()).isEqualTo(new Result.Flag(true));
    }

    @Test
    void anElementThatIsThereIsTakenAtOnce() {
        CompletableFuture<GridClient.Done> poll = script.pollWaiting(5_000);
        script.polled(1, "x");
        assertThat(poll.join().bodies()).hasSize(1);
        assertThat(script.sent()).containsExactly("write 1 floor 1 poll");
    }

    @Test
    void whoeverWaitsLongestIsWokenFirstAndAVainProposalCostsNoTurn() {
        PendingWrite first = script.pollWaiting(5_000);
        PendingWrite second = script.pollWaiting(5_000);
        script.empty(1);
        script.empty(2);
        script.wake(1);
        script.executed(3, new Result.Polled(1, List.of()));
        assertThat(first).isNotDone();
        script.wake(2);
        script.polled(4, "x");
        assertThat(first).isCompleted();
        assertThat(second).isNotDone();
    }

    @Test
    void aWakeThatNobodyWaitsForIsDeclined() {
        script.wake(7);
        assertThat(script.sent()).containsExactly("decline 7");
    }

    @Test
    void nothingIsTakenForACallerThatIsGone() {
        PendingWrite gone = script.pollWaiting(5_000);
        script.empty(1);
        script.sent();
        gone.cancel(false); // the loop has not heard of it yet
        script.wake(7);
        assertThat(script.sent()).containsExactly("decline 7", "interest elements 0");
        script.withdraw(gone);
        assertThat(script.proxy.pendingCount()).isZero();
    }

    @Test
    void aCallerThatLeavesIsTakenOffTheList() {
        PendingWrite poll = script.pollWaiting(5_000);
        script.empty(1);
        script.sent();
        script.withdraw(poll);
        assertThat(poll).isCancelled();
        assertThat(script.sent()).containsExactly("interest elements 0");
    }

    @Test
    void H02_aWaitEndsWithTheEmptyAnswer() {
        CompletableFuture<GridClient.Done> poll = script.pollWaiting(100);
        CompletableFuture<GridClient.Done> offer = script.offerWaiting("a", 100);
        script.empty(1);
        script.full(2);
        script.sent();
        script.pass(100);
        assertThat(poll.join().result()).isEqualTo(new Result.Polled(0, List.of()));
        assertThat(offer.join().result()).isEqualTo(new Result.Flag(false));
        assertThat(script.sent()).containsExactlyInAnyOrder("interest elements 0", "interest room 0");
    }

    @Test
    void aProposalUnderWayAtTheEndOfTheWaitIsWaitedFor() {
        PendingWrite poll = script.pollWaiting(100);
        script.empty(1);
        script.wake(7);
        script.pass(500);
        assertThat(poll).isNotDone();
        script.polled(2, "x");
        assertThat(poll.join().bodies()).hasSize(1);
    }

    @Test
    void aVainProposalAfterTheEndOfTheWaitIsTheEmptyAnswer() {
        PendingWrite poll = script.pollWaiting(100);
        script.empty(1);
        script.wake(7);
        script.pass(500);
        script.empty(2);
        assertThat(poll.join().bodies()).isEmpty();
    }

    @Test
    void aProposalOfUnknownOutcomeIsOfUnknownOutcome() {
        PendingWrite poll = script.pollWaiting(100);
        script.pass(ProxyScript.TIMEOUT);
        assertThat(errorOf(poll)).isInstanceOf(OperationTimeoutException.class);
    }

    @Test
    void aNewLeaderIsToldWhoWaitsAndOldWakesAreVoid() {
        PendingWrite first = script.pollWaiting(5_000);
        script.pollWaiting(5_000);
        script.empty(1);
        script.empty(2);
        script.wake(7);
        script.sent();
        script.noLeader("gone");
        script.leader("n2");
        assertThat(script.sent())
                .containsExactly("open 1 start 5", "write 3 floor 3 resent poll", "interest elements 1");
        script.executed(3, new Result.Polled(1, List.of()));
        assertThat(script.sent()).containsExactly("interest elements 2");
        assertThat(first).isNotDone();
    }

    @Test
    void aWakeGoesBackIfItsProposalNeverLeaves() {
        PendingWrite poll = script.pollWaiting(5_000);
        script.empty(1);
        script.offer("a");
        script.refused(2, Refused.OVERLOADED); // holds the line
        script.wake(7);
        script.sent();
        script.withdraw(poll);
        assertThat(poll).isCancelled();
        assertThat(script.sent()).containsExactly("decline 7");
    }

    @Test
    void closingEndsThoseThatWait() {
        PendingWrite poll = script.pollWaiting(5_000);
        script.empty(1);
        script.close();
        assertThat(errorOf(poll)).isInstanceOf(NodeClosedException.class);
    }
}
