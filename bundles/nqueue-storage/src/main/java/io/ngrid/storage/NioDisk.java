package io.ngrid.storage;

import io.ngrid.spi.storage.Disk;
import io.ngrid.spi.storage.DiskFile;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The real disk: file channels, owner-only rights, fsync. Only private, never-interrupted threads may call it [D4], but for
 * {@link DiskFile#write}: an interrupt closes a {@link FileChannel}, so writes go by a {@link RandomAccessFile}.
 */
final class NioDisk implements Disk {
    private static final Pattern PATH = Pattern.compile("[A-Za-z0-9._-]{1,128}(/[A-Za-z0-9._-]{1,128})*");

    /**
     * Locks held here. A process that closes a file gives up all its locks of it (POSIX): so a file that is locked here is
     * not opened once more, and one that turns out to be locked in this process stays open.
     */
    private static final Set<Path> LOCKED = ConcurrentHashMap.newKeySet();

    private static final List<FileChannel> KEPT = new CopyOnWriteArrayList<>();

    private final Path root;
    private final boolean posix;
    private final boolean readOnly;
    private @Nullable FileChannel lockChannel;
    private @Nullable Path lockedFile;

    /**
     * @param root made if missing
     * @throws IOException if it cannot be made or written; the message says what to do
     */
    NioDisk(Path root) throws IOException {
        this(root, false);
        try {
            createRoot();
        } catch (IOException e) {
            throw new IOException(
                    "data directory " + this.root + " cannot be made (" + reason(e)
                            + "): make it, or name another one, and give it to the user that runs this process",
                    e);
        }
        if (!Files.isDirectory(this.root)) {
            throw new IOException("data directory " + this.root + " is a file: name another one");
        }
        if (!Files.isWritable(this.root) || !Files.isReadable(this.root)) {
            throw new AccessDeniedException("data directory " + this.root
                    + " cannot be written by this process: give it to the user that runs it");
        }
    }

    private NioDisk(Path root, boolean readOnly) {
        this.root = root.toAbsolutePath().normalize();
        this.posix = root.getFileSystem().supportedFileAttributeViews().contains("posix");
        this.readOnly = readOnly;
    }

    /** A disk that makes and changes nothing: whatever would throws. Its lock is shared with those of other processes. */
    static NioDisk readOnly(Path root) {
        return new NioDisk(root, true);
    }

    @Override
    public DiskFile open(String path, boolean create) throws IOException {
        if (readOnly && !create) {
            Path file = resolve(path);
            return new NioFile(file, false, false, FileChannel.open(file, StandardOpenOption.READ));
        }
        checkWritable();
        Set<StandardOpenOption> options = create
                ? Set.of(StandardOpenOption.READ, StandardOpenOption.WRITE, StandardOpenOption.CREATE)
                : Set.of(StandardOpenOption.READ, StandardOpenOption.WRITE);
        Path file = resolve(path);
        return new NioFile(
                file, posix, true, FileChannel.open(file, options, create ? rights("rw-------") : rights(null)));
    }

    @Override
    public boolean exists(String path) throws IOException {
        return Files.exists(resolve(path));
    }

    @Override
    public List<String> list(String directory) throws IOException {
        Path path = resolve(directory);
        if (!Files.isDirectory(path)) {
            return List.of();
        }
        try (Stream<Path> entries = Files.list(path)) {
            return entries.map(p -> p.getFileName().toString()).sorted().toList();
        }
    }

    @Override
    public void createDirectory(String directory) throws IOException {
        checkWritable();
        Files.createDirectories(resolve(directory), rights("rwx------"));
    }

    @Override
    public void rename(String from, String to) throws IOException {
        checkWritable();
        Files.move(resolve(from), resolve(to), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    @Override
    public void delete(String path) throws IOException {
        checkWritable();
        Files.deleteIfExists(resolve(path));
    }

    @Override
    public void forceDirectory(String directory) throws IOException {
        if (!posix) {
            return; // a directory cannot be opened there, and its journal keeps the order of its entries
        }
        force(resolve(directory));
    }

    private static void force(Path directory) throws IOException {
        try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }

    /** With every directory above it that was not there yet, durably: else a power cut could take all that is forced in it. */
    private void createRoot() throws IOException {
        Path there = root;
        while (there != null && !Files.exists(there)) {
            there = there.getParent();
        }
        Files.createDirectories(root, rights("rwx------"));
        for (Path made = root; posix && made != null && !made.equals(there); made = made.getParent()) {
            Path parent = made.getParent();
            if (parent != null) {
                force(parent);
            }
        }
    }

    @Override
    public boolean lock(String path) throws IOException {
        Path file = root.toRealPath().resolve(resolve(path).getFileName());
        if (lockChannel != null || !LOCKED.add(file)) {
            return false;
        }
        boolean done = false;
        try {
            done = lockFile(resolve(path));
            lockedFile = done ? file : null;
        } finally {
            if (!done) {
                LOCKED.remove(file);
            }
        }
        return done;
    }

    private boolean lockFile(Path file) throws IOException {
        FileChannel channel = readOnly
                ? FileChannel.open(file, StandardOpenOption.READ)
                : FileChannel.open(
                        file, Set.of(StandardOpenOption.WRITE, StandardOpenOption.CREATE), rights("rw-------"));
        FileLock lock = null;
        try {
            lock = channel.tryLock(0, Long.MAX_VALUE, readOnly);
        } catch (OverlappingFileLockException e) { // held in this process under another class loader or path
            KEPT.add(channel);
            return false;
        } finally {
            if (lock != null) {
                lockChannel = channel;
            } else if (!KEPT.contains(channel)) {
                channel.close();
            }
        }
        return lock != null;
    }

    @Override
    public long usableBytes() throws IOException {
        return Files.getFileStore(root).getUsableSpace();
    }

    @Override
    public String root() {
        return root.toString();
    }

    @Override
    public void close() throws IOException {
        FileChannel channel = lockChannel;
        lockChannel = null;
        Path locked = lockedFile;
        lockedFile = null;
        if (channel != null && locked != null) {
            channel.close();
            LOCKED.remove(locked);
        }
    }

    private void checkWritable() throws IOException {
        if (readOnly) {
            throw new AccessDeniedException(root + " is only read here");
        }
    }

    private Path resolve(String path) throws IOException {
        if (path.isEmpty()) {
            return root;
        }
        if (!PATH.matcher(path).matches() || path.contains("..")) {
            throw new IOException("path '" + path + "' is not allowed: names out of A-Z a-z 0-9 . _ - without '..'");
        }
        return root.resolve(path);
    }

    private FileAttribute<?>[] rights(@Nullable String rights) {
        return posix && rights != null
                ? new FileAttribute<?>[] {PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(rights))}
                : new FileAttribute<?>[0];
    }

    private static String reason(IOException e) {
        return e.getClass().getSimpleName() + ": " + e.getMessage();
    }

    private static final class NioFile implements DiskFile {
        private static final ByteBuffer ZEROS =
                ByteBuffer.allocateDirect(256 << 10).asReadOnlyBuffer();

        /** A part of the file in memory. */
        private record Window(MappedByteBuffer bytes, long from) {}

        private final Path path;
        private final boolean maps;
        private final boolean writable;
        private final FileChannel channel;
        private @Nullable RandomAccessFile writer;
        private volatile @Nullable Window window;
        private volatile long knownSize;
        private volatile boolean sizeChanged = true; // a new file's, or one left unforced by an earlier process

        NioFile(Path path, boolean maps, boolean writable, FileChannel channel) throws IOException {
            this.path = path;
            this.maps = maps;
            this.writable = writable;
            this.channel = channel;
            this.knownSize = channel.size();
        }

        @Override
        public long size() throws IOException {
            return channel.size();
        }

        @Override
        public int read(ByteBuffer target, long position) throws IOException {
            int done = 0;
            while (target.hasRemaining()) {
                int n = channel.read(target, position + done);
                if (n < 0) {
                    break;
                }
                done += n;
            }
            return done;
        }

        @Override
        public void write(ByteBuffer[] sources, long position) throws IOException {
            long end = position;
            for (ByteBuffer source : sources) {
                byte[] bytes;
                int from = 0;
                int n = source.remaining();
                if (source.hasArray()) {
                    bytes = source.array();
                    from = source.arrayOffset() + source.position();
                    source.position(source.limit());
                } else {
                    bytes = new byte[n];
                    source.get(bytes);
                }
                if (!writeMapped(bytes, from, n, end)) {
                    RandomAccessFile out = writer();
                    out.seek(end);
                    out.write(bytes, from, n);
                }
                end += n;
            }
            if (end > knownSize) {
                knownSize = end;
                sizeChanged = true;
            }
        }

        private RandomAccessFile writer() throws IOException {
            RandomAccessFile out = writer;
            if (out == null) {
                if (!writable) {
                    throw new AccessDeniedException(path + " is only read here");
                }
                out = new RandomAccessFile(path.toFile(), "rw");
                writer = out;
            }
            return out;
        }

        private boolean writeMapped(byte[] bytes, int from, int n, long position) throws IOException {
            Window mapped = window;
            if (mapped == null || position < mapped.from || position + n > mapped.from + mapped.bytes.capacity()) {
                return false;
            }
            try {
                mapped.bytes.put((int) (position - mapped.from), bytes, from, n);
                return true;
            } catch (InternalError e) { // the page could not be had
                throw new IOException(path + ": a mapped write failed", e);
            }
        }

        /** The zeros are in the file before it is mapped: a mapped write never needs a block that is not there. */
        @Override
        public void prepare(long from, long to) throws IOException {
            if (!maps || to - from > Integer.MAX_VALUE) {
                return; // elsewhere a mapped file cannot be cut
            }
            long size = channel.size();
            try {
                fillWithZeros(Math.max(size, from), to);
                window = new Window(channel.map(FileChannel.MapMode.READ_WRITE, from, to - from), from);
                knownSize = Math.max(size, to);
                sizeChanged = true;
            } catch (IOException e) { // no space, or no more maps: it goes without
                channel.truncate(size);
            }
        }

        /** By the channel: others may write by the file meanwhile, and that has one position. */
        private void fillWithZeros(long from, long to) throws IOException {
            ByteBuffer zeros = ZEROS.duplicate();
            for (long at = from; at < to; ) {
                zeros.clear().limit((int) Math.min(zeros.capacity(), to - at));
                at += channel.write(zeros, at);
            }
        }

        @Override
        public void truncate(long size) throws IOException {
            if (size < channel.size()) {
                window = null; // behind the end there is nothing to write to
                channel.truncate(size);
                knownSize = size;
                sizeChanged = true;
            }
        }

        /** Mapped pages are the page cache's, as what is written. */
        @Override
        public void force() throws IOException {
            boolean lengthToo = sizeChanged; // without a new length, content is all there is to force
            sizeChanged = false;
            channel.force(lengthToo);
        }

        @Override
        public void close() throws IOException {
            window = null;
            RandomAccessFile out = writer;
            if (out != null) {
                out.close();
            }
            channel.close();
        }
    }
}
