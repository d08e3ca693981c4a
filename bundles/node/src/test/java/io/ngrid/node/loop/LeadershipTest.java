package io.ngrid.node.loop;

import static io.ngrid.node.loop.LeaderScript.SESSION;
import static io.ngrid.node.loop.LeaderScript.offer;
import static io.ngrid.node.loop.LeaderScript.poll;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ngrid.api.MapSettings;
import io.ngrid.node.client.Request;
import io.ngrid.node.client.Response;
import io.ngrid.node.state.Action;
import io.ngrid.node.state.Answer;
import io.ngrid.node.state.Command;
import io.ngrid.node.state.Query;
import io.ngrid.node.state.Result;
import io.ngrid.spi.Member;
import io.ngrid.spi.storage.CorruptionException;
import io.ngrid.spi.storage.StorageException;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** What a leader does with the requests of proxies. */
class LeadershipTest {
    private static Response refused(long sequence, Response.Refused reason, String message) {
        return new Response.NotExecuted(SESSION, sequence, reason, message);
    }

    private static Response empty(long sequence) {
        return new Response.ReadEmpty(SESSION, sequence);
    }

    private static Response executed(long sequence, Result result) {
        return new Response.Executed(SESSION, sequence, result, List.of());
    }

    /** [R2] */
    @Test
    void H10_aNewLeaderServesNobodyBeforeItsNoOpIsApplied() {
        LeaderScript leader = new LeaderScript();
        leader.write(1, offer("a"));
        leader.ask(read(1));
        leader.confirm();
        assertThat(leader.proposed()).isEmpty();
        assertThat(leader.answers()).isEmpty();
        leader.commit();
        assertThat(leader.proposed()).hasSize(1);
        leader.commit();
        leader.confirm();
        assertThat(leader.answers())
                .containsExactly(
                        executed(1, new Result.Flag(true)), new Response.Answered(1, new Answer.Count(1), List.of()));
    }

    private static Action put(String key, int bytes) {
        return new Action.Put("m", key.getBytes(US_ASCII), new byte[bytes], Action.Condition.ALWAYS, 0);
    }

    /** Every node has all maps on its heap. */
    @Test
    void mapsThatAreFullTakeNothingThatMakesThemLarger() {
        LeaderScript leader = LeaderScript.ready();
        leader.write(1, new Action.CreateMap(MapSettings.of("m", "bytes", "bytes")));
        leader.commit();
        leader.write(2, put("a", 870)); // and 1 for the key, 128 for the entry
        leader.commit();
        leader.write(3, put("a", 871));
        leader.commit();
        assertThat(leader.answers()).hasSize(3).allMatch(Response.Executed.class::isInstance);

        String full =
                "maps are full: they take 1000 bytes on every node, maps.memory.max = 1000. Remove entries, or give every"
                        + " node more";
        leader.write(4, put("b", 0));
        leader.write(5, put("a", 872));
        leader.write(
                6,
                new Action.PutAll(
                        "m", List.of(new byte[] {'a'}, new byte[] {'b'}), List.of(new byte[800], new byte[0])));
        assertThat(leader.answers())
                .containsExactly(
                        refused(4, Response.Refused.STORAGE_FULL, full),
                        refused(5, Response.Refused.STORAGE_FULL, full),
                        refused(6, Response.Refused.STORAGE_FULL, full));
        assertThat(leader.proposed()).hasSize(3);

        leader.ask(new Request.Write(SESSION, 7, 7, List.of(), false, 0, put("a", 871)));
        leader.commit();
        assertThat(leader.answers()).hasSize(1).allMatch(Response.Executed.class::isInstance);
        leader.write(8, new Action.Put("m", new byte[] {'a'}, new byte[900], Action.Condition.ABSENT, 0));
        leader.write(9, new Action.Put("m", new byte[] {'b'}, new byte[900], Action.Condition.PRESENT, 0));
        leader.write(10, new Action.Put("m", new byte[] {'a'}, new byte[900], Action.Condition.VERSION, 1));
        leader.ask(new Request.Write(SESSION, 11, 11, List.of(), true, 0, put("c", 1))); // it may have been executed
        leader.commit();
        assertThat(leader.answers()).hasSize(4).allMatch(Response.Executed.class::isInstance);

        leader.write(12, offer("q is no map"));
        leader.write(13, new Action.Remove("m", new byte[] {'a'}, null));
        leader.commit();
        leader.write(14, put("b", 5_000));
        leader.commit();
        assertThat(leader.answers()).hasSize(3).allMatch(Response.Executed.class::isInstance);
    }

