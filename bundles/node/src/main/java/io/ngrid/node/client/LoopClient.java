package io.ngrid.node.client;

import io.ngrid.api.NodeClosedException;
import io.ngrid.api.OverloadedException;
import io.ngrid.node.state.Action;
import io.ngrid.node.state.GridState;
import io.ngrid.node.state.Query;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Hands calls to the node's event loop, where {@link ClientProxy} takes them on. What is pending is bounded for the whole
 * node [R7]: over it, the calling thread waits within the call's time-out and then gets an
 * {@link OverloadedException}; the callback thread, which makes the room, gets it at once.
 */
public final class LoopClient implements GridClient {
    /** Most calls pending. */
    public static final int MAX_CALLS = 65_536;

    /** Most bytes pending. */
    public static final long MAX_BYTES = 64 << 20;

    private static final long LONGEST_NANOS = Long.MAX_VALUE / 4;

    /** The event loop's inbox. Any thread; keeps the order of each thread's calls. */
    public interface Inbox {
        /**
         * A call to be given to {@link ClientProxy#submit}.
         *
         * @param call the call
         * @return false if the loop takes no calls any more; it then never sees this one
         */
        boolean submit(Pending<?> call);

        /**
         * A call to be given to {@link ClientProxy#cancel}; it was submitted before.
         *
         * @param call the call
         */
        void cancel(Pending<?> call);

        /**
         * The state applied here last; the cluster may be ahead of it.
         *
         * @return the state, or null before there is one
         */
        @Nullable
        GridState state();
    }

    private final Inbox inbox;
    private final LongSupplier nanoTime;
    private final Budget budget;
    private final Pending.Owner owner = new Pending.Owner() {
        @Override
        public void ended(Pending<?> call) {
            budget.giveBack(call.bytes());
        }

        @Override
        public void cancelled(Pending<?> call) {
            inbox.cancel(call);
        }
    };

    private volatile @Nullable Thread callbackThread;

    /**
     * A client of an event loop.
     *
     * @param inbox the loop's inbox
     * @param nanoTime the loop's clock
     */
    public LoopClient(Inbox inbox, LongSupplier nanoTime) {
        this(inbox, nanoTime, MAX_CALLS, MAX_BYTES);
    }

    LoopClient(Inbox inbox, LongSupplier nanoTime, int maxCalls, long maxBytes) {
        this.inbox = inbox;
        this.nanoTime = nanoTime;
        this.budget = new Budget(maxCalls, maxBytes);
    }

    /** Makes the running thread known as the callback thread; the first thing that runs there. */
    public void enterCallbackThread() {
        callbackThread = Thread.currentThread();
    }

    @Override
    public CompletableFuture<Done> write(Action action, long timeoutNanos) {
        return submit(new PendingWrite(action, nanoTime.getAsLong(), 0, bounded(timeoutNanos), owner), false);
    }

    @Override
    public CompletableFuture<Done> pollWaiting(Action.Poll poll, long waitNanos, long timeoutNanos) {
        return waiting(poll, waitNanos, timeoutNanos);
    }

    @Override
    public CompletableFuture<Done> offerWaiting(Action.Offer offer, long waitNanos, long timeoutNanos) {
        return waiting(offer, waitNanos, timeoutNanos);
    }

    private CompletableFuture<Done> waiting(Action action, long waitNanos, long timeoutNanos) {
        long now = nanoTime.getAsLong();
        return submit(new PendingWrite(action, now, bounded(waitNanos), bounded(timeoutNanos), owner), true);
    }

    @Override
    public CompletableFuture<Read> read(Query query, long timeoutNanos) {
        return submit(new PendingRead(query, nanoTime.getAsLong(), bounded(timeoutNanos), owner), false);
    }

    @Override
    public boolean hasCreated(Action creation, boolean strict) {
        GridState state = inbox.state();
        return state != null && state.hasCreated(creation, strict);
    }

    @Override
    public void withdraw(CompletableFuture<?> call) {
        if (call instanceof Pending<?> pending && !pending.isDone()) {
            inbox.cancel(pending);
        }
    }

    @Override
    public boolean onCallbackThread() {
        return Thread.currentThread() == callbackThread;
    }

    private <T> CompletableFuture<T> submit(Pending<T> call, boolean interruptible) {
        try {
            long patience = onCallbackThread() ? 0 : call.definiteDeadline() - nanoTime.getAsLong();
            if (!budget.take(call.bytes(), patience, interruptible)) {
                return CompletableFuture.failedFuture(new OverloadedException(
                        "not executed: too many operations of this node's callers are pending"));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return CompletableFuture.failedFuture(new CancellationException("interrupted before it was sent"));
        }
        if (!inbox.submit(call)) {
            budget.giveBack(call.bytes());
            return CompletableFuture.failedFuture(new NodeClosedException("not executed: the node is closed"));
        }
        return call;
    }

    private static long bounded(long nanos) {
        return Math.max(0, Math.min(nanos, LONGEST_NANOS));
    }
}
