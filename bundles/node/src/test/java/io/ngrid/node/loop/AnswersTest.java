package io.ngrid.node.loop;

import static io.ngrid.node.loop.LeaderScript.NODE;
import static io.ngrid.node.loop.LeaderScript.SESSION;
import static org.assertj.core.api.Assertions.assertThat;

import io.ngrid.node.client.Request;
import io.ngrid.node.client.Response;
import io.ngrid.node.state.Action;
import io.ngrid.node.state.Query;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

/** [R7] What a leader reads for a peer that takes its answers slowly, or not at all. */
class AnswersTest {
    private static final int MIB = 1 << 20;
    private static final int ELEMENTS = 60;

    private final LeaderScript leader = LeaderScript.ready();

    /** A queue of elements of 1 MiB each, at a leader whose answers find no room from now on. */
    private void fillAndStall() {
        leader.write(1, new Action.Offer("q", Collections.nCopies(ELEMENTS, new byte[] {1})));
        leader.commit();
        leader.answers();
        leader.bodies.size = MIB;
        leader.drains = false;
    }

    private void poll(long sequence, int max) {
        leader.write(sequence, new Action.Poll("q", max));
        leader.commit();
    }

    @Test
    void ofALargeBatchTheNextPartIsReadWhenTheOneBeforeHasFoundRoom() {
        fillAndStall();
        poll(2, ELEMENTS);
        assertThat(leader.bodies.bytesRead).isEqualTo(4 * MIB);
        assertThat(leader.answers()).hasSize(1);

        leader.acceptOne();
        assertThat(leader.bodies.bytesRead).isEqualTo(8 * MIB);
    }

    @Test
    void thePartsOfALargeBatchComeInTheirOrderWithNothingLeftOut() {
        fillAndStall();
        poll(2, ELEMENTS);
        List<Response> answers = drained();
        List<byte[]> bodies = new ArrayList<>();
        for (Response answer : answers.subList(0, answers.size() - 1)) {
            assertThat(answer).isInstanceOfSatisfying(Response.Part.class, part -> {
                assertThat(part.from()).isEqualTo(bodies.size());
                bodies.addAll(part.bodies());
            });
        }
        bodies.addAll(((Response.Executed) answers.get(answers.size() - 1)).bodies());
        assertThat(bodies).hasSize(ELEMENTS);
        assertThat(bodies).extracting(body -> body[0]).isSorted();
    }

    @Test
    void ofManyPollsOnlyAFewAreReadBeforeThereIsRoomForThem() {
        fillAndStall();
        for (int i = 0; i < ELEMENTS; i++) {
            poll(2 + i, 1);
        }
        assertThat(leader.bodies.bytesRead).isEqualTo(4 * MIB);
        assertThat(drained()).hasSize(ELEMENTS);
    }

    @Test
    void aSmallAnswerNeedNotWaitForAllOfALargeOne() {
        fillAndStall();
        poll(2, ELEMENTS - 1);
        poll(3, 1);
        assertThat(drained().subList(0, 3))
                .filteredOn(Response.Executed.class::isInstance)
                .extracting(answer -> ((Response.Executed) answer).sequence())
                .containsExactly(3L);
    }

    @Test
    void peeksAreBoundedToo() {
        fillAndStall();
        for (int i = 1; i <= 20; i++) {
            leader.ask(new Request.Read(SESSION, i, 0, 1_000, new Query.Browse("q", 0, 4)));
        }
        leader.confirm();
        assertThat(leader.bodies.bytesRead).isEqualTo(16 * MIB);
        assertThat(drained()).hasSize(20);
    }

    @Test
    void whatWaitsForANodeThatGoesAwayIsNotReadAnyMore() {
        fillAndStall();
        poll(2, ELEMENTS);
        leader.connected = false;
        leader.acceptOne();
        assertThat(leader.bodies.bytesRead).isEqualTo(4 * MIB);
    }

    @Test
    void aNodeThatComesBackIsAnsweredAlthoughAnswersWereLostWithItsConnection() {
        fillAndStall();
        for (int i = 0; i < 10; i++) {
            poll(2 + i, 4);
        }
        leader.answers();
        leader.disconnect(NODE);
        leader.bodies.bytesRead = 0;
        poll(12, 4);
        assertThat(leader.bodies.bytesRead).isEqualTo(4 * MIB);
        assertThat(drained()).hasSize(1);
    }

    /** Its proxy has closed the operation, or asks the next leader. */
    @Test
    void theRestOfABatchThatNobodyWaitsForIsNotRead() {
        fillAndStall();
        poll(2, ELEMENTS);
        leader.ask(new Request.Write(SESSION, 3, 3, List.of(), false, 0, LeaderScript.offer("b")));
        leader.commit();
        leader.acceptOne();
        assertThat(leader.bodies.bytesRead).isEqualTo(4 * MIB);
    }

    /** All answers, with room for one after the other. */
    private List<Response> drained() {
        while (leader.hasUndrained()) {
            leader.acceptOne();
        }
        return leader.answers();
    }
}