    /** [E6] */
    @Test
    void whileTheLeadershipIsHandedOverWritesWaitInTheirOrderAndReadsAreAnswered() {
        LeaderScript leader = LeaderScript.ready();
        leader.leader.hold();
        leader.write(1, offer("a"));
        leader.write(2, poll());
        leader.ask(read(1));
        leader.confirm();
        assertThat(leader.proposed()).isEmpty();
        assertThat(leader.answers()).containsExactly(new Response.Answered(1, new Answer.Count(0), List.of()));

        resume(leader);
        assertThat(leader.answers()).extracting(LeadershipTest::sequence).containsExactly(1L, 2L);
    }

    /** The hand-over came to nothing: a write that waited, and a poll behind it, which is read first, are carried out. */
    private static void resume(LeaderScript leader) {
        leader.leader.resume();
        leader.leader.endTurn();
        leader.commit();
        leader.confirm();
        leader.commit();
    }

    /** [E6] The successor gets what waited from the proxies, under the same ID. */
    @Test
    void whatWaitedWhenTheLeadershipIsHandedOverWasNotExecuted() {
        LeaderScript leader = LeaderScript.ready();
        leader.leader.hold();
        leader.write(1, offer("a"));
        leader.leader.end();
        assertThat(leader.answers()).containsExactly(refused(1, Response.Refused.NOT_LEADER, "the leader changed"));
        assertThat(leader.proposed()).isEmpty();
    }

    /** [R7] Reads are answered meanwhile; what waits goes in as there is room, in its order, before what comes later. */
    @Test
    void H18_whileAVoterIsTooFarBehindWritesWaitInTheirOrder() {
        LeaderScript leader = LeaderScript.ready();
        leader.room = 0;
        leader.write(1, offer("a"));
        leader.write(2, offer("b"));
        leader.write(3, offer("c"));
        leader.ask(read(1));
        leader.confirm();
        assertThat(leader.proposed()).isEmpty();
        assertThat(leader.answers()).containsExactly(new Response.Answered(1, new Answer.Count(0), List.of()));

        leader.room = 1;
        leader.write(4, offer("d"));
        assertThat(leader.proposed()).as("one fills the room").hasSize(1);
        leader.room = 1_000_000;
        leader.leader.endTurn();
        leader.commit();
        assertThat(leader.answers()).extracting(LeadershipTest::sequence).containsExactly(1L, 2L, 3L, 4L);
    }

    /** [R7][S4] They are not in the log, so they were not executed; their proxy tries again until its callers' time is up. */
    @Test
    void H18_whatHasWaitedTooLongForAVoterIsRefusedAndSaysForWhom() {
        LeaderScript leader = LeaderScript.ready();
        leader.room = 0;
        leader.write(1, offer("a"));
        leader.pass(LeaderScript.SECOND);
        leader.write(2, offer("b"));
        assertThat(leader.answers()).isEmpty();
        leader.pass(LeaderScript.SECOND);
        String why = "writes wait for [node-2], too far behind the leader";
        assertThat(leader.answers())
                .as("the later one too, or it would come before the earlier one")
                .containsExactly(
                        refused(1, Response.Refused.OVERLOADED, why), refused(2, Response.Refused.OVERLOADED, why));
        assertThat(leader.admission.operations()).isZero();
        leader.room = 1_000_000;
        leader.write(1, offer("a"));
        assertThat(leader.proposed()).hasSize(1);
    }

