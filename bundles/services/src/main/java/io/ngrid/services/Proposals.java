package io.ngrid.services;

import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/** One thread for calls that have the cluster create what files name; they wait for the cluster, so nothing else may share it. */
final class Proposals implements AutoCloseable {
    private static final long RETRY_SECONDS = 1;

    private final ScheduledThreadPoolExecutor thread = new ScheduledThreadPoolExecutor(1, task -> {
        Thread thread = new Thread(task, "ngrid-services-proposals");
        thread.setDaemon(true);
        return thread;
    });

    Proposals() {
        thread.setRejectedExecutionHandler((task, pool) -> {}); // stopped
    }

    void submit(Runnable proposal) {
        thread.execute(proposal);
    }

    void later(Runnable task) {
        thread.schedule(task, RETRY_SECONDS, TimeUnit.SECONDS);
    }

    @Override
    public void close() {
        thread.shutdownNow();
    }
}
