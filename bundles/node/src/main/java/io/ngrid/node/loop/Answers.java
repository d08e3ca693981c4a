package io.ngrid.node.loop;

import io.ngrid.node.client.Request;
import io.ngrid.node.client.Response;
import io.ngrid.node.client.Response.Refused;
import io.ngrid.node.state.Answer;
import io.ngrid.node.state.Outcome;
import io.ngrid.node.state.Result;
import io.ngrid.spi.Member;
import io.ngrid.spi.storage.CorruptionException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Turns outcomes and answers into responses, with the bodies that they refer to. For each node only a few responses with
 * bodies are read and kept at a time, until there is room for them on their way [R7]. Event loop only.
 */
final class Answers {
    private static final Logger LOG = LoggerFactory.getLogger(Answers.class);

    /** Bound of the bodies in one response, in bytes; passed by at most one element. */
    private static final long MAX_BODIES_BYTES = 4L << 20;

    /** Bound of the responses with bodies that are read, or wait for room, for one node. */
    private static final int MAX_UNDER_WAY = 4;

    /** Whose results are still asked for. */
    @FunctionalInterface
    interface Waiting {
        /** Whether the state still holds the result of an operation, so that its caller may wait for it [S3]. */
        boolean waits(UUID session, long sequence);
    }

    private final Leadership.Out out;
    private final BodyReader bodies;
    private final Waiting waiting;
    private final Map<Member, Line> lines = new HashMap<>();

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
            queue(to, line -> part(line, session, sequence, polled, 0));
        } else {
            out.respond(to, new Response.Executed(session, sequence, result, List.of()));
        }
    }

    /** The bodies of a large batch go in several responses, the last one with the result. Others may go in between. */
    private void part(Line line, UUID session, long sequence, Result.Polled polled, int from) {
        if (!waiting.waits(session, sequence)) {
            line.ended();
            return;
        }
        List<Long> rest = polled.sequences().subList(from, polled.sequences().size());
        bodies.read(
                polled.queue(),
                rest,
                MAX_BODIES_BYTES,
                found -> {
                    if (found.size() < rest.size()) {
                        int next = from + found.size();
                        line.respond(
                                new Response.Part(session, sequence, from, found),
                                () -> line.add(again -> part(again, session, sequence, polled, next)));
                    } else {
                        line.respond(new Response.Executed(session, sequence, polled, found), () -> {});
                    }
                },
                e -> {
                    if (waiting.waits(session, sequence)) {
                        throw e; // this node is no good [D2]; the proxy gets the same elements from another one
                    }
                    LOG.debug("bodies of a poll that nobody waits for are gone: {}", e.getMessage());
                    line.ended();
                });
    }

    void answer(Member to, Request.Read read, Answer answer) {
        if (answer instanceof Answer.Elements elements && !elements.sequences().isEmpty()) {
            queue(to, line -> elements(line, read, elements));
        } else {
            out.respond(to, new Response.Answered(read.read(), answer, List.of()));
        }
    }

    private void elements(Line line, Request.Read read, Answer.Elements elements) {
        bodies.read(
                elements.queue(),
                elements.sequences(),
                MAX_BODIES_BYTES,
                found -> {
                    List<Long> sequences = elements.sequences().subList(0, found.size());
                    line.respond(
                            new Response.Answered(read.read(), new Answer.Elements(elements.queue(), sequences), found),
                            () -> {});
                },
                e -> {
                    if (e instanceof CorruptionException) {
                        throw e; // [D2]; one that has merely been released is no damage
                    }
                    line.respond(
                            new Response.NotAnswered(read.read(), Refused.NOT_LEADER, String.valueOf(e.getMessage())),
                            () -> {});
                });
    }

    private void queue(Member to, Consumer<Line> answer) {
        Line line = lines.computeIfAbsent(to, Line::new);
        line.add(answer);
        line.goOn();
    }

    /** What a node that went away has not got yet is not read any more; its proxy asks again. */
    void disconnected(Member member) {
        Line line = lines.get(member);
        if (line != null) {
            line.end();
        }
    }

    /** The answers with bodies for one node, in turn; each one is read when it is its turn. */
    private final class Line {
        private final Member to;
        private final Deque<Consumer<Line>> waiting = new ArrayDeque<>();
        private int underWay;
        private boolean goingOn;
        private boolean over;

        Line(Member to) {
            this.to = to;
        }

        void add(Consumer<Line> answer) {
            waiting.add(answer);
        }

        /** An answer has been read; the rest of it takes its turn behind the others, when there was room for this. */
        void respond(Response response, Runnable then) {
            if (!over) {
                out.respond(to, response, () -> {
                    if (!over) {
                        then.run();
                        ended();
                    }
                });
            }
        }

        void ended() {
            underWay--;
            goOn();
        }

        /** Reads as much as may be under way; a loop, as what it starts may end at once. */
        void goOn() {
            if (goingOn || over) {
                return;
            }
            goingOn = true;
            try {
                while (underWay < MAX_UNDER_WAY && !waiting.isEmpty() && out.reaches(to)) {
                    underWay++;
                    waiting.remove().accept(this);
                }
            } finally {
                goingOn = false;
            }
            if (!out.reaches(to) || underWay == 0 && waiting.isEmpty()) {
                end();
            }
        }

        void end() {
            over = true;
            waiting.clear();
            lines.remove(to, this);
        }
    }
}
