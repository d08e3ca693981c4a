package io.ngrid.node.client;

import io.ngrid.api.NotExecutedException;
import io.ngrid.api.OperationTimeoutException;
import io.ngrid.node.state.Action;
import io.ngrid.node.state.Query;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * How a queue or map reaches the cluster: behind its creation, and for callers that wait, with what api says of time and
 * interruption.
 */
final class Door {
    /** How much longer than its time-out a call waits for the event loop to end it; only a stuck loop takes as long. */
    private static final long GRACE_NANOS = 5_000_000_000L;

    private final GridClient client;
    private final Creation creation;
    private final long timeoutNanos;

    Door(GridClient client, Action create, boolean strict, long timeoutNanos) {
        this.client = client;
        this.creation = new Creation(client, create, strict, timeoutNanos);
        this.timeoutNanos = timeoutNanos;
    }

    /** {@code operation.timeout}. */
    long timeoutNanos() {
        return timeoutNanos;
    }

    <T extends @Nullable Object> Operation<GridClient.Done, T> writing(
            Action action, Function<GridClient.Done, T> mapping) {
        return start(
                new Operation<>(client, action.bytes(), timeoutNanos, left -> client.write(action, left), mapping));
    }

    <T extends @Nullable Object> Operation<GridClient.Read, T> reading(
            Query query, Function<GridClient.Read, T> mapping) {
        return start(new Operation<>(client, query.bytes(), timeoutNanos, left -> client.read(query, left), mapping));
    }

    /** A write that ends by its result or deadline, whatever interrupts the thread. */
    GridClient.Done write(Action action) {
        return write(action, timeoutNanos);
    }

    /** A write within a time of its own. */
    GridClient.Done write(Action action, long nanos) {
        refuseCallbackThread();
        return uninterruptibly(
                start(new Operation<>(
                        client, action.bytes(), nanos, left -> client.write(action, left), Function.identity())),
                nanos);
    }

    GridClient.Read read(Query query) {
        return read(query, timeoutNanos);
    }

    /** A read within a time of its own. */
    GridClient.Read read(Query query, long nanos) {
        refuseCallbackThread();
        return uninterruptibly(
                start(new Operation<>(
                        client, query.bytes(), nanos, left -> client.read(query, left), Function.identity())),
                nanos);
    }

    GridClient.Done pollWaiting(Action.Poll poll, long waitNanos) throws InterruptedException {
        return waiting(
                new Operation<>(
                        client,
                        poll.bytes(),
                        timeoutNanos,
                        left -> waitNanos > 0 ? client.pollWaiting(poll, waitNanos, left) : client.write(poll, left),
                        Function.identity()),
                waitNanos);
    }

    GridClient.Done offerWaiting(Action.Offer offer, long waitNanos) throws InterruptedException {
        return waiting(
                new Operation<>(
                        client,
                        offer.bytes(),
                        timeoutNanos,
                        left -> waitNanos > 0 ? client.offerWaiting(offer, waitNanos, left) : client.write(offer, left),
                        Function.identity()),
                waitNanos);
    }

    private <R, T extends @Nullable Object> Operation<R, T> start(Operation<R, T> operation) {
        creation.send(operation);
        return operation;
    }

    private <T> T waiting(Operation<T, T> operation, long waitNanos) throws InterruptedException {
        refuseCallbackThread();
        if (Thread.interrupted()) {
            throw new InterruptedException("interrupted before it was sent");
        }
        start(operation);
        long nanos = Math.max(0, waitNanos) + 2 * timeoutNanos; // the wait, and a proposal when it begins and ends
        try {
            return result(operation, nanos);
        } catch (InterruptedException e) {
            operation.withdraw();
        } catch (CancellationException e) {
            Thread.interrupted(); // the interrupt that withdrew it while it waited to be admitted
            throw new InterruptedException("interrupted before it was sent");
        }
        try {
            T value = uninterruptibly(operation, nanos);
            Thread.currentThread().interrupt();
            return value;
        } catch (CancellationException | NotExecutedException e) {
            Thread.interrupted();
            throw new InterruptedException("interrupted, and not executed");
        } catch (RuntimeException e) {
            Thread.currentThread().interrupt();
            throw e;
        }
    }

    private static <T> T uninterruptibly(Operation<?, T> operation, long nanos) {
        boolean interrupted = false;
        long end = System.nanoTime() + nanos;
        try {
            while (true) {
                try {
                    return result(operation, end - System.nanoTime());
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private static <T> T result(Operation<?, T> operation, long nanos) throws InterruptedException {
        try {
            return operation.get(nanos + GRACE_NANOS, java.util.concurrent.TimeUnit.NANOSECONDS);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RuntimeException error) {
                throw (RuntimeException) error.fillInStackTrace(); // the caller's, not the event loop's
            }
            throw new IllegalStateException("a call ended with " + e.getCause(), e);
        } catch (TimeoutException e) {
            throw new OperationTimeoutException("outcome unknown: this node did not answer in time", e);
        }
    }

    private void refuseCallbackThread() {
        if (client.onCallbackThread()) {
            throw new IllegalStateException("the callback thread would wait for itself: use the asynchronous method");
        }
    }
}
