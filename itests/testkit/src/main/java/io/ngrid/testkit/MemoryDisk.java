package io.ngrid.testkit;

import io.ngrid.spi.storage.Disk;
import io.ngrid.spi.storage.DiskFile;
import io.ngrid.testkit.DiskFaults.Operation;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.file.NoSuchFileException;
import java.util.List;
import java.util.Random;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A disk in memory, with a page cache: what is not forced is at the mercy of {@link #crash}. Writes, lengths, names,
 * renames and deletions each count for themselves. Everything that happens by chance comes from the seed, so one thread
 * sees the same disk for the same calls.
 *
 * <p>After a crash this object is dead, files opened from it included: every call throws. The disk that {@code crash}
 * returned goes on, without faults. {@link #close} only gives up the lock; the disk may be opened again.
 */
public final class MemoryDisk implements Disk {
    /** Sees each force before it takes effect, on the thread that forces; may throw to make it fail. */
    @FunctionalInterface
    public interface ForceHook {
        /**
         * Called before a force.
         *
         * @param path the file or directory
         * @throws IOException to let the force fail
         */
        void beforeForce(String path) throws IOException;
    }

    /**
     * What was done on a disk.
     *
     * @param reads reads
     * @param writes writes
     * @param forces forces of files
     * @param directoryForces forces of directories
     * @param bytesRead bytes read
     * @param bytesWritten bytes written
     */
    public record Counters(
            long reads, long writes, long forces, long directoryForces, long bytesRead, long bytesWritten) {}

    private static final Pattern PATH = Pattern.compile("[A-Za-z0-9._-]{1,128}(/[A-Za-z0-9._-]{1,128})*");

    private final Object lock = new Object();
    private final Random random;
    private final Namespace names;
    private final DiskFaults faults = new DiskFaults();
    private @Nullable ForceHook hook;
    private Counters counters = new Counters(0, 0, 0, 0, 0, 0);
    private boolean locked;
    private boolean dead;

    /**
     * An empty disk.
     *
     * @param seed decides what is lost in crashes and failed forces
     */
    public MemoryDisk(long seed) {
        this(new Random(seed), new Namespace());
    }

    private MemoryDisk(Random random, Namespace names) {
        this.random = random;
        this.names = names;
    }

    /**
     * A power cut: each change that was not forced is kept, lost or torn.
     *
     * @return the disk as it comes back
     */
    public MemoryDisk crash() {
        return crash(Loss.RANDOM);
    }

    /**
     * A crash.
     *
     * @param loss what becomes of what was not forced
     * @return the disk as it comes back
     */
    public MemoryDisk crash(Loss loss) {
        synchronized (lock) {
            if (dead) {
                throw new IllegalStateException("this disk has crashed already; go on with the one that crash() gave");
            }
            dead = true;
            faults.held = null;
            lock.notifyAll();
            return new MemoryDisk(new Random(random.nextLong()), names.crashed(loss, random));
        }
    }

    /**
     * The disk as another process would find it if this one were killed now: nothing is lost, and what is not forced still
     * is not. This one lives on.
     *
     * @return an independent disk
     */
    public MemoryDisk copy() {
        synchronized (lock) {
            return new MemoryDisk(new Random(random.nextLong()), names.crashed(Loss.NONE, random));
        }
    }

    /**
     * The disk as it would come back from a crash in which all is lost that was not forced; this one lives on.
     *
     * @return an independent disk
     */
    public MemoryDisk copyAfterPowerCut() {
        synchronized (lock) {
            return new MemoryDisk(new Random(random.nextLong()), names.crashed(Loss.ALL, random));
        }
    }

    /**
     * Lets the n-th write from now fail; a part of it may be written.
     *
     * @param path which files count
     * @param nth 1 for the next
     */
    public void failWrite(Predicate<String> path, int nth) {
        plan(Operation.WRITE, path, nth);
    }

    /**
     * Lets the n-th force from now fail, of files or directories. Afterwards some of what was to be forced is on disk, and
     * no later force brings the rest there.
     *
     * @param path which files and directories count
     * @param nth 1 for the next
     */
    public void failForce(Predicate<String> path, int nth) {
        plan(Operation.FORCE, path, nth);
    }

    /**
     * Lets the n-th read from now fail.
     *
     * @param path which files count
     * @param nth 1 for the next
     */
    public void failRead(Predicate<String> path, int nth) {
        plan(Operation.READ, path, nth);
    }

    /**
     * Lets the n-th operation from now fail, whatever it is: a read, write or force, as above; opening, listing, making,
     * renaming, cutting or deleting a file, which then does not happen; or a question.
     *
     * @param nth 1 for the next
     */
    public void failOperation(int nth) {
        synchronized (lock) {
            faults.plan(null, path -> true, nth);
        }
    }

    /**
     * Whether a planned fault has not been made yet.
     *
     * @return true if so
     */
    public boolean hasPlannedFaults() {
        synchronized (lock) {
            return !faults.isEmpty();
        }
    }

    /** Takes back the faults planned and not yet made, the hook, held forces and the capacity. */
    public void clearFaults() {
        synchronized (lock) {
            faults.clear();
            faults.capacity = Long.MAX_VALUE;
            hook = null;
            faults.held = null;
            lock.notifyAll();
        }
    }

    /** Makes every force wait until {@link #releaseForces}. */
    public void holdForces() {
        holdForces(path -> true);
    }

    /**
     * Makes forces wait, on their threads, until {@link #releaseForces}.
     *
     * @param path which files and directories
     */
    public void holdForces(Predicate<String> path) {
        synchronized (lock) {
            faults.held = path;
        }
    }

    /** Lets held forces go on. */
    public void releaseForces() {
        synchronized (lock) {
            faults.held = null;
            lock.notifyAll();
        }
    }

    /**
     * Forces that are being held.
     *
     * @return how many threads wait
     */
    public int heldForces() {
        synchronized (lock) {
            return faults.waiting;
        }
    }

    /**
     * Sees every force before it takes effect; for use with a single thread, where {@link #holdForces} would wait for ever.
     *
     * @param newHook the hook, or null for none
     */
    public void onForce(@Nullable ForceHook newHook) {
        synchronized (lock) {
            hook = newHook;
        }
    }

    /**
     * Bounds the disk: a write that would make the files longer than this together fails.
     *
     * @param bytes the bound
     */
    public void capacity(long bytes) {
        synchronized (lock) {
            faults.capacity = bytes;
        }
    }

    /**
     * Flips a bit, on the platter and in the cache. What was pending in that file counts as forced.
     *
     * @param path the file
     * @param offset the byte
     * @param bit 0 to 7
     */
    public void flipBit(String path, long offset, int bit) {
        byte[] content = content(path);
        overwrite(path, offset, (byte) (content[(int) offset] ^ (1 << bit)));
    }

    /**
     * Overwrites bytes, on the platter and in the cache. What was pending in that file counts as forced.
     *
     * @param path the file
     * @param offset where
     * @param bytes the new bytes
     */
    public void overwrite(String path, long offset, byte... bytes) {
        synchronized (lock) {
            existing(path).rot(offset, bytes);
        }
    }

    /**
     * A file's bytes as programs see them.
     *
     * @param path the file
     * @return a copy
     */
    public byte[] content(String path) {
        synchronized (lock) {
            Content content = existing(path).seen();
            byte[] bytes = new byte[(int) content.length()];
            content.read(bytes, 0, bytes.length, 0);
            return bytes;
        }
    }

    /**
     * All files.
     *
     * @return their paths, sorted
     */
    public List<String> files() {
        synchronized (lock) {
            return names.files();
        }
    }

    /**
     * What was done since the disk was made.
     *
     * @return the counters
     */
    public Counters counters() {
        synchronized (lock) {
            return counters;
        }
    }

    @Override
    public DiskFile open(String path, boolean create) throws IOException {
        synchronized (lock) {
            check(path);
            mayFail("open", path);
            Inode file = names.file(path);
            if (file == null) {
                if (!create) {
                    throw new NoSuchFileException(path);
                }
                file = names.create(path);
            }
            return new OpenFile(file);
        }
    }

    @Override
    public boolean exists(String path) throws IOException {
        synchronized (lock) {
            check(path);
            mayFail("exists", path);
            return names.exists(path);
        }
    }

    @Override
    public List<String> list(String directory) throws IOException {
        synchronized (lock) {
            check(directory);
            mayFail("list", directory);
            return names.list(directory);
        }
    }

    @Override
    public void createDirectory(String directory) throws IOException {
        synchronized (lock) {
            check(directory);
            mayFail("createDirectory", directory);
            names.createDirectory(directory);
        }
    }

    @Override
    public void rename(String from, String to) throws IOException {
        synchronized (lock) {
            check(from);
            check(to);
            mayFail("rename", from);
            names.rename(from, to);
        }
    }

    @Override
    public void delete(String path) throws IOException {
        synchronized (lock) {
            check(path);
            mayFail("delete", path);
            names.delete(path);
        }
    }

    @Override
    public void forceDirectory(String directory) throws IOException {
        beforeForce(directory);
        synchronized (lock) {
            check(directory);
            if (!names.isDirectory(directory)) {
                throw new NoSuchFileException(directory);
            }
            Counters c = counters;
            counters = new Counters(c.reads, c.writes, c.forces, c.directoryForces + 1, c.bytesRead, c.bytesWritten);
            if (faults.strikes(Operation.FORCE, directory)) {
                throw DiskFaults.failure("force", directory);
            }
            names.force(directory);
        }
    }

    @Override
    public boolean lock(String path) throws IOException {
        open(path, true).close();
        synchronized (lock) {
            boolean free = !locked;
            locked = true;
            return free;
        }
    }

    @Override
    public long usableBytes() throws IOException {
        synchronized (lock) {
            check("");
            mayFail("usableBytes", "");
            return Math.max(0, faults.capacity - used());
        }
    }

    @Override
    public String root() {
        return "memory";
    }

    @Override
    public void close() {
        synchronized (lock) {
            locked = false;
        }
    }

    private void plan(Operation operation, Predicate<String> path, int nth) {
        synchronized (lock) {
            faults.plan(operation, path, nth);
        }
    }

    private void mayFail(String operation, String path) throws IOException {
        if (faults.strikes(Operation.OTHER, path)) {
            throw DiskFaults.failure(operation, path);
        }
    }

    private Inode existing(String path) {
        try {
            Inode file = names.file(path);
            if (file == null) {
                throw new IllegalArgumentException("no file " + path);
            }
            return file;
        } catch (IOException e) {
            throw new IllegalArgumentException(e);
        }
    }

    private long used() {
        return names.files().stream()
                .mapToLong(p -> existing(p).seen().length())
                .sum();
    }

    private void check(String path) throws IOException {
        if (dead) {
            throw new IOException("the disk has crashed");
        }
        if (!path.isEmpty() && (!PATH.matcher(path).matches() || path.contains(".."))) {
            throw new IOException("path not allowed: " + path);
        }
    }

    /** Waits while forces are held. Interrupts do not end the wait: a real fsync cannot be interrupted either. */
    private void beforeForce(String path) throws IOException {
        ForceHook seen;
        boolean interrupted = false;
        synchronized (lock) {
            seen = hook;
            boolean holds = faults.held != null && faults.held.test(path);
            faults.waiting += holds ? 1 : 0;
            for (Predicate<String> held = faults.held; held != null && held.test(path); held = faults.held) {
                try {
                    lock.wait();
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
            faults.waiting -= holds ? 1 : 0;
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        if (seen != null) {
            seen.beforeForce(path);
        }
    }

    private final class OpenFile implements DiskFile {
        private final Inode file;
        private boolean closed;

        OpenFile(Inode file) {
            this.file = file;
        }

        @Override
        public long size() throws IOException {
            synchronized (lock) {
                checkOpen();
                mayFail("size", file.path);
                return file.seen().length();
            }
        }

        @Override
        public int read(ByteBuffer target, long position) throws IOException {
            synchronized (lock) {
                checkOpen();
                if (faults.strikes(Operation.READ, file.path)) {
                    throw DiskFaults.failure("read", file.path);
                }
                byte[] bytes = new byte[target.remaining()];
                int n = file.seen().read(bytes, 0, bytes.length, position);
                target.put(bytes, 0, n);
                Counters c = counters;
                counters = new Counters(
                        c.reads + 1, c.writes, c.forces, c.directoryForces, c.bytesRead + n, c.bytesWritten);
                return n;
            }
        }

        @Override
        public void write(ByteBuffer[] sources, long position) throws IOException {
            synchronized (lock) {
                checkOpen();
                int count = 0;
                for (ByteBuffer source : sources) {
                    count += source.remaining();
                }
                byte[] bytes = new byte[count];
                int done = 0;
                for (ByteBuffer source : sources) {
                    int n = source.remaining();
                    source.get(bytes, done, n);
                    done += n;
                }
                Counters c = counters;
                counters = new Counters(
                        c.reads, c.writes + 1, c.forces, c.directoryForces, c.bytesRead, c.bytesWritten + count);
                if (faults.strikes(Operation.WRITE, file.path)) {
                    file.write(position, bytes, random.nextInt(count + 1));
                    throw DiskFaults.failure("write", file.path);
                }
                long growth = Math.max(0, position + count - file.seen().length());
                if (faults.capacity != Long.MAX_VALUE && growth > 0 && used() + growth > faults.capacity) {
                    throw new IOException(file.path + ": No space left on device");
                }
                file.write(position, bytes, count);
            }
        }

        /** The zeros are in the file, or it is as it was. */
        @Override
        public void prepare(long from, long to) throws IOException {
            long size = size();
            long begin = Math.max(size, from);
            try {
                write(new ByteBuffer[] {ByteBuffer.allocate((int) Math.max(0, to - begin))}, begin);
            } catch (IOException e) {
                truncate(size);
            }
        }

        @Override
        public void truncate(long size) throws IOException {
            synchronized (lock) {
                checkOpen();
                mayFail("truncate", file.path);
                file.truncate(size);
            }
        }

        @Override
        public void force() throws IOException {
            beforeForce(path());
            synchronized (lock) {
                checkOpen();
                Counters c = counters;
                counters =
                        new Counters(c.reads, c.writes, c.forces + 1, c.directoryForces, c.bytesRead, c.bytesWritten);
                if (faults.strikes(Operation.FORCE, file.path)) {
                    file.failForce(random);
                    throw DiskFaults.failure("force", file.path);
                }
                file.force();
            }
        }

        @Override
        public void close() {
            synchronized (lock) {
                closed = true;
            }
        }

        private String path() {
            synchronized (lock) {
                return file.path;
            }
        }

        private void checkOpen() throws IOException {
            if (dead) {
                throw new IOException(file.path + ": the disk has crashed");
            }
            if (closed) {
                throw new ClosedChannelException();
            }
        }
    }
}
