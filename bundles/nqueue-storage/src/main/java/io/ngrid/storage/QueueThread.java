package io.ngrid.storage;

import io.ngrid.api.ConfigurationException;
import io.ngrid.spi.storage.CorruptionException;
import io.ngrid.spi.storage.Disk;
import io.ngrid.spi.storage.StorageException;
import io.ngrid.storage.NQueueOptions.Durability;
import io.ngrid.storage.NQueueOptions.WhenFull;
import java.io.IOException;
import java.security.SecureRandom;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The thread of an {@link NQueue} and the lock that its callers share with it. Callers change what is in memory and
 * write, which an interrupt cannot harm; the thread does all other I/O [D4]. It forces elements without the lock, so that
 * what comes meanwhile is ready to share the next force; the cursor too, but where callers write it.
 */
final class QueueThread {
    static final String LOCK = "lock";

    @FunctionalInterface
    interface Call<T> {
        @Nullable
        T on(QueueCore core) throws IOException;
    }

    private static final class Job<T> extends Waiter {
        private final Call<T> call;
        private @Nullable T result;
        private @Nullable RuntimeException refusal;

        Job(Call<T> call) {
            this.call = call;
        }

        void run(QueueCore core) throws IOException {
            try {
                result = call.on(core);
            } catch (CorruptionException | IllegalStateException | IllegalArgumentException e) {
                refusal = e; // nothing was changed
            }
        }

        @Override
        void complete(@Nullable RuntimeException failure) {
            super.complete(failure == null ? refusal : failure);
        }
    }

    private final Disk disk;
    private final NQueueOptions options;
    private final Thread thread;
    private final Waiter opened = new Waiter();

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition work = lock.newCondition();
    private final Condition room = lock.newCondition(); // for another element
    private final Condition fileRoom = lock.newCondition();

    // Guarded by the lock.
    private final Deque<Job<?>> jobs = new ArrayDeque<>();
    private List<Waiter> waiters = new ArrayList<>();
    private @Nullable QueueCore core;
    private @Nullable RuntimeException end;
    private boolean closing;
    private boolean awake = true;
    private boolean wanted;
    private int blocked;

    QueueThread(Disk disk, NQueueOptions options) {
        this.disk = disk;
        this.options = options;
        this.thread = new Thread(this::run, "ngrid-nqueue");
        thread.setDaemon(true);
    }

    /** Opens the queue. */
    void start() {
        thread.start();
        opened.await();
    }

    /** Does something on the thread; returns when it is as durable as the options say. */
    <T> @Nullable T call(Call<T> call) {
        Job<T> job = new Job<>(call);
        lock.lock();
        try {
            open();
            jobs.add(job);
            wake();
        } finally {
            lock.unlock();
        }
        job.await();
        return job.result;
    }

    /** Sees the queue as it is in memory. */
    <T> T look(java.util.function.Function<QueueCore, T> call) {
        lock.lock();
        try {
            return call.apply(open());
        } finally {
            lock.unlock();
        }
    }

    /** Appends elements if there is room for them in time; sequence 0 for the next one. */
    OptionalLong append(long sequence, List<byte[]> bodies, long bytes, long waitNanos) {
        long until = waitNanos == Long.MAX_VALUE ? Long.MAX_VALUE : System.nanoTime() + waitNanos;
        if (SegmentHeader.BYTES + QueueCore.size(bodies) > options.segmentBytes()) {
            return options.whenFull() == WhenFull.DROP_OLDEST
                    ? number(call(dropAndAppend(sequence, bodies, bytes)))
                    : appendLarge(sequence, bodies, bytes, until);
        }
        Waiter waiter;
        long first;
        lock.lock();
        try {
            if (!admit(sequence, bodies, bytes, until)) {
                return OptionalLong.empty();
            }
            QueueCore queue = open();
            boolean settled = queue.isSettled();
            boolean fits = queue.fits(bodies.size(), bytes);
            if (!fits && !queue.fitsWithoutFirst(bodies.size(), bytes)) {
                return number(callUnlocked(dropAndAppend(sequence, bodies, bytes)));
            }
            try {
                if (!fits) {
                    queue.poll();
                }
                first = queue.append(sequence, bodies);
                waiter = changed(queue, settled);
            } catch (IOException | RuntimeException | Error e) {
                throw fail(e);
            }
        } finally {
            lock.unlock();
        }
        if (waiter != null) {
            waiter.await();
        }
        return OptionalLong.of(first);
    }

    /** On the thread, at one go: one commit is to bring the new ones to disk, then the cursor that drops the oldest. */
    private static Call<Long> dropAndAppend(long sequence, List<byte[]> bodies, long bytes) {
        return core -> {
            core.checkNumber(sequence, bodies.size()); // before something is dropped for it
            core.dropOldest(bodies.size(), bytes);
            return core.append(sequence, bodies);
        };
    }

