package io.ngrid.node.client;

import io.ngrid.api.ConfigurationException;
import io.ngrid.api.OverloadedException;
import io.ngrid.node.state.Action;
import io.ngrid.node.state.Result;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Proposes a queue or map before the first operation on it, unless this node has applied it already, and once more for an
 * operation that the cluster answers with "no such name". Operations keep their order: those that come meanwhile wait
 * here.
 */
final class Creation {
    private static final int MAX_HELD_BACK = 1_024;
    private static final long MAX_HELD_BACK_BYTES = LoopClient.MAX_BYTES;

    private final GridClient client;
    private final Action create;
    private final boolean strict;
    private final long timeoutNanos;
    private final ArrayDeque<Operation<?, ?>> heldBack = new ArrayDeque<>();
    private long heldBackBytes;
    private boolean proposed;
    private volatile boolean created;

    /**
     * A creation to come.
     *
     * @param client where it goes
     * @param create the proposal
     * @param strict whether an existing one of other settings is an error
     * @param timeoutNanos time-out of the proposal
     */
    Creation(GridClient client, Action create, boolean strict, long timeoutNanos) {
        this.client = client;
        this.create = create;
        this.strict = strict;
        this.timeoutNanos = timeoutNanos;
    }

    /** Sends an operation, behind the creation if need be. */
    void send(Operation<?, ?> operation) {
        if (created || isCreatedHere()) {
            operation.send(() -> again(operation));
        } else {
            holdBack(operation);
        }
    }

    private synchronized boolean isCreatedHere() {
        if (!proposed && client.hasCreated(create, strict)) {
            created = true;
        }
        return created;
    }

    private void again(Operation<?, ?> operation) {
        synchronized (this) {
            created = false;
        }
        holdBack(operation);
    }

    private void holdBack(Operation<?, ?> operation) {
        boolean propose;
        boolean late;
        boolean full;
        synchronized (this) {
            late = created;
            full = heldBack.size() >= MAX_HELD_BACK || heldBackBytes + operation.bytes() > MAX_HELD_BACK_BYTES;
            propose = !late && !full && !proposed;
            if (!late && !full) {
                heldBack.add(operation);
                heldBackBytes += operation.bytes();
                proposed = true;
            }
        }
        if (late) {
            operation.send(null);
        } else if (full) {
            operation.completeExceptionally(
                    new OverloadedException("not executed: " + MAX_HELD_BACK + " operations, or " + MAX_HELD_BACK_BYTES
                            + " bytes of them, wait until their queue or map is created"));
        } else if (propose) {
            client.write(create, timeoutNanos).whenComplete(this::answered);
        }
    }

    private void answered(GridClient.@Nullable Done done, @Nullable Throwable error) {
        if (error != null || done == null) {
            fail(() -> Failures.notCreated(error));
        } else if (done.result() instanceof Result.Failed failed && !isHarmless(failed)) {
            fail(() -> failed.reason() == Result.Reason.OTHER_SETTINGS
                    ? new ConfigurationException(failed.message())
                    : Failures.exception(failed.reason(), failed.message()));
        } else {
            release();
        }
    }

    private boolean isHarmless(Result.Failed failed) {
        return !strict && failed.reason() == Result.Reason.OTHER_SETTINGS;
    }

    private void release() {
        while (true) {
            Operation<?, ?> next;
            synchronized (this) {
                next = heldBack.poll();
                if (next == null) {
                    proposed = false;
                    created = true; // only now may others go past
                    return;
                }
                heldBackBytes -= next.bytes();
            }
            next.send(null);
        }
    }

    private void fail(Supplier<RuntimeException> error) {
        List<Operation<?, ?>> failed;
        synchronized (this) {
            failed = new ArrayList<>(heldBack);
            heldBack.clear();
            heldBackBytes = 0;
            proposed = false;
        }
        failed.forEach(operation -> operation.completeExceptionally(error.get()));
    }
}
