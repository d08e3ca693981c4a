package io.ngrid.node.client;

import io.ngrid.api.NodeId;
import io.ngrid.node.state.Action;
import io.ngrid.node.state.Query;
import io.ngrid.node.state.Result;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;

/** A proxy, a leader whose part the test plays, and a clock that the test moves. */
final class ProxyScript implements ClientProxy.Out {
    static final long MILLI = 1_000_000;
    static final long TIMEOUT = 10_000;

    /** Monotonic time wraps around soon after the start of each test. */
    private static final long START = Long.MAX_VALUE - 30 * MILLI;

    private static final Pending.Owner NOBODY = new Pending.Owner() {
        @Override
        public void ended(Pending<?> call) {}

        @Override
        public void cancelled(Pending<?> call) {}
    };

    private final List<String> sent = new ArrayList<>();
    private int sessions = 1;
    private long now = START;
    private long epoch;
    final ClientProxy proxy = new ClientProxy(session(1), 5, this, START);

    static UUID session(int number) {
        return new UUID(0, number);
    }

    // ---- callers

    PendingWrite offer(String element) {
        return offer(element, TIMEOUT);
    }

    PendingWrite offer(String element, long timeoutMillis) {
        return submit(new PendingWrite(offerOf(element), now, 0, timeoutMillis * MILLI, NOBODY));
    }

    PendingWrite offerOfBytes(int size) {
        return submit(
                new PendingWrite(new Action.Offer("q", List.of(new byte[size])), now, 0, TIMEOUT * MILLI, NOBODY));
    }

    PendingWrite poll() {
        return submit(new PendingWrite(new Action.Poll("q", 1), now, 0, TIMEOUT * MILLI, NOBODY));
    }

    PendingWrite pollWaiting(long waitMillis) {
        return submit(new PendingWrite(new Action.Poll("q", 1), now, waitMillis * MILLI, TIMEOUT * MILLI, NOBODY));
    }

    PendingWrite offerWaiting(String element, long waitMillis) {
        return submit(new PendingWrite(offerOf(element), now, waitMillis * MILLI, TIMEOUT * MILLI, NOBODY));
    }

    PendingRead size() {
        return size(TIMEOUT);
    }

    PendingRead size(long timeoutMillis) {
        return submit(new PendingRead(new Query.QueueSize("q"), now, timeoutMillis * MILLI, NOBODY));
    }

    PendingRead get(int keyBytes) {
        return submit(new PendingRead(new Query.Get("m", new byte[keyBytes]), now, TIMEOUT * MILLI, NOBODY));
    }

    private <P extends Pending<?>> P submit(P call) {
        proxy.submit(call, now);
        return call;
    }

    void withdraw(Pending<?> call) {
        proxy.cancel(call, now);
    }

    private static Action.Offer offerOf(String element) {
        return new Action.Offer("q", List.of(element.getBytes(StandardCharsets.UTF_8)));
    }

    // ---- the leader and the clock

    void leader(String node) {
        proxy.leader(new NodeId(node), ++epoch, "", now);
    }

    /** A leader that has opened the session; what was sent so far is forgotten. */
    ProxyScript led() {
        leader("n3");
        answer(new Response.Opened(session(sessions)));
        sent.clear();
        return this;
    }

    void noLeader(String why) {
        proxy.leader(null, epoch, why, now);
    }

    void answer(Response response) {
        proxy.received(response, now);
    }

    void executed(long sequence) {
        executed(sequence, new Result.Flag(true));
    }

    void executed(long sequence, Result result) {
        answer(new Response.Executed(session(sessions), sequence, result, List.of()));
    }

    void polled(long sequence, String element) {
        answer(new Response.Executed(
                session(sessions),
                sequence,
                new Result.Polled(1, List.of(99L)),
                List.of(element.getBytes(StandardCharsets.UTF_8))));
    }

    void empty(long sequence) {
        answer(new Response.ReadEmpty(session(sessions), sequence));
    }

    void full(long sequence) {
        executed(sequence, new Result.Flag(false));
    }

    void refused(long sequence, Response.Refused reason) {
        answer(new Response.NotExecuted(session(sessions), sequence, reason, "said the leader"));
    }

    void gap(long sequence, long from) {
        answer(new Response.Gap(session(sessions), sequence, from));
    }

    void wake(long number) {
        answer(new Response.Wake("q", false, number));
    }

    /** Moves the clock, with a tick whenever the proxy wants one. */
    void pass(long millis) {
        long end = now + millis * MILLI;
        while (proxy.nextTickNanos() - end <= 0) {
            now = Math.max(0, proxy.nextTickNanos() - now) + now;
            proxy.tick(now);
        }
        now = end;
    }

    void retire() {
        proxy.retire(now);
    }

    void close() {
        proxy.close(now);
    }

    // ---- what it did

    /** What was sent since the last call. */
    List<String> sent() {
        List<String> copy = List.copyOf(sent);
        sent.clear();
        return copy;
    }

    static Throwable errorOf(CompletableFuture<?> call) {
        if (!call.isCompletedExceptionally()) {
            throw new AssertionError("no error: " + call);
        }
        return call.handle((value, error) -> error).join();
    }

    @Override
    public void send(Request request) {
        sent.add(text(request));
    }

    @Override
    public void complete(Runnable completion) {
        completion.run();
    }

    @Override
    public UUID newSession() {
        return session(++sessions);
    }

    private static String text(Request request) {
        if (request instanceof Request.Open open) {
            return "open " + open.session().getLeastSignificantBits() + " start " + open.start();
        }
        if (request instanceof Request.Write write) {
            return "write " + write.sequence() + " floor " + write.floor()
                    + (write.closed().isEmpty() ? "" : " closed " + write.closed())
                    + (write.resent() ? " resent" : "")
                    + (write.wake() == 0 ? "" : " wake " + write.wake()) + " " + text(write.action());
        }
        if (request instanceof Request.Read read) {
            return "read " + read.read() + " after " + read.after();
        }
        if (request instanceof Request.Interest interest) {
            return "interest " + (interest.room() ? "room " : "elements ") + interest.waiters();
        }
        Request.Decline decline = (Request.Decline) request;
        return "decline " + decline.wake();
    }

    private static String text(Action action) {
        return action instanceof Action.Offer offer
                ? "offer " + new String(offer.bodies().get(0), StandardCharsets.UTF_8)
                : "poll";
    }
}
