package io.ngrid.storage;

import io.ngrid.api.ConfigurationException;
import io.ngrid.spi.storage.CorruptionException;
import io.ngrid.spi.storage.Disk;
import io.ngrid.spi.storage.StorageException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * A durable local FIFO of byte arrays. What a call did is durable when it returns, as far as the {@link NQueueOptions}
 * say; concurrent calls share an fsync. Memory is constant, however long the queue.
 *
 * <p>Elements are numbered from 1. After a crash the queue holds what was durable, once and in order; a torn tail is cut;
 * rot anywhere else is a {@link CorruptionException} that names file and offset.
 *
 * <p>Safe for any number of threads. A caller does no file I/O that an interrupt could harm [D4]; a call is not cut short
 * by one, but for the wait for room in a full queue, and leaves the flag set. After a failed write or fsync every call
 * throws {@link StorageException}, and nothing is tried again [D1]: close the queue and open it anew.
 */
public final class NQueue implements AutoCloseable {
    /** Most bytes of one element. */
    public static final int MAX_ELEMENT_BYTES = 64 << 20;

    /** Highest sequence of an element: a file is named by one, with 18 digits at most. */
    public static final long MAX_SEQUENCE = 999_999_999_999_999_999L;

    private final NQueueOptions options;
    private final String name;
    private final QueueThread thread;

    private NQueue(Disk disk, NQueueOptions options) {
        this.options = options;
        this.name = disk.root();
        this.thread = new QueueThread(disk, options);
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
        return queue;
    }

    /**
     * Reads all of a queue that is not open, and changes nothing.
     *
     * @param directory its directory
     * @return what was found
     * @throws IOException if there is no such directory, or a file cannot be opened or read
     * @throws ConfigurationException if it is open
     */
    public static QueueReport verify(Path directory) throws IOException {
        if (!Files.isDirectory(directory)) {
            throw new NoSuchFileException(directory.toString());
        }
        return verify(NioDisk.readOnly(directory));
    }

    /**
     * Reads all of a queue that is not open, and changes nothing. To be called where nobody interrupts [D4].
     *
     * @param disk its disk; closed afterwards
     * @return what was found
     * @throws IOException if a file cannot be opened or read
     * @throws ConfigurationException if it is open
     */
    static QueueReport verify(Disk disk) throws IOException {
        try (disk) {
            if (disk.exists(QueueThread.LOCK) && !disk.lock(QueueThread.LOCK)) {
                throw new ConfigurationException("the queue in " + disk.root() + " is open: close it first");
            }
            return new QueueCheck(disk).run();
        }
    }

    /**
     * Appends an element.
     *
     * @param body the element; not to be changed from now on
     * @return its sequence
     * @throws QueueFullException if a bound leaves no room for it, and the options say REJECT; or this thread is interrupted
     *     while it waits for room
     * @throws IllegalArgumentException if it alone is larger than the bounds or {@link #MAX_ELEMENT_BYTES}
     */
    public long append(byte[] body) {
        return append(0, List.of(body), Long.MAX_VALUE).orElseThrow(this::full);
    }

    /**
     * Appends an element under a number of the caller's own. Numbers rise; gaps are as if consumed.
     *
     * @param sequence its sequence, higher than any before
     * @param body the element; not to be changed from now on
     * @throws QueueFullException as {@link #append(byte[])}
     * @throws IllegalArgumentException if the sequence is not higher than all before, or above {@link #MAX_SEQUENCE}, or the
     *     element alone is larger than the bounds
     */
    public void append(long sequence, byte[] body) {
        if (sequence < 1) {
            throw new IllegalArgumentException("sequence " + sequence + " is below 1");
        }
        append(sequence, List.of(body), Long.MAX_VALUE).orElseThrow(this::full);
    }

    /**
     * Appends an element if there is room for it in time.
     *
     * @param body the element; not to be changed from now on
     * @param timeout how long to wait for room, if the options say BLOCK; the wait for the disk is not counted; for ever if
     *     it is longer than a long of nanoseconds
     * @return its sequence; empty if there was no room
     * @throws QueueFullException if this thread is interrupted while it waits for room
     * @throws IllegalArgumentException if it alone is larger than the bounds or {@link #MAX_ELEMENT_BYTES}
     */
    public OptionalLong offer(byte[] body, Duration timeout) {
        boolean forEver = timeout.compareTo(Duration.ofNanos(Long.MAX_VALUE)) >= 0;
        return append(0, List.of(body), forEver ? Long.MAX_VALUE : timeout.isNegative() ? 0 : timeout.toNanos());
    }

