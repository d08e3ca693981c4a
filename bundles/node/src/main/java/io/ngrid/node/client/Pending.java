package io.ngrid.node.client;

import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;

/**
 * A call of this node's callers, from its submission to its end; the caller holds it as a future. What is not final
 * belongs to the event loop.
 *
 * @param <T> what it ends with
 */
public abstract sealed class Pending<T> extends CompletableFuture<T> permits PendingWrite, PendingRead {
    /** Whom a call tells about its fate. */
    interface Owner {
        /**
         * The call has ended; its future completes next. Callback thread, or the calling thread.
         *
         * @param call the call
         */
        void ended(Pending<?> call);

        /**
         * The caller has cancelled the future. Caller's thread.
         *
         * @param call the call
         */
        void cancelled(Pending<?> call);
    }

    private static final long MAX_MARGIN_NANOS = 50_000_000;

    final long timeoutNanos;
    final long startNanos;
    private final Owner owner;

    /** Order of submission; set once, by the proxy. */
    long id;
    /** Place in the one order of what is issued: reads see the writes below theirs. New with every proposal. */
    long arrival;
    /** When the event loop looks at it next. */
    long due;

    long deadline;
    boolean over;

    Pending(long startNanos, long timeoutNanos, Owner owner) {
        this.startNanos = startNanos;
        this.timeoutNanos = timeoutNanos;
        this.deadline = startNanos + timeoutNanos;
        this.owner = owner;
    }

    /** What it counts against bounds in bytes. */
    abstract long bytes();

    /** When a call that is known not executed ends: early enough for its caller to see why within the time-out. */
    final long definiteDeadline() {
        return deadline - Math.min(MAX_MARGIN_NANOS, timeoutNanos / 20);
    }

    final void succeed(T value) {
        owner.ended(this);
        complete(value);
    }

    final void fail(RuntimeException error) {
        owner.ended(this);
        completeExceptionally(error);
    }

    /** Ends a call that its caller has withdrawn. */
    final void withdraw() {
        fail(new CancellationException("withdrawn before it took effect"));
    }

    @Override
    public boolean cancel(boolean mayInterruptIfRunning) {
        boolean before = isDone();
        boolean cancelled = super.cancel(mayInterruptIfRunning);
        if (cancelled && !before) {
            owner.cancelled(this);
        }
        return cancelled;
    }
}
