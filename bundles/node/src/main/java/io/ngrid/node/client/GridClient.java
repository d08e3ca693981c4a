package io.ngrid.node.client;

import io.ngrid.node.state.Action;
import io.ngrid.node.state.Answer;
import io.ngrid.node.state.Query;
import io.ngrid.node.state.Result;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * A node's door to the cluster for its own callers: asynchronous, in bytes. Safe for any thread. Futures complete on the
 * callback thread, exceptionally with an {@link io.ngrid.api.NGridException}; cancelling one stops the wait, and the
 * operation if it was not sent yet.
 */
public interface GridClient {
    /**
     * Proposes an operation. The operations of one thread take effect in the order of their calls.
     *
     * @param action what to do
     * @param timeoutNanos time until the call ends, definite or not
     * @return the result and, for a poll, the bodies of the elements
     */
    CompletableFuture<Done> write(Action action, long timeoutNanos);

    /**
     * A poll that waits for an element [S5].
     *
     * @param poll the poll
     * @param waitNanos how long to wait for an element; when it is over the answer is empty
     * @param timeoutNanos time-out of each proposal, as for {@link #write}
     * @return the elements; empty when the wait is over
     */
    CompletableFuture<Done> pollWaiting(Action.Poll poll, long waitNanos, long timeoutNanos);

    /**
     * An offer that waits for room [S5].
     *
     * @param offer the offer
     * @param waitNanos how long to wait for room; when it is over the answer is {@code Flag(false)}
     * @param timeoutNanos time-out of each proposal, as for {@link #write}
     * @return the result
     */
    CompletableFuture<Done> offerWaiting(Action.Offer offer, long waitNanos, long timeoutNanos);

    /**
     * A linearizable read [L1] that sees the writes issued before it.
     *
     * @param query what it asks
     * @param timeoutNanos time until the call ends
     * @return the answer and, for elements, their bodies
     */
    CompletableFuture<Read> read(Query query, long timeoutNanos);

    /**
     * Whether a creation need not be proposed, since the state applied here already has what it asks for.
     *
     * @param creation a {@link Action.CreateQueue} or {@link Action.CreateMap}
     * @param strict whether other settings of an existing one would be an error
     * @return true if proposing it would change nothing; false also if this node does not know yet
     */
    boolean hasCreated(Action creation, boolean strict);

    /**
     * Asks for the end of a call, without giving up its result: if it was not sent, only waits, or is known not executed,
     * its future completes with {@link java.util.concurrent.CancellationException}; otherwise it goes on.
     *
     * @param call what one of the methods above returned
     */
    void withdraw(CompletableFuture<?> call);

    /**
     * Whether the calling thread is the one that completes futures: it must not wait for one.
     *
     * @return true if it is
     */
    boolean onCallbackThread();

    /**
     * A result.
     *
     * @param result the result
     * @param bodies bodies of a poll's elements
     */
    record Done(Result result, List<byte[]> bodies) {}

    /**
     * An answer.
     *
     * @param answer the answer
     * @param bodies bodies of its elements
     */
    record Read(Answer answer, List<byte[]> bodies) {}
}
