package io.ngrid.node.client;

import static io.ngrid.node.client.ProxyScript.errorOf;
import static io.ngrid.node.client.ProxyScript.session;
import static org.assertj.core.api.Assertions.assertThat;

import io.ngrid.api.NoQuorumException;
import io.ngrid.api.NodeClosedException;
import io.ngrid.api.OperationTimeoutException;
import io.ngrid.api.OutcomeUnknownException;
import io.ngrid.api.OverloadedException;
import io.ngrid.api.SessionExpiredException;
import io.ngrid.api.StorageFullException;
import io.ngrid.node.client.Response.Refused;
import io.ngrid.node.state.Answer;
import io.ngrid.node.state.Result;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(value = 30, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class ClientProxyTest {
    private final ProxyScript script = new ProxyScript();

    // ---- session and sequences [S1]

    @Test
    void nothingIsSentBeforeTheClusterKnowsTheSession() {
        CompletableFuture<?> a = script.offer("a");
        script.leader("n3");
        CompletableFuture<?> b = script.offer("b");
        assertThat(script.sent()).containsExactly("open 1 start 5");
        script.answer(new Response.Opened(session(1)));
        assertThat(script.sent()).containsExactly("write 1 floor 1 offer a", "write 2 floor 1 offer b");
        script.executed(1);
        script.executed(2);
        assertThat(a).isCompleted();
        assertThat(b).isCompleted();
        assertThat(script.proxy.pendingCount()).isZero();
    }

    @Test
    void anOpenThatIsRefusedOrLostIsSentAgain() {
        script.leader("n3");
        script.refused(0, Refused.NO_QUORUM);
        script.sent();
        script.pass(100);
        assertThat(script.sent()).containsExactly("open 1 start 5");
        script.pass(999);
        assertThat(script.sent()).isEmpty();
        script.pass(1);
        assertThat(script.sent()).containsExactly("open 1 start 5");
    }

    @Test
    void aRequestCarriesTheFloorAndWhatIsSettledAboveIt() {
        script.led();
        script.offer("a");
        script.offer("b");
        script.offer("c");
        script.executed(2);
        script.executed(3);
        script.sent();
        script.offer("d");
        assertThat(script.sent()).containsExactly("write 4 floor 1 closed [2, 3] offer d");
        script.executed(1);
        script.offer("e");
        assertThat(script.sent()).containsExactly("write 5 floor 4 offer e");
    }

    @Test
    void theWindowHolds1024OperationsAndTheRestWaitsInOrder() {
        script.led();
        for (int i = 1; i <= 1_026; i++) {
            script.offer("" + i);
        }
        assertThat(script.sent()).hasSize(1_024).last().isEqualTo("write 1024 floor 1 offer 1024");
        script.executed(2);
        assertThat(script.sent()).as("the floor has not moved").isEmpty();
        script.executed(1);
        assertThat(script.sent()).containsExactly("write 1025 floor 3 offer 1025", "write 1026 floor 3 offer 1026");
    }

    @Test
    void theWindowHoldsEightMebibytesAndALargerOneGoesAlone() {
        script.led();
        script.offerOfBytes(5 << 20);
        script.offerOfBytes(5 << 20);
        script.offerOfBytes(9 << 20);
        assertThat(script.sent()).hasSize(1);
        script.executed(1);
        assertThat(script.sent()).hasSize(1);
        script.executed(2);
        assertThat(script.sent()).hasSize(1);
    }

    @Test
    void readsInFlightHoldEightMebibytesBesideTheWritesAndALargerOneGoesAlone() {
        script.led();
        PendingRead first = script.get(3 << 20);
        PendingRead second = script.get(3 << 20);
        PendingRead third = script.get(3 << 20);
        script.get(9 << 20);
        script.offer("a");
        assertThat(script.sent()).hasSize(3).last().isEqualTo("write 1 floor 1 offer a");
        script.withdraw(first);
        assertThat(script.sent()).as("the third").hasSize(1);
        script.withdraw(second);
        assertThat(script.sent()).isEmpty();
        script.withdraw(third);
        assertThat(script.sent()).hasSize(1);
    }

    // ---- leaders and connections [S3]

    @Test
    void aNewLeaderGetsEverythingUnansweredInOrder() {
        script.led();
        script.offer("a");
        script.poll();
        script.size();
        script.offer("c");
        script.executed(1);
        script.sent();
        script.noLeader("n3 is gone");
        script.offer("d");
        assertThat(script.sent()).isEmpty();
        script.leader("n2");
        assertThat(script.sent())
                .containsExactly(
                        "open 1 start 5",
                        "write 2 floor 2 resent poll",
                        "write 3 floor 2 resent offer c",
                        "read 3 after 2",
                        "write 4 floor 2 offer d");
    }

    @Test
    void H34_aRetryKeepsItsSequenceUntilTheDeadline() {
        script.led();
        CompletableFuture<?> offer = script.offer("a");
        for (int i = 0; i < 5; i++) {
            script.leader("n" + i);
        }
        assertThat(script.sent()).filteredOn(s -> s.contains("offer")).allMatch(s -> s.startsWith("write 1 "));
        script.executed(1);
        script.executed(1);
        assertThat(offer).isCompleted();
    }

    @Test
    void lateAndForeignAnswersAreIgnored() {
        script.led();
        script.executed(1);
        script.gap(1, 1);
        script.refused(1, Refused.OVERLOADED);
        script.empty(1);
        script.answer(new Response.Settled(session(1), 1));
        script.answer(new Response.SessionUnknown(session(7), 1));
        script.answer(new Response.Answered(1, new Answer.Count(1), List.of()));
        script.answer(new Response.NotAnswered(1, Refused.NOT_LEADER, ""));
        assertThat(script.sent()).isEmpty();
        CompletableFuture<?> offer = script.offer("a");
        script.answer(new Response.Executed(session(7), 1, new Result.Flag(true), List.of()));
        assertThat(offer).isNotDone();
    }

    @Test
    void aGapIsFilledFromWhereItBegins() {
        script.led();
        script.offer("a");
        script.offer("b");
        script.offer("c");
        script.executed(1);
        script.sent();
        script.gap(3, 2);
        assertThat(script.sent()).containsExactly("write 2 floor 2 resent offer b", "write 3 floor 2 resent offer c");
    }

    @Test
    void manyGapsOfOneCauseDoNotMultiply() {
        script.led();
        for (int i = 1; i <= 100; i++) {
            script.offer("" + i);
        }
        script.sent();
        for (int i = 2; i <= 100; i++) {
            script.gap(i, 1);
        }
        assertThat(script.sent()).hasSize(100);
        script.pass(24);
        assertThat(script.sent()).isEmpty();
        script.pass(1);
        assertThat(script.sent()).as("once more, for those still unanswered").hasSize(100);
        script.pass(1_000);
        assertThat(script.sent()).isEmpty();
    }

    // ---- not executed [S4]

    @Test
    void aRefusedAttemptIsRepeatedUnderItsSequenceWithBackOff() {
        script.led();
        script.offer("a");
        script.sent();
        long waited = 0;
        List<Long> times = new ArrayList<>();
        script.refused(1, Refused.OVERLOADED);
        for (int i = 0; i < 1_000 && times.size() < 7; i++) {
            script.pass(5);
            waited += 5;
            if (!script.sent().isEmpty()) {
                times.add(waited);
                waited = 0;
                script.refused(1, Refused.OVERLOADED);
            }
        }
        assertThat(times).containsExactly(25L, 50L, 100L, 200L, 400L, 400L, 400L);
    }

    @Test
    void refusedOnesAreRepeatedInOrderAndNothingOvertakesThem() {
        script.led();
        script.offer("a");
        script.offer("b");
        script.refused(1, Refused.OVERLOADED);
        script.refused(2, Refused.OVERLOADED);
        script.sent();
        script.offer("c");
        assertThat(script.sent()).isEmpty();
        script.pass(25);
        assertThat(script.sent())
                .containsExactly(
                        "write 1 floor 1 resent offer a", "write 2 floor 1 resent offer b", "write 3 floor 1 offer c");
    }

    @Test
    void H34_notExecutedIsReportedOnlyIfEveryAttemptWas() {
        script.led();
        CompletableFuture<?> refused = script.offer("a", 1_000);
        CompletableFuture<?> unknown = script.offer("b", 1_000);
        script.noLeader("n3 is gone");
        script.leader("n2");
        // Two attempts of each. Of a both are refused, of b only the second.
        script.refused(1, Refused.NO_QUORUM);
        script.refused(1, Refused.NO_QUORUM);
        script.refused(2, Refused.NO_QUORUM);
        script.noLeader("n2 is gone, too");
        script.pass(999);
        assertThat(errorOf(refused)).isInstanceOf(NoQuorumException.class).hasMessageContaining("n2 is gone, too");
        assertThat(unknown).isNotDone();
        script.pass(1);
        assertThat(errorOf(unknown)).isInstanceOf(OperationTimeoutException.class);
    }

    @Test
    void theReasonOfTheRefusalIsTheTypeOfTheError() {
        for (Refused reason : Refused.values()) {
            ProxyScript fresh = new ProxyScript().led();
            CompletableFuture<?> offer = fresh.offer("a", 20);
            fresh.refused(1, reason);
            fresh.pass(19);
            assertThat(errorOf(offer))
                    .hasMessageContaining("said the leader")
                    .isInstanceOf(
                            switch (reason) {
                                case NOT_LEADER, NO_QUORUM -> NoQuorumException.class;
                                case OVERLOADED -> OverloadedException.class;
                                case CLOSED -> NodeClosedException.class;
                                case STORAGE_FULL -> StorageFullException.class;
                            });
        }
    }

    /** [D3] Else a node's polls would wait behind its offers, and nothing would make room. */
    @Test
    void aWriteForWhichThereIsNoSpaceFailsAtOnceUnlessItMayHaveBeenExecuted() {
        script.led();
        CompletableFuture<?> offer = script.offer("a", 20);
        script.refused(1, Refused.STORAGE_FULL);
        assertThat(errorOf(offer)).isInstanceOf(StorageFullException.class);
        CompletableFuture<?> unknown = script.offer("b", 20);
        script.noLeader("n2 is gone");
        script.led();
        script.refused(2, Refused.STORAGE_FULL);
        assertThat(unknown).isNotDone();
    }

    @Test
    void H02_withoutALeaderACallerSeesTheReasonWithinItsTimeOut() {
        script.noLeader("only n1 of n1, n2, n3 is up");
        CompletableFuture<?> write = script.offer("a", 100);
        CompletableFuture<?> read = script.size(100);
        CompletableFuture<?> poll = script.pollWaiting(1);
        script.pass(94);
        assertThat(write).isNotDone();
        script.pass(1);
        assertThat(errorOf(write)).isInstanceOf(NoQuorumException.class).hasMessageContaining("only n1 of n1, n2");
        assertThat(errorOf(read)).isInstanceOf(NoQuorumException.class);
        script.pass(10_000 - 95);
        assertThat(errorOf(poll)).isInstanceOf(NoQuorumException.class);
        assertThat(script.proxy.pendingCount()).isZero();
    }

    @Test
    void H02_anUnansweredCallEndsAtItsDeadlineAndIsClosed() {
        script.led();
        CompletableFuture<?> offer = script.offer("a", 1_000);
        CompletableFuture<?> read = script.size(1_000);
        script.pass(999);
        assertThat(offer).isNotDone();
        script.pass(1);
        assertThat(errorOf(offer)).isInstanceOf(OperationTimeoutException.class);
        assertThat(errorOf(read)).isInstanceOf(OperationTimeoutException.class);
        script.offer("b");
        assertThat(script.sent()).last().isEqualTo("write 2 floor 2 offer b");
    }

    @Test
    void aFullWindowIsAnOverload() {
        script.led();
        for (int i = 1; i <= 1_024; i++) {
            script.offer("" + i);
        }
        CompletableFuture<?> late = script.offer("late", 100);
        script.pass(100);
        assertThat(errorOf(late)).isInstanceOf(OverloadedException.class);
    }

    @Test
    void aSessionThatIsNeverOpenedIsNoQuorum() {
        script.leader("n3");
        CompletableFuture<?> a = script.offer("a", 100);
        script.pass(100);
        assertThat(errorOf(a)).isInstanceOf(NoQuorumException.class).hasMessageContaining("n3");
        script.refused(0, Refused.OVERLOADED);
        CompletableFuture<?> b = script.offer("b", 100);
        script.pass(100);
        assertThat(errorOf(b)).isInstanceOf(OverloadedException.class);
    }

    // ---- what the state has settled

    @Test
    void anEmptyByReadCountsForTheOnlyAttempt() {
        script.led();
        CompletableFuture<GridClient.Done> poll = script.poll();
        script.empty(1);
        assertThat(poll.join().bodies()).isEmpty();
    }

    @Test
    void H34_anEmptyByReadIsNotBelievedOfAPollThatWasResent() {
        script.led();
        CompletableFuture<GridClient.Done> poll = script.poll();
        script.leader("n2");
        script.sent();
        script.empty(1);
        assertThat(poll).isNotDone();
        script.pass(25);
        assertThat(script.sent()).containsExactly("write 1 floor 1 resent poll");
        script.polled(1, "x");
        assertThat(poll.join().bodies()).hasSize(1);
    }

    @Test
    void aLargeBatchComesInParts() {
        script.led();
        CompletableFuture<GridClient.Done> poll = script.poll();
        byte[] a = {1};
        byte[] b = {2};
        byte[] c = {3};
        Result.Polled polled = new Result.Polled(1, List.of(7L, 8L, 9L));
        script.answer(new Response.Part(session(1), 1, 0, List.of(a)));
        script.leader("n2"); // the rest is lost with the connection
        script.answer(new Response.Part(session(1), 1, 1, List.of(b)));
        script.answer(new Response.Part(session(1), 1, 0, List.of(a)));
        script.answer(new Response.Part(session(1), 1, 1, List.of(b)));
        script.sent();
        script.answer(new Response.Executed(session(1), 1, polled, List.of(c)));
        assertThat(poll.join().bodies()).containsExactly(a, b, c);
        CompletableFuture<GridClient.Done> cut = script.poll();
        script.sent();
        script.answer(new Response.Part(session(1), 2, 1, List.of(b)));
        script.answer(new Response.Executed(session(1), 2, polled, List.of(c)));
        assertThat(cut).isNotDone();
        script.pass(25);
        assertThat(script.sent()).as("asks for it again").containsExactly("write 2 floor 2 resent poll");
    }

    @Test
    void aSettledOperationIsOfUnknownOutcome() {
        script.led();
        CompletableFuture<?> offer = script.offer("a");
        script.answer(new Response.Settled(session(1), 1));
        assertThat(errorOf(offer)).isInstanceOf(OutcomeUnknownException.class);
    }

    @Test
    void anExpiredSessionEndsWhatWasSentAndTheRestGoesOnInANewOne() {
        script.led();
        List<CompletableFuture<?>> sent = new ArrayList<>();
        for (int i = 1; i <= 1_024; i++) {
            sent.add(script.offer("" + i));
        }
        CompletableFuture<?> unsent = script.offer("unsent");
        CompletableFuture<?> read = script.size();
        script.sent();
        script.answer(new Response.SessionUnknown(session(1), 1));
        assertThat(sent).allSatisfy(call -> assertThat(errorOf(call)).isInstanceOf(SessionExpiredException.class));
        assertThat(script.sent()).containsExactly("open 2 start 5");
        script.answer(new Response.SessionUnknown(session(1), 2));
        script.answer(new Response.Opened(session(2)));
        assertThat(script.sent()).containsExactly("write 1 floor 1 offer unsent", "read 1026 after 1");
        script.executed(1);
        assertThat(unsent).isCompleted();
        assertThat(read).isNotDone();
    }

    // ---- reads [L1]

    @Test
    void aReadSeesTheWritesIssuedBeforeIt() {
        script.led();
        script.offer("a");
        script.offer("b");
        script.executed(1);
        CompletableFuture<GridClient.Read> read = script.size();
        script.offer("c");
        assertThat(script.sent()).contains("read 3 after 2");
        script.answer(new Response.Answered(3, new Answer.Count(2), List.of()));
        assertThat(read.join().answer()).isEqualTo(new Answer.Count(2));
    }

    @Test
    void aReadWaitsForTheSequencesOfWritesBeforeIt() {
        script.led();
        for (int i = 1; i <= 1_025; i++) {
            script.offer("" + i);
        }
        script.size();
        assertThat(script.sent()).hasSize(1_024);
        script.executed(1);
        assertThat(script.sent()).containsExactly("write 1025 floor 2 offer 1025", "read 1026 after 1025");
    }

    @Test
    void aReadIsNotHeldBackByAWriteBehindIt() {
        script.led();
        script.offer("a");
        script.refused(1, Refused.NO_QUORUM);
        script.sent();
        script.size();
        script.offer("b");
        script.size();
        assertThat(script.sent()).containsExactly("read 2 after 1");
    }

    @Test
    void aReadDoesNotWaitForASequenceThatWasGivenUp() {
        script.led();
        script.offer("a", 1_000);
        script.size();
        script.sent();
        script.pass(1_000);
        assertThat(script.sent()).containsExactly("read 2 after 0");
    }

    @Test
    void aReadThatWasNotAnsweredIsRepeated() {
        script.led();
        script.size();
        script.sent();
        script.answer(new Response.NotAnswered(1, Refused.NOT_LEADER, "no"));
        script.pass(25);
        assertThat(script.sent()).containsExactly("read 1 after 0");
        script.leader("n2");
        assertThat(script.sent()).containsExactly("open 1 start 5", "read 1 after 0");
    }

    @Test
    void aReadsErrorSaysWhy() {
        script.led();
        CompletableFuture<?> refused = script.size(1_000);
        script.answer(new Response.NotAnswered(1, Refused.OVERLOADED, "too much"));
        script.pass(1_000);
        assertThat(errorOf(refused)).isInstanceOf(OverloadedException.class).hasMessageContaining("too much");
    }

    @Test
    void atMost1024ReadsAreUnderWay() {
        script.led();
        LongStream.rangeClosed(1, 1_025).forEach(i -> script.size());
        assertThat(script.sent()).hasSize(1_024);
        script.answer(new Response.Answered(7, new Answer.Count(0), List.of()));
        assertThat(script.sent()).containsExactly("read 1025 after 0");
    }

    // ---- the end

    @Test
    void retiringEndsWhatHasNoSequenceAndWaitsForTheRest() {
        script.led();
        CompletableFuture<?> sent = script.offer("a");
        CompletableFuture<?> refused = script.offer("b");
        CompletableFuture<?> waits = script.pollWaiting(60_000);
        script.empty(3);
        CompletableFuture<?> asked = script.pollWaiting(60_000);
        CompletableFuture<?> read = script.size();
        script.refused(2, Refused.OVERLOADED);
        assertThat(script.sent()).hasSize(6);

        script.retire();
        assertThat(errorOf(waits)).isInstanceOf(NodeClosedException.class);
        assertThat(errorOf(read)).isInstanceOf(NodeClosedException.class);
        assertThat(errorOf(script.offer("c"))).isInstanceOf(NodeClosedException.class);

        script.executed(1);
        assertThat(sent).isCompleted();
        script.empty(4);
        assertThat(errorOf(asked))
                .as("not executed, so it waits on the next node")
                .isInstanceOf(NodeClosedException.class);
        script.pass(5_000);
        assertThat(script.sent())
                .as("in its order")
                .containsExactly("interest elements 0", "write 2 floor 2 closed [3, 4] resent offer b");
        script.executed(2);
        assertThat(refused).isCompleted();
        assertThat(script.proxy.pendingCount()).isZero();
    }

    @Test
    void retiringEndsWhatWaitsForALeader() {
        CompletableFuture<?> unsent = script.offer("a");
        script.retire();
        assertThat(errorOf(unsent)).isInstanceOf(NodeClosedException.class);
        script.leader("n3");
        script.answer(new Response.Opened(session(1)));
        assertThat(script.sent()).containsExactly("open 1 start 5");
    }

    @Test
    void closingEndsEveryCallTruthfully() {
        script.led();
        CompletableFuture<?> sent = script.offer("a");
        CompletableFuture<?> refused = script.offer("b");
        script.refused(2, Refused.OVERLOADED);
        CompletableFuture<?> unsent = script.offer("c");
        CompletableFuture<?> read = script.size();
        script.close();
        assertThat(errorOf(sent))
                .isInstanceOf(OutcomeUnknownException.class)
                .isNotInstanceOf(OperationTimeoutException.class);
        assertThat(errorOf(refused)).isInstanceOf(NodeClosedException.class);
        assertThat(errorOf(unsent)).isInstanceOf(NodeClosedException.class);
        assertThat(errorOf(read)).isInstanceOf(NodeClosedException.class);
        assertThat(errorOf(script.offer("d"))).isInstanceOf(NodeClosedException.class);
        script.sent();
        script.executed(1);
        script.leader("n2");
        script.pass(10_000);
        assertThat(script.sent()).isEmpty();
        assertThat(script.proxy.pendingCount()).isZero();
    }

    @Test
    void aWithdrawnCallEndsOnlyIfItIsKnownNotExecuted() {
        CompletableFuture<?> unsent = script.offer("unsent");
        script.withdraw((Pending<?>) unsent);
        assertThat(unsent).isCancelled();
        script.led();
        PendingWrite sent = script.offer("a");
        PendingWrite refused = script.offer("b");
        script.refused(2, Refused.OVERLOADED);
        script.withdraw(sent);
        script.withdraw(refused);
        assertThat(sent).isNotDone();
        assertThat(refused).isCancelled();
        script.refused(1, Refused.OVERLOADED);
        assertThat(sent).isCancelled();
        PendingRead read = script.size();
        script.withdraw(read);
        assertThat(read).isCancelled();
        assertThat(script.proxy.pendingCount()).isZero();
    }

    @Test
    void aWithdrawnCallThatWasExecutedHasItsResult() {
        script.led();
        PendingWrite poll = script.poll();
        script.withdraw(poll);
        script.polled(1, "x");
        assertThat(poll.join().bodies()).hasSize(1);
    }
}
