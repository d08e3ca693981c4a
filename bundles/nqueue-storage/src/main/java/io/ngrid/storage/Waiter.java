package io.ngrid.storage;

import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** A call that waits for a queue's thread. An interrupt does not end the wait; the flag is set again afterwards. */
class Waiter {
    private final Thread caller = Thread.currentThread();
    private @Nullable RuntimeException failure;
    private volatile boolean done;

    void complete(@Nullable RuntimeException newFailure) {
        failure = newFailure;
        done = true;
        LockSupport.unpark(caller);
    }

    void await() {
        boolean interrupted = false;
        while (!done) {
            LockSupport.park(this);
            interrupted |= Thread.interrupted();
        }
        if (interrupted) {
            caller.interrupt();
        }
        RuntimeException thrown = failure;
        if (thrown != null) {
            throw thrown;
        }
    }
}