    private static long sequence(Response response) {
        return response instanceof Response.Executed executed ? executed.sequence() : -1;
    }

    @Test
    void aPollOfAnEmptyQueueIsARead() {
        LeaderScript leader = LeaderScript.ready();
        leader.write(1, poll());
        assertThat(leader.answers()).isEmpty();
        leader.confirm();
        assertThat(leader.answers()).containsExactly(empty(1));
        assertThat(leader.proposed()).isEmpty();
    }

    /**
     * [L1] Found by simulated seed 243: the answer was lost, the poll came again and took an element, after a read that was
     * issued behind it had been answered without it.
     */
    @Test
    void aReadBehindAPollThatWasReadAsEmptyWaitsUntilItsProxyHasTakenThatAnswer() {
        LeaderScript leader = LeaderScript.ready();
        leader.write(1, poll());
        leader.confirm();
        assertThat(leader.answers()).containsExactly(empty(1));
        leader.ask(new Request.Read(SESSION, 7, 1, 1_000, new Query.QueueSize("q")));
        leader.confirm();
        assertThat(leader.answers()).isEmpty();
        leader.ask(new Request.Read(SESSION, 7, 0, 1_000, new Query.QueueSize("q")));
        leader.confirm();
        assertThat(leader.answers()).containsExactly(new Response.Answered(7, new Answer.Count(0), List.of()));
    }

    /** The earlier ones stayed until their time-out: their callers were many, and the leader refused everybody at last. */
    @Test
    void aReadThatIsAskedForAgainWaitsOnce() {
        LeaderScript leader = LeaderScript.ready();
        int idle = leader.leader.pending();
        for (int sequence = 1; sequence <= 10; sequence++) {
            leader.write(sequence, poll());
            leader.ask(new Request.Read(SESSION, sequence, sequence, 10_000, new Query.QueueSize("q")));
            leader.confirm();
            leader.ask(new Request.Read(SESSION, sequence, 0, 10_000, new Query.QueueSize("q")));
            leader.confirm();
            assertThat(leader.answers())
                    .containsExactly(empty(sequence), new Response.Answered(sequence, new Answer.Count(0), List.of()));
            assertThat(leader.leader.pending()).isEqualTo(idle);
        }
    }

    /** Found by simulated seed 32: it was answered as empty while the queue was. */
    @Test
    void aPollOfNoElementsIsRefusedAlsoWhileTheQueueIsEmpty() {
        LeaderScript leader = LeaderScript.ready();
        leader.write(1, new Action.Poll("q", -1));
        leader.confirm();
        leader.commit();
        assertThat(leader.answers()).singleElement().asString().contains("BAD_COMMAND");
    }

    @Test
    void aResentPollIsProposedAlthoughItsQueueIsEmpty() {
        LeaderScript leader = LeaderScript.ready();
        leader.ask(new Request.Write(SESSION, 1, 1, List.of(), true, 0, poll()));
        leader.commit();
        assertThat(leader.answers()).containsExactly(executed(1, new Result.Polled(3, List.of())));
    }

    /** An offer that was refused comes again; a poll issued behind it must not be answered as if it had never been. */
    @Test
    void aPollIsNotReadAsEmptyBeforeTheWritesOfItsSessionInFrontOfIt() {
        LeaderScript leader = LeaderScript.ready();
        leader.leader.writesAllowed(false, List.of(), 2);
        leader.write(1, offer("a"));
        assertThat(leader.answers()).hasSize(1).first().isInstanceOf(Response.NotExecuted.class);
        leader.leader.writesAllowed(true, List.of(), 2);
        leader.write(2, poll());
        leader.confirm();
        leader.commit();
        assertThat(leader.answers()).containsExactly(new Response.Gap(SESSION, 2, 1));
    }

