package io.ngrid.node.loop;

import static io.ngrid.node.loop.LeaderScript.SESSION;
import static io.ngrid.node.loop.LeaderScript.offer;
import static io.ngrid.node.loop.LeaderScript.poll;
import static org.assertj.core.api.Assertions.assertThat;

import io.ngrid.node.client.Request;
import io.ngrid.node.client.Response;
import io.ngrid.node.state.Action;
import io.ngrid.node.state.Result;
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

    @Test
    void aPollOfAnEmptyQueueIsARead() {
        LeaderScript leader = LeaderScript.ready();
        leader.write(1, poll());
        assertThat(leader.answers()).isEmpty();
        leader.confirm();
        assertThat(leader.answers()).containsExactly(empty(1));
        assertThat(leader.proposed()).isEmpty();
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
        assertThat(polled(leader, 4, 1, 3L)).as("3 was given up").isEqualTo(empty(4));
        assertThat(polled(leader, 5, 1, 3L)).as("4 was read as empty").isEqualTo(empty(5));
        assertThat(polled(leader, 8, 6)).as("6 and 7 are open").isEqualTo(new Response.Gap(SESSION, 8, 6));
        assertThat(polled(leader, 8, 8)).as("all below 8 are settled").isEqualTo(empty(8));
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
}