    /**
     * Appends elements, one behind the other. Durable together when this returns; a crash before may leave the first few.
     *
     * @param bodies the elements, at least one
     * @return the sequence of the first
     * @throws QueueFullException as {@link #append(byte[])}, for all of them together
     * @throws IllegalArgumentException if they are none, or together larger than the bounds
     */
    public long appendAll(List<byte[]> bodies) {
        if (bodies.isEmpty()) {
            throw new IllegalArgumentException("no elements");
        }
        return append(0, bodies, Long.MAX_VALUE).orElseThrow(this::full);
    }

    private OptionalLong append(long sequence, List<byte[]> bodies, long waitNanos) {
        long bytes = 0;
        for (byte[] body : bodies) {
            if (body.length > MAX_ELEMENT_BYTES) {
                throw new IllegalArgumentException(
                        "an element of " + body.length + " bytes: at most " + MAX_ELEMENT_BYTES + " are allowed");
            }
            bytes += body.length;
        }
        if (bodies.size() > options.maxElements() || bytes > options.maxBytes()) {
            throw new IllegalArgumentException(bodies.size() + " elements of " + bytes
                    + " bytes never fit: the queue in " + name + " holds at most " + options.maxElements()
                    + " elements and " + options.maxBytes() + " bytes");
        }
        return thread.append(sequence, bodies, bytes, waitNanos);
    }

    private QueueFullException full() {
        return new QueueFullException("the queue in " + name + " is full: it holds " + size() + " elements of "
                + bytes() + " bytes, at most " + options.maxElements() + " and " + options.maxBytes());
    }

    /**
     * Takes the first element.
     *
     * @return the element; empty if there is none
     */
    public Optional<Element> poll() {
        return Optional.ofNullable(thread.poll());
    }

    /**
     * Takes the first elements.
     *
     * @param max how many at most
     * @return the elements; fewer also if one behind them cannot be read, as the next call will tell
     */
    public List<Element> poll(int max) {
        List<Element> polled = thread.call(core -> core.poll(max));
        return polled == null ? List.of() : polled;
    }

    /**
     * The first element; it stays.
     *
     * @return the element; empty if there is none
     */
    public Optional<Element> peek() {
        return Optional.ofNullable(thread.call(QueueCore::peek));
    }

    /**
     * Reads an element; it stays.
     *
     * @param sequence its sequence
     * @return its body; empty if it is consumed, or there never was one
     */
    public Optional<byte[]> read(long sequence) {
        return Optional.ofNullable(thread.call(core -> core.read(sequence)));
    }

    /**
     * Takes an element wherever it is.
     *
     * @param sequence its sequence
     * @return false if it is not there
     * @throws IllegalStateException if that would leave more than {@value Cursor#MAX_RANGES} gaps
     */
    public boolean release(long sequence) {
        return Boolean.TRUE.equals(thread.call(core -> core.release(sequence)));
    }

    /**
     * Drops elements from the end; durable when this returns. Their sequences are given again.
     *
     * @param fromSequence first to go
     */
    public void truncateTail(long fromSequence) {
        thread.call(core -> {
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
                    List<Element> read = thread.call(core -> core.page(next));
                    page.addAll(read == null ? List.of() : read);
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
        return thread.look(QueueCore::size);
    }

    /**
     * How many bytes they are.
     *
     * @return the sum of their lengths
     */
    public long bytes() {
        return thread.look(QueueCore::bytes);
    }

    /** Makes all that was done before durable, whatever the options. */
    public void sync() {
        thread.call(core -> {
            core.askSync();
            return true;
        });
    }

    /**
     * Makes all durable and closes the files. Calls under way end first; later ones throw IllegalStateException.
     *
     * @throws StorageException if a write or fsync failed, now or before
     */
    @Override
    public void close() {
        thread.close();
    }
}