    @Test
    void aPollIsReadAsEmptyBehindWritesThatAreSettledInAnyWay() {
        LeaderScript leader = LeaderScript.ready();
        leader.write(1, poll());
        leader.confirm();
        leader.write(2, new Action.Clear("q"));
        leader.commit();
        leader.answers();
        assertThat(polled(leader, 4, 1)).as("3 is open").isEqualTo(new Response.Gap(SESSION, 4, 3));
        assertThat(polled(leader, 3, 1)).as("2 is in the state").isEqualTo(empty(3));
        assertThat(polled(leader, 4, 1)).as("3 was read as empty").isEqualTo(empty(4));
        assertThat(polled(leader, 7, 5)).as("5 and 6 are open").isEqualTo(new Response.Gap(SESSION, 7, 5));
    }

    /** Found by simulated seed 617604: the offer waited for the end of a hand-over, and was executed behind that poll. */
    @Test
    void aPollBehindAWriteThatWasGivenUpIsNotReadButClosesIt() {
        LeaderScript leader = LeaderScript.ready();
        leader.leader.hold();
        leader.write(1, offer("a"));
        leader.ask(new Request.Write(SESSION, 2, 2, List.of(), false, 0, poll()));
        leader.confirm();
        assertThat(leader.answers()).isEmpty();

        resume(leader);
        assertThat(leader.answers()).extracting(LeadershipTest::sequence).containsExactly(1L, 2L);
        assertThat(polled(leader, 5, 5)).as("3 and 4 were given up").isInstanceOf(Response.Executed.class);
        assertThat(polled(leader, 6, 5)).as("the state has closed them").isEqualTo(empty(6));
    }

    /** Its answer was lost, and it waits for the end of a hand-over: the next leader may give it an element. */
    @Test
    void aPollBehindOneThatIsAskedForAgainAndWaitsIsNotReadAsEmpty() {
        LeaderScript leader = LeaderScript.ready();
        leader.write(1, poll());
        leader.confirm();
        assertThat(leader.answers()).containsExactly(empty(1));
        leader.leader.hold();
        leader.ask(new Request.Write(SESSION, 1, 1, List.of(), true, 0, poll()));
        leader.ask(new Request.Write(SESSION, 2, 1, List.of(), false, 0, poll()));
        leader.confirm();
        assertThat(leader.answers()).isEmpty();

        resume(leader);
        assertThat(leader.answers()).containsExactly(executed(1, new Result.Polled(0, List.of())), empty(2));
    }

    private static Response polled(LeaderScript leader, long sequence, long floor, Long... closed) {
        leader.ask(new Request.Write(SESSION, sequence, floor, List.of(closed), false, 0, poll()));
        leader.confirm();
        leader.commit();
        List<Response> answers = leader.answers();
        assertThat(answers).hasSize(1);
        return answers.get(0);
    }

    /** [S2] */
    @Test
    void aPollOfAnUnknownSessionIsNotReadAsEmptyButAnsweredAsExpired() {
        LeaderScript leader = LeaderScript.ready();
        UUID unknown = new UUID(5, 5);
        leader.ask(new Request.Write(unknown, 1, 1, List.of(), false, 0, poll()));
        leader.confirm();
        leader.commit();
        assertThat(leader.answers()).containsExactly(new Response.SessionUnknown(unknown, 1));
    }

    // ---- sessions

    private static final long TIMEOUT = LeaderScript.SESSION_TIMEOUT;

    private static List<UUID> ended(LeaderScript leader) {
        return leader.proposed().stream()
                .map(command -> ((Command.CloseSession) command).session())
                .toList();
    }