    private static OptionalLong number(@Nullable Long first) {
        return OptionalLong.of(Objects.requireNonNull(first));
    }

    /**
     * What is larger than a segment, on the thread, which alone makes segments. Others may take the room meanwhile; so none
     * is made before that is had.
     */
    private OptionalLong appendLarge(long sequence, List<byte[]> bodies, long bytes, long untilNanos) {
        while (true) {
            lock.lock();
            try {
                if (!hasRoom(sequence, bodies, bytes, untilNanos)) {
                    return OptionalLong.empty();
                }
            } finally {
                lock.unlock();
            }
            Long first = call(core -> core.fits(bodies.size(), bytes) ? core.append(sequence, bodies) : null);
            if (first != null) {
                return OptionalLong.of(first);
            }
        }
    }

    /** Takes the first element. */
    @Nullable
    Element poll() {
        Waiter waiter;
        Element element;
        lock.lock();
        try {
            QueueCore queue = open();
            if (!queue.headInMemory()) {
                element = null;
                waiter = null;
            } else {
                boolean settled = queue.isSettled();
                try {
                    element = queue.poll();
                    if (element == null) {
                        return null;
                    }
                    waiter = changed(queue, settled);
                } catch (IOException | RuntimeException | Error e) {
                    throw fail(e);
                }
            }
        } finally {
            lock.unlock();
        }
        if (element == null) {
            return call(QueueCore::poll);
        }
        if (waiter != null) {
            waiter.await();
        }
        return element;
    }

    /** Makes all durable and closes the files. */
    void close() {
        lock.lock();
        try {
            closing = true;
            wake();
        } finally {
            lock.unlock();
        }
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
        lock.lock();
        try {
            if (end instanceof StorageException failure) {
                throw new StorageException(
                        String.valueOf(failure.getMessage()), failure); // a call may have thrown it already
            }
        } finally {
            lock.unlock();
        }
    }

    private QueueCore open() {
        if (end != null) {
            throw end;
        }
        if (closing) {
            throw closed();
        }
        return Objects.requireNonNull(core);
    }

    private IllegalStateException closed() {
        return new IllegalStateException("the queue in " + disk.root() + " is closed");
    }

    /** After a change by a caller: brings it as far as it must be, or says whom to wait for. */
    private @Nullable Waiter changed(QueueCore queue, boolean wasSettled) throws IOException {
        if (blocked > 0) {
            room.signalAll();
        }
        if (options.durability() == Durability.FSYNC) {
            Waiter waiter = new Waiter();
            waiters.add(waiter);
            wake();
            return waiter;
        }
        if (options.durability() == Durability.OS) {
            queue.write();
        }
        if (wasSettled || queue.wantsHelp()) {
            wake();
        }
        return null;
    }

    private void wake() {
        wanted = true;
        if (!awake) {
            awake = true;
            work.signal();
        }
    }

    /** In the middle of a caller's change, which nothing refuses any more: the queue ends. */
    private RuntimeException fail(Throwable e) {
        RuntimeException failure = failure(e);
        if (end == null) {
            end = failure; // [D1]
        }
        wake();
        return failure;
    }

    /**
     * Sees to it that elements fit into the queue's present segment and, unless the oldest go for them, into the queue;
     * false if there was no room in time.
     */
    private boolean admit(long sequence, List<byte[]> bodies, long bytes, long untilNanos) {
        while (hasRoom(sequence, bodies, bytes, untilNanos)) {
            QueueCore queue = open();
            if (queue.isFull(bodies)) {
                callUnlocked(q -> {
                    if (q.isFull(bodies)) {
                        q.roll();
                    }
                    return null;
                });
            } else if (queue.mustWait(bodies)) {
                fileRoom.awaitUninterruptibly();
            } else {
                return true;
            }
        }
        return false;
    }

    /** Waits until there is room, unless the oldest go; false if there was none in time. */
    private boolean hasRoom(long sequence, List<byte[]> bodies, long bytes, long untilNanos) {
        while (true) {
            QueueCore queue = open();
            queue.checkNumber(sequence, bodies.size());
            if (queue.fits(bodies.size(), bytes) || options.whenFull() == WhenFull.DROP_OLDEST) {
                return true;
            }
            if (options.whenFull() == WhenFull.REJECT || !awaitRoom(untilNanos)) {
                return false;
            }
        }
    }

    private <T> @Nullable T callUnlocked(Call<T> call) {
        lock.unlock();
        try {
            return call(call);
        } finally {
            lock.lock();
        }
    }

