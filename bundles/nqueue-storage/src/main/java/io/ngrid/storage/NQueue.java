package io.ngrid.storage;

import io.ngrid.api.ConfigurationException;
import io.ngrid.spi.storage.CorruptionException;
import io.ngrid.spi.storage.Disk;
import io.ngrid.spi.storage.StorageException;
import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A durable local FIFO of byte arrays. What a call did is durable when it returns, as far as the {@link NQueueOptions}
 * say; concurrent calls share an fsync. Memory is constant, however long the queue.
 *
 * <p>Elements are numbered from 1. After a crash the queue holds what was durable, once and in order; a torn tail is cut;
 * rot anywhere else is a {@link CorruptionException} that names file and offset.
 *
 * <p>Safe for any number of threads. All file I/O is done by one private thread, so interrupting a caller harms nothing
 * [D4]; a call is not cut short by an interrupt, and leaves the flag set. After a failed write or fsync every call throws
 * {@link StorageException}, and nothing is tried again [D1]: close the queue and open it anew.
 */
public final class NQueue implements AutoCloseable {
    private static final int MAX_BATCH = 4096;
    private static final String LOCK = "lock";

    @FunctionalInterface
    private interface Call<T> {
        T on(QueueCore core) throws IOException;
    }

    private static final class Job<T> {
        final Call<T> call;
        final CompletableFuture<T> result = new CompletableFuture<>();

        @Nullable
        Runnable outcome;

        Job(Call<T> call) {
            this.call = call;
        }

        void run(QueueCore core) throws IOException {
            try {
                T value = call.on(core);
                outcome = () -> result.complete(value);
            } catch (CorruptionException | IllegalStateException | IllegalArgumentException e) {
                outcome = () -> result.completeExceptionally(e); // nothing was changed
            }
        }
    }

    private final Disk disk;
    private final NQueueOptions options;
    private final LinkedBlockingQueue<Job<?>> jobs = new LinkedBlockingQueue<>(); // one a waiting caller
    private final CompletableFuture<@Nullable Void> opened = new CompletableFuture<>();
    private final Thread thread;
    private volatile @Nullable RuntimeException end;
    private boolean closing; // of the queue's thread

    private NQueue(Disk disk, NQueueOptions options) {
        this.disk = disk;
        this.options = options;
        this.thread = new Thread(this::run, "ngrid-nqueue");
        thread.setDaemon(true);
    }

    /**
     * Opens a queue, or makes one.
     *
     * @param directory its directory, made if missing; one queue a directory
     * @param options the settings
     * @return the queue
     * @throws IOException if the directory cannot be made or written
     * @throws ConfigurationException if another process or object has it open
     * @throws CorruptionException if a file is corrupt
     * @throws StorageException if reading or writing fails
     */
    public static NQueue open(Path directory, NQueueOptions options) throws IOException {
        return open(new NioDisk(directory), options);
    }

    /**
     * Opens a queue, or makes one.
     *
     * @param disk a disk of its own; closed with the queue
     * @param options the settings
     * @return the queue
     * @throws ConfigurationException if it is open already
     * @throws CorruptionException if a file is corrupt
     * @throws StorageException if reading or writing fails
     */
    public static NQueue open(Disk disk, NQueueOptions options) {
        NQueue queue = new NQueue(disk, options);
        queue.thread.start();
        await(queue.opened);
        return queue;
    }

    /**
     * Appends an element.
     *
     * @param body the element; not to be changed from now on
     * @return its sequence
     */
    public long append(byte[] body) {
        return call(core -> core.append(System.currentTimeMillis(), body));
    }

    /**
     * Appends elements, one behind the other. Durable together when this returns; a crash before may leave the first few.
     *
     * @param bodies the elements, at least one
     * @return the sequence of the first
     */
    public long appendAll(List<byte[]> bodies) {
        if (bodies.isEmpty()) {
            throw new IllegalArgumentException("no elements");
        }
        return call(core -> {
            long now = System.currentTimeMillis();
            long first = core.append(now, bodies.get(0));
            for (byte[] body : bodies.subList(1, bodies.size())) {
                core.append(now, body);
            }
            return first;
        });
    }

    /**
     * Takes the first element.
     *
     * @return the element; empty if there is none
     */
    public Optional<Element> poll() {
        return call(core -> Optional.ofNullable(core.poll()));
    }

    /**
     * Takes the first elements.
     *
     * @param max how many at most
     * @return the elements
     */
    public List<Element> poll(int max) {
        return call(core -> {
            List<Element> taken = new ArrayList<>();
            while (taken.size() < max) {
                Element element = core.poll();
                if (element == null) {
                    break;
                }
                taken.add(element);
            }
            return taken;
        });
    }

    /**
     * The first element; it stays.
     *
     * @return the element; empty if there is none
     */
    public Optional<Element> peek() {
        return call(core -> Optional.ofNullable(core.peek()));
    }

    /**
     * Reads an element; it stays.
     *
     * @param sequence its sequence
     * @return its body; empty if it is consumed, or there never was one
     */
    public Optional<byte[]> read(long sequence) {
        return call(core -> Optional.ofNullable(core.read(sequence)));
    }