    @Test
    void aSessionEndsByOneEntryWhenItsNodeWasNotHeardForTheSessionTimeout() {
        LeaderScript leader = LeaderScript.ready();
        leader.pass(TIMEOUT - 1);
        assertThat(leader.proposed()).isEmpty();
        leader.pass(1);
        assertThat(ended(leader)).containsExactly(SESSION, LeaderScript.OTHER_SESSION);
        leader.pass(TIMEOUT);
        assertThat(leader.proposed()).as("once, although it has not committed").hasSize(2);
        leader.commit();
        assertThat(leader.state().sessionOwners()).isEmpty();
        assertThat(leader.answers()).as("nobody asked").isEmpty();
        leader.write(1, offer("late"));
        leader.commit();
        assertThat(leader.answers()).containsExactly(new Response.SessionUnknown(SESSION, 1));
        assertThat(leader.state().readyCount("q")).isZero();
    }

    @Test
    void H39_aNodeThatIsHeardKeepsItsSessionWithoutAWrite() {
        LeaderScript leader = LeaderScript.ready();
        for (int i = 0; i < 10; i++) {
            leader.pass(TIMEOUT - 1);
            leader.leader.heard(LeaderScript.NODE, leader.now);
            leader.leader.heard(LeaderScript.OTHER, leader.now);
        }
        assertThat(leader.proposed()).isEmpty();
    }

    /** Another storage under the same node ID is another node [M4]. */
    @Test
    void anotherStorageOfTheNodeDoesNotKeepItsSession() {
        LeaderScript leader = LeaderScript.ready();
        leader.pass(TIMEOUT - 1);
        leader.leader.heard(new Member(LeaderScript.NODE.node(), LeaderScript.OTHER.storage()), leader.now);
        leader.leader.heard(LeaderScript.OTHER, leader.now);
        leader.pass(1);
        assertThat(ended(leader)).containsExactly(SESSION);
    }

    @Test
    void aLeaderThatIsNotReadyEndsNoSession() {
        LeaderScript leader = new LeaderScript();
        leader.pass(2 * TIMEOUT);
        assertThat(leader.proposed()).isEmpty();
        leader.commit();
        leader.pass(0);
        assertThat(ended(leader)).hasSize(2);
    }

    /** [R2]: its end is no write of a caller. */
    @Test
    void aSessionEndsAlthoughFewerThanWVotersAreHeard() {
        LeaderScript leader = LeaderScript.ready();
        leader.leader.writesAllowed(false, List.of(), 3);
        leader.pass(TIMEOUT);
        assertThat(ended(leader)).hasSize(2);
    }

    @Test
    void H39_openingAnOpenSessionAgainWritesNothing() {
        LeaderScript leader = LeaderScript.ready();
        leader.ask(new Request.Open(SESSION, 1));
        assertThat(leader.answers()).containsExactly(new Response.Opened(SESSION));
        assertThat(leader.proposed()).isEmpty();
    }

    /** [R2]: it is applied, but not yet on W disks. */
    @Test
    void anOpenSessionIsAnsweredOnlyWhenWDisksHaveIt() {
        LeaderScript leader = new LeaderScript();
        leader.applyOnly();
        leader.ask(new Request.Open(SESSION, 1));
        assertThat(leader.answers()).isEmpty();
        assertThat(leader.proposed()).hasSize(1);
        leader.commit();
        assertThat(leader.answers()).containsExactly(new Response.Opened(SESSION));
    }

    // ---- states that differ [R6]

    @Test
    void whileStatesDifferNothingIsAnsweredOutOfTheState() {
        LeaderScript leader = LeaderScript.ready();
        leader.write(1, offer("a"));
        leader.ask(new Request.Read(SESSION, 1, 0, 1_000, new Query.QueueSize("q")));
        leader.leader.suspend("states differ");
        leader.confirm();
        leader.commit();
        assertThat(leader.answers()).isEmpty();
        leader.write(2, offer("b"));
        leader.ask(new Request.Read(SESSION, 2, 0, 1_000, new Query.QueueSize("q")));
        assertThat(leader.answers())
                .containsExactly(
                        refused(2, Response.Refused.NO_QUORUM, "states differ"),
                        new Response.NotAnswered(2, Response.Refused.NO_QUORUM, "states differ"));
        leader.leader.suspend("");
        assertThat(leader.answers())
                .containsExactly(
                        executed(1, new Result.Flag(true)), new Response.Answered(1, new Answer.Count(1), List.of()));
    }

