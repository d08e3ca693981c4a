package io.ngrid.transport;

/** Waiting for threads to end, whatever interrupts the waiting one. */
final class Threads {
    private Threads() {}

    /** A wait that an interrupt may end. */
    interface Wait {
        boolean done() throws InterruptedException;
    }

    /**
     * Repeats a wait until it is done or a number of attempts have passed, and keeps an interrupt for the caller.
     *
     * @return whether it was done
     */
    static boolean uninterruptibly(int attempts, Wait wait) {
        boolean interrupted = false;
        try {
            for (int i = 0; i < attempts; i++) {
                try {
                    if (wait.done()) {
                        return true;
                    }
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
            return false;
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** Waits at most so many seconds until a thread has ended. */
    static boolean ended(Thread thread, int seconds) {
        return uninterruptibly(seconds * 10, () -> {
            thread.join(100);
            return !thread.isAlive();
        });
    }
}