    private boolean awaitRoom(long untilNanos) {
        long left = untilNanos == Long.MAX_VALUE ? Long.MAX_VALUE : untilNanos - System.nanoTime();
        if (left <= 0) {
            return false;
        }
        blocked++;
        try {
            room.awaitNanos(left);
            return true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new QueueFullException("interrupted while waiting for room in the queue in " + disk.root());
        } finally {
            blocked--;
        }
    }

    private void run() {
        QueueCore queue;
        try {
            queue = openCore();
        } catch (IOException e) {
            opened.complete(Faults.of(disk, "open the queue", e));
            return;
        } catch (RuntimeException e) {
            opened.complete(e);
            return;
        } catch (Error e) { // else its caller waits for ever
            opened.complete(failure(e));
            return;
        }
        lock.lock();
        core = queue;
        lock.unlock();
        opened.complete(null);
        List<Waiter> served = new ArrayList<>();
        RuntimeException reason = closed();
        try {
            while (!step(queue, served)) {
                served.forEach(waiter -> waiter.complete(null));
                served.clear();
            }
            queue.close();
            disk.close();
            served.forEach(waiter -> waiter.complete(null));
            served.clear();
        } catch (Throwable e) {
            reason = failure(e);
        } finally {
            end(queue, reason, served);
        }
    }

    /** What ends the queue [D1]. */
    private StorageException failure(Throwable e) {
        if (e instanceof StorageException failure) {
            return failure;
        }
        return e instanceof IOException failure
                ? Faults.of(disk, "write the queue", failure)
                : new StorageException("the queue in " + disk.root() + " failed: " + e, e);
    }

    private QueueCore openCore() throws IOException {
        if (!disk.lock(LOCK)) {
            throw new ConfigurationException("queue directory " + disk.root() + " is in use: one queue a directory");
        }
        boolean done = false;
        try {
            QueueCore opening = QueueCore.open(disk, options, new SecureRandom().nextLong());
            done = true;
            return opening;
        } finally {
            if (!done) {
                disk.close();
            }
        }
    }

    /** Serves whatever has queued up; true if the queue is to be closed. */
    private boolean step(QueueCore queue, List<Waiter> served) throws IOException, InterruptedException {
        QueueCore.Sync sync;
        Headroom.Room fileRoomToMake;
        boolean last;
        lock.lock();
        try {
            awaitWork(queue);
            last = closing;
            served.addAll(waiters);
            waiters.clear();
            for (Job<?> job = jobs.poll(); job != null; job = jobs.poll()) {
                served.add(job);
                job.run(queue);
            }
            sync = queue.startCommit(System.nanoTime());
            fileRoomToMake = queue.startRoom();
            if (sync == null) {
                sync = queue.startWriteBack();
            }
            if (blocked > 0) {
                room.signalAll();
            }
        } finally {
            lock.unlock();
        }
        if (fileRoomToMake != null) {
            fileRoomToMake.make();
            lock.lock();
            try {
                queue.finish(fileRoomToMake);
                wanted |= queue.wantsRoom();
                fileRoom.signalAll();
            } finally {
                lock.unlock();
            }
        }
        if (sync != null) {
            boolean callersWriteCursor = options.durability() == Durability.OS;
            sync.forceElements();
            if (!callersWriteCursor) {
                sync.writeCursor();
            }
            lock.lock();
            try {
                if (callersWriteCursor) {
                    if (end != null) {
                        throw end; // one of them could not [D1]
                    }
                    sync.writeCursor();
                }
                queue.finish(sync);
            } finally {
                lock.unlock();
            }
        }
        return last;
    }

    private void awaitWork(QueueCore queue) throws InterruptedException {
        while (!wanted && end == null) {
            long due = queue.nextTaskNanos();
            long left = due - System.nanoTime();
            awake = false;
            if (due == Long.MAX_VALUE) {
                work.await();
            } else if (left <= 0 || work.awaitNanos(left) <= 0) {
                wanted = true;
            }
        }
        awake = true;
        wanted = false;
        if (end != null) {
            throw end;
        }
    }

    private void end(QueueCore queue, RuntimeException reason, List<Waiter> served) {
        lock.lock();
        try {
            end = reason;
            served.addAll(jobs);
            served.addAll(waiters);
            jobs.clear();
            waiters = new ArrayList<>();
            room.signalAll();
            fileRoom.signalAll();
        } finally {
            lock.unlock();
        }
        served.forEach(waiter -> waiter.complete(reason));
        if (reason instanceof StorageException) {
            try {
                queue.closeFiles();
                disk.close();
            } catch (IOException e) {
                reason.addSuppressed(e);
            }
        }
    }
}