    // ---- admission [R7]

    private static Response overloaded(long sequence) {
        return refused(sequence, Response.Refused.OVERLOADED, "too many operations wait for the leader's answer");
    }

    private static Request read(long number) {
        return new Request.Read(SESSION, number, 0, 1_000, new Query.QueueSize("q"));
    }

    @Test
    void overTheBoundInOperationsAWriteIsRefusedUntilOneIsAnswered() {
        LeaderScript leader = LeaderScript.ready(new Admission(2, 1_000_000));
        leader.write(1, offer("a"));
        leader.write(2, offer("b"));
        leader.write(3, offer("c"));
        assertThat(leader.answers()).containsExactly(overloaded(3));
        leader.commit();
        assertThat(leader.answers()).hasSize(2);
        leader.write(3, offer("c"));
        leader.commit();
        assertThat(leader.answers()).containsExactly(executed(3, new Result.Flag(true)));
        assertThat(leader.proposed()).as("what was refused went nowhere").hasSize(3);
    }

    @Test
    void overTheBoundInBytesAWriteIsRefusedAndOneThatIsLargerThanAllOfItGoesAlone() {
        Request.Write large = new Request.Write(SESSION, 1, 1, List.of(), false, 0, offer("x".repeat(1_000)));
        LeaderScript leader = LeaderScript.ready(new Admission(100, large.bytes() - 1));
        leader.ask(large);
        leader.write(2, offer("b"));
        assertThat(leader.answers()).containsExactly(overloaded(2));
        leader.commit();
        leader.answers();
        leader.write(2, offer("b"));
        leader.ask(new Request.Write(SESSION, 3, 1, List.of(), false, 0, offer("x".repeat(1_000))));
        assertThat(leader.answers()).containsExactly(overloaded(3));
    }

    @Test
    void aReadCountsItsKey() {
        byte[] key = new byte[1_000];
        for (Query query : List.of(new Query.Get("m", key), new Query.MapPage("m", key, 1))) {
            LeaderScript leader = LeaderScript.ready(new Admission(100, 2_000));
            leader.ask(new Request.Read(SESSION, 1, 0, 1_000, query));
            leader.ask(new Request.Read(SESSION, 2, 0, 1_000, query));
            assertThat(leader.answers())
                    .containsExactly(new Response.NotAnswered(2, Response.Refused.OVERLOADED, OVER));
            leader.confirm();
            leader.answers();
            leader.ask(new Request.Read(SESSION, 2, 0, 1_000, query));
            assertThat(leader.answers())
                    .as("the first one's share was given back")
                    .isEmpty();
        }
    }

    /** [R2] no client is served before the no-op, and what waits for it is bounded too. */
    @Test
    void whatWaitsForANewLeaderIsBounded() {
        LeaderScript leader = new LeaderScript(new Admission(3, 1_000_000));
        leader.ask(new Request.Open(SESSION, 1));
        leader.write(1, offer("a"));
        leader.ask(read(1));
        leader.write(2, offer("b"));
        leader.ask(read(2));
        leader.ask(new Request.Open(SESSION, 1));
        assertThat(leader.answers())
                .containsExactly(
                        overloaded(2),
                        new Response.NotAnswered(2, Response.Refused.OVERLOADED, OVER),
                        refused(0, Response.Refused.OVERLOADED, OVER));
        leader.commit();
        leader.confirm();
        leader.commit();
        assertThat(leader.answers()).hasSize(3);
    }

    private static final String OVER = "too many operations wait for the leader's answer";

    @Test
    void writesBehindAPollThatIsReadAreBounded() {
        LeaderScript leader = LeaderScript.ready(new Admission(2, 1_000_000));
        leader.write(1, poll());
        leader.write(2, offer("a"));
        leader.write(3, offer("b"));
        assertThat(leader.answers()).containsExactly(overloaded(3));
    }