    /**
     * Takes an element wherever it is.
     *
     * @param sequence its sequence
     * @return false if it is not there
     * @throws IllegalStateException if that would leave more than {@value Cursor#MAX_RANGES} gaps
     */
    public boolean release(long sequence) {
        return call(core -> core.release(sequence));
    }

    /**
     * Drops elements from the end; durable when this returns. Their sequences are given again.
     *
     * @param fromSequence first to go
     */
    public void truncateTail(long fromSequence) {
        call(core -> {
            core.truncateTail(fromSequence);
            return true;
        });
    }

    /**
     * Goes over the elements; weakly consistent: those consumed or appended meanwhile may or may not be seen.
     *
     * @param fromSequence where to begin
     * @return the elements in their order
     */
    public Iterator<Element> iterate(long fromSequence) {
        return new Iterator<>() {
            private final Deque<Element> page = new ArrayDeque<>();
            private long next = fromSequence;

            @Override
            public boolean hasNext() {
                if (page.isEmpty()) {
                    page.addAll(call(core -> core.page(next)));
                }
                return !page.isEmpty();
            }

            @Override
            public Element next() {
                if (!hasNext()) {
                    throw new NoSuchElementException();
                }
                Element element = page.removeFirst();
                next = element.sequence() + 1;
                return element;
            }
        };
    }

    /**
     * How many elements there are.
     *
     * @return the number
     */
    public long size() {
        return call(QueueCore::size);
    }

    /**
     * How many bytes they are.
     *
     * @return the sum of their lengths
     */
    public long bytes() {
        return call(QueueCore::bytes);
    }

    /** Makes all that was done before durable, whatever the options. */
    public void sync() {
        call(core -> {
            core.sync();
            return true;
        });
    }

    /** Makes all durable and closes the files. Calls under way end first; later ones throw IllegalStateException. */
    @Override
    public void close() {
        try {
            call(core -> {
                closing = true;
                return true;
            });
        } catch (IllegalStateException e) {
            if (end != e) {
                throw e;
            }
        } finally {
            joinThread();
        }
    }

    private <T> T call(Call<T> call) {
        Job<T> job = new Job<>(call);
        jobs.add(job);
        RuntimeException ended = end;
        if (ended != null && jobs.remove(job)) {
            throw ended;
        }
        return await(job.result);
    }

    private static <T> T await(CompletableFuture<T> result) {
        boolean interrupted = false;
        try {
            while (true) {
                try {
                    return result.get();
                } catch (InterruptedException e) {
                    interrupted = true;
                } catch (ExecutionException e) {
                    if (e.getCause() instanceof RuntimeException cause) {
                        throw cause;
                    }
                    throw new StorageException(e.getMessage() == null ? "failed" : e.getMessage(), e.getCause());
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private void joinThread() {
        boolean interrupted = false;
        while (thread.isAlive()) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private void run() {
        QueueCore core;
        try {
            core = openCore();
        } catch (IOException e) {
            opened.completeExceptionally(Faults.of(disk, "open the queue", e));
            return;
        } catch (RuntimeException e) {
            opened.completeExceptionally(e);
            return;
        }
        opened.complete(null);
        List<Job<?>> batch = new ArrayList<>();
        RuntimeException reason = new StorageException("the thread of the queue in " + disk.root() + " died", null);
        try {
            while (!closing) {
                take(core, batch);
                for (Job<?> job : batch) {
                    job.run(core);
                }
                core.commit(System.nanoTime());
                if (closing) {
                    core.close();
                    disk.close();
                }
                batch.forEach(NQueue::complete);
                batch.clear();
            }
            reason = new IllegalStateException("the queue in " + disk.root() + " is closed");
        } catch (IOException e) {
            reason = Faults.of(disk, "write the queue", e); // [D1]
        } catch (RuntimeException | InterruptedException e) {
            reason = new StorageException("the queue in " + disk.root() + " failed: " + e.getMessage(), e);
        } finally {
            end(core, reason, batch);
        }
    }

    private QueueCore openCore() throws IOException {
        if (!disk.lock(LOCK)) {
            throw new ConfigurationException("queue directory " + disk.root() + " is in use: one queue a directory");
        }
        boolean done = false;
        try {
            QueueCore core = QueueCore.open(disk, options, new SecureRandom().nextLong());
            done = true;
            return core;
        } finally {
            if (!done) {
                disk.close();
            }
        }
    }

    /** Whatever has queued up is the next batch. */
    private void take(QueueCore core, List<Job<?>> batch) throws InterruptedException {
        long due = core.nextTaskNanos();
        Job<?> first = due == Long.MAX_VALUE
                ? jobs.take()
                : jobs.poll(Math.max(0, due - System.nanoTime()), TimeUnit.NANOSECONDS);
        if (first != null) {
            batch.add(first);
            jobs.drainTo(batch, MAX_BATCH);
        }
    }

    private static void complete(Job<?> job) {
        Runnable outcome = job.outcome;
        if (outcome != null) {
            outcome.run();
        }
    }

    private void end(QueueCore core, RuntimeException reason, List<Job<?>> batch) {
        end = reason;
        List<Job<?>> left = new ArrayList<>(batch);
        jobs.drainTo(left);
        left.forEach(job -> job.result.completeExceptionally(reason));
        if (reason instanceof StorageException) {
            try {
                core.closeFiles();
                disk.close();
            } catch (IOException e) {
                reason.addSuppressed(e);
            }
        }
    }
}
