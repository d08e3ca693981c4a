package io.ngrid.node.client;

import io.ngrid.node.state.Answer;
import io.ngrid.node.state.Result;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Function;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;

/**
 * An operation on a queue or map, held back until that is created. Cancelling it stops the wait, not the operation.
 *
 * @param <R> what the cluster answers
 * @param <T> what the caller gets
 */
final class Operation<R, T extends @Nullable Object> extends CompletableFuture<T> {
    private final GridClient client;
    private final LongFunction<CompletableFuture<R>> request;
    private final Function<R, T> mapping;
    private final long bytes;
    private final long deadline;

    private boolean withdrawn;
    private @Nullable CompletableFuture<R> sent;

    /**
     * Makes an operation; nothing is sent yet.
     *
     * @param client where it goes
     * @param bytes what it counts while it is held back
     * @param timeoutNanos time until it ends
     * @param request sends it, within the nanoseconds given
     * @param mapping what the caller gets; runs on the callback thread
     */
    Operation(
            GridClient client,
            long bytes,
            long timeoutNanos,
            LongFunction<CompletableFuture<R>> request,
            Function<R, T> mapping) {
        this.client = client;
        this.bytes = bytes;
        this.deadline = System.nanoTime() + timeoutNanos;
        this.request = request;
        this.mapping = mapping;
    }

    long bytes() {
        return bytes;
    }

    /**
     * Sends it.
     *
     * @param unknownName what to do instead of ending if the cluster knows no such queue or map, or null
     */
    void send(@Nullable Runnable unknownName) {
        CompletableFuture<R> call;
        synchronized (this) {
            if (withdrawn || isDone()) {
                return;
            }
            call = request.apply(Math.max(1, deadline - System.nanoTime()));
            sent = call;
        }
        call.whenComplete((answer, error) -> {
            if (error != null) {
                completeExceptionally(
                        error instanceof CompletionException e && e.getCause() != null ? e.getCause() : error);
            } else if (unknownName != null && isUnknownName(answer) && forget()) {
                unknownName.run();
            } else {
                end(answer);
            }
        });
    }

    private void end(R answer) {
        try {
            complete(mapping.apply(answer));
        } catch (Throwable e) { // an Error of the codec too: whoever waits would wait for ever
            completeExceptionally(e);
        }
    }

    /** See {@link GridClient#withdraw}. */
    void withdraw() {
        CompletableFuture<R> call;
        synchronized (this) {
            withdrawn = true;
            call = sent;
        }
        if (call == null) {
            completeExceptionally(new CancellationException("withdrawn before it was sent"));
        } else {
            client.withdraw(call);
        }
    }

    private synchronized boolean forget() {
        sent = null;
        return !withdrawn;
    }

    private static boolean isUnknownName(Object answer) {
        return (answer instanceof GridClient.Done done
                        && done.result() instanceof Result.Failed failed
                        && failed.reason() == Result.Reason.UNKNOWN_NAME)
                || (answer instanceof GridClient.Read read
                        && read.answer() instanceof Answer.Failed refused
                        && refused.reason() == Result.Reason.UNKNOWN_NAME);
    }
}