    @Test
    void whateverBecomesOfAnOperationItsShareIsGivenBack() {
        LeaderScript leader = LeaderScript.ready();
        leader.write(1, poll()); // read as empty
        leader.write(2, offer("a")); // executed, behind it
        leader.write(9, offer("z")); // a gap
        leader.ask(read(1)); // answered
        leader.ask(new Request.Read(SESSION, 2, 50, 1_000, new Query.QueueSize("q"))); // expires unanswered
        leader.ask(new Request.Open(SESSION, 1)); // known
        leader.ask(new Request.Open(new UUID(0, 3), 2)); // new
        leader.confirm();
        leader.commit();
        leader.leader.writesAllowed(false, List.of(), 2);
        leader.write(3, offer("b")); // refused
        leader.leader.writesAllowed(true, List.of(), 2);
        assertThat(leader.answers()).hasSize(7);
        assertThat(leader.admission.operations()).isEqualTo(1);
        leader.pass(1_000_000_000);
        assertThat(leader.admission.operations()).isZero();
        assertThat(leader.leader.pending()).isZero();
    }

    @Test
    void aPollThatIsReadAndThenProposedOrRefusedIsCountedOnce() {
        LeaderScript leader = LeaderScript.ready();
        leader.write(2, poll()); // not read as empty, since 1 is open
        leader.confirm();
        assertThat(leader.admission.operations()).isEqualTo(1);
        leader.commit();
        assertThat(leader.answers()).hasSize(1);
        assertThat(leader.admission.operations()).isZero();
        leader.write(2, poll());
        leader.leader.writesAllowed(false, List.of(), 2);
        leader.confirm();
        assertThat(leader.answers()).hasSize(1).first().isInstanceOf(Response.NotExecuted.class);
        assertThat(leader.admission.operations()).isZero();
    }

    /** [S3] Answered as settled, the caller would lose an element that the other nodes still have. */
    @Test
    void aPollWhoseBodyCannotBeReadFailsTheNodeAndIsNotAnswered() {
        LeaderScript leader = LeaderScript.ready();
        leader.write(1, offer("a"));
        leader.commit();
        leader.answers();
        leader.write(2, poll());
        leader.loseBodies();
        assertThatThrownBy(leader::commit).isInstanceOf(StorageException.class);
        assertThat(leader.answers()).isEmpty();
    }

    /** [D2] Its caller tried again until its time-out, each time, and the node went on leading. */
    @Test
    void H37_aReadThatMeetsRotFailsTheNodeAndOneOfABodyThatIsGoneDoesNot() {
        LeaderScript leader = LeaderScript.ready();
        leader.write(1, offer("a"));
        leader.commit();
        leader.answers();
        leader.loseBodies();
        leader.ask(new Request.Read(SESSION, 1, 0, 1_000, new Query.Browse("q", 0, 1)));
        leader.confirm();
        assertThat(leader.answers()).singleElement().isInstanceOf(Response.NotAnswered.class);
        leader.bodies.lost = false;
        leader.bodies.rotten = true;
        leader.ask(new Request.Read(SESSION, 2, 0, 1_000, new Query.Browse("q", 0, 1)));
        assertThatThrownBy(leader::confirm).isInstanceOf(CorruptionException.class);
        assertThat(leader.answers()).isEmpty();
    }

    @Test
    void aPollThatNobodyWaitsForIsNotMissedWhenItsBodyIsGone() {
        LeaderScript leader = LeaderScript.ready();
        leader.write(1, offer("a"));
        leader.commit();
        leader.answers();
        leader.write(2, poll());
        leader.applyOnly();
        leader.ask(new Request.Write(SESSION, 3, 3, List.of(), false, 0, offer("b")));
        leader.applyOnly();
        leader.loseBodies();
        leader.commit();
        assertThat(leader.answers())
                .containsExactly(new Response.Executed(SESSION, 3, new Result.Flag(true), List.of()));
    }
}
