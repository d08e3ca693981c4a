package io.ngrid.node.loop;

import io.ngrid.node.client.Request;
import io.ngrid.node.client.Response;
import io.ngrid.node.client.Response.Refused;
import io.ngrid.node.state.Answer;
import io.ngrid.node.state.Outcome;
import io.ngrid.node.state.Result;
import io.ngrid.spi.Member;
import java.util.List;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Turns outcomes and answers into responses, with the bodies that they refer to. */
final class Answers {
    private static final Logger LOG = LoggerFactory.getLogger(Answers.class);

    /** Bound of the bodies in one response, in bytes; passed by at most one element. */
    private static final long MAX_BODIES_BYTES = 4L << 20;

    /** Whose results are still asked for. */
    @FunctionalInterface
    interface Waiting {
        /** Whether the state still holds the result of an operation, so that its caller may wait for it [S3]. */
        boolean waits(UUID session, long sequence);
    }

    private final Leadership.Out out;
    private final BodyReader bodies;
    private final Waiting waiting;

    Answers(Leadership.Out out, BodyReader bodies, Waiting waiting) {
        this.out = out;
        this.bodies = bodies;
        this.waiting = waiting;
    }

    void answer(Member to, Proposal proposal, Outcome outcome) {
        UUID session = proposal.session;
        long sequence = proposal.sequence;
        if (outcome instanceof Outcome.Opened) {
            out.respond(to, new Response.Opened(session));
        } else if (outcome instanceof Outcome.Settled) {
            out.respond(to, new Response.Settled(session, sequence));
        } else if (outcome instanceof Outcome.Gap gap) {
            out.respond(to, new Response.Gap(session, sequence, gap.from()));
        } else if (outcome instanceof Outcome.SessionUnknown) {
            out.respond(to, new Response.SessionUnknown(session, sequence));
        } else if (outcome instanceof Outcome.Executed executed) {
            executed(to, session, sequence, executed.result());
        }
    }

    private void executed(Member to, UUID session, long sequence, Result result) {
        if (result instanceof Result.Polled polled && !polled.sequences().isEmpty()) {
            part(to, session, sequence, polled, 0);
        } else {
            out.respond(to, new Response.Executed(session, sequence, result, List.of()));
        }
    }

    /** The bodies of a large batch go in several responses, the last one with the result. */
    private void part(Member to, UUID session, long sequence, Result.Polled polled, int from) {
        List<Long> rest = polled.sequences().subList(from, polled.sequences().size());
        bodies.read(
                polled.queue(),
                rest,
                MAX_BODIES_BYTES,
                found -> {
                    if (found.size() < rest.size()) {
                        out.respond(to, new Response.Part(session, sequence, from, found));
                        part(to, session, sequence, polled, from + found.size());
                    } else {
                        out.respond(to, new Response.Executed(session, sequence, polled, found));
                    }
                },
                e -> {
                    if (waiting.waits(session, sequence)) {
                        throw e; // this node is no good [D2]; the proxy gets the same elements from another one
                    }
                    LOG.debug("bodies of a poll that nobody waits for are gone: {}", e.getMessage());
                });
    }

    void answer(Member to, Request.Read read, Answer answer) {
        if (answer instanceof Answer.Elements elements && !elements.sequences().isEmpty()) {
            bodies.read(
                    elements.queue(),
                    elements.sequences(),
                    MAX_BODIES_BYTES,
                    found -> out.respond(
                            to,
                            new Response.Answered(
                                    read.read(),
                                    new Answer.Elements(
                                            elements.queue(),
                                            elements.sequences().subList(0, found.size())),
                                    found)),
                    e -> out.respond(
                            to,
                            new Response.NotAnswered(read.read(), Refused.NOT_LEADER, String.valueOf(e.getMessage()))));
        } else {
            out.respond(to, new Response.Answered(read.read(), answer, List.of()));
        }
    }
}
