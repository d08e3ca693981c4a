package io.ngrid.services;

import io.ngrid.api.NGridNode;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/** An asynchronous call: issued again on the next node when a node closed without executing it. */
final class AsyncCall {
    /** Makes the call on a node. */
    @FunctionalInterface
    interface Body {
        CompletableFuture<?> on(NGridNode node) throws Throwable;
    }

    private final CurrentNode nodes;
    private final Body body;
    private final long ticket;
    private final long startNanos = System.nanoTime();
    private final long deadlineNanos;
    private final CompletableFuture<@Nullable Object> result = new CompletableFuture<>();
    private volatile @Nullable Future<?> expiry;
    private volatile @Nullable NGridNode failedOn;

    AsyncCall(CurrentNode nodes, Body body, long timeoutNanos) {
        this.nodes = nodes;
        this.body = body;
        this.ticket = nodes.ticket();
        this.deadlineNanos = startNanos + timeoutNanos;
    }

    CompletableFuture<@Nullable Object> result() {
        return result;
    }

    long ticket() {
        return ticket;
    }

    long deadlineNanos() {
        return deadlineNanos;
    }

    long waitedNanos() {
        return System.nanoTime() - startNanos;
    }

    /** Whether that node was closed when the call came to it. */
    boolean failedOn(NGridNode node) {
        return failedOn == node;
    }

    void expireBy(Future<?> timer) {
        expiry = timer;
    }

    void issue(NGridNode node) {
        Future<?> timer = expiry;
        if (timer != null) {
            timer.cancel(false);
        }
        if (result.isDone()) { // cancelled while it waited
            return;
        }
        CompletableFuture<?> answer;
        try {
            answer = body.on(node);
        } catch (Throwable e) {
            settle(node, null, e);
            return;
        }
        answer.whenComplete((value, trouble) -> settle(node, value, trouble));
    }

    void fail(Throwable trouble) {
        result.completeExceptionally(trouble);
    }

    private void settle(NGridNode node, @Nullable Object value, @Nullable Throwable trouble) {
        Throwable cause =
                trouble instanceof CompletionException && trouble.getCause() != null ? trouble.getCause() : trouble;
        if (cause != null && WaitingCalls.closed(cause)) { // not executed: it may be repeated
            failedOn = node;
            nodes.submit(this, node);
        } else if (cause != null) {
            fail(cause);
        } else {
            result.complete(value);
        }
    }
}
