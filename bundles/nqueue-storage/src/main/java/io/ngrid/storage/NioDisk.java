package io.ngrid.storage;

import io.ngrid.spi.storage.Disk;
import io.ngrid.spi.storage.DiskFile;
import java.io.IOException;
import java.nio.ByteBuffer;
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
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The real disk: file channels, owner-only rights, fsync. Only private, never-interrupted threads may call it [D4]. */
final class NioDisk implements Disk {
    private static final Pattern PATH = Pattern.compile("[A-Za-z0-9._-]{1,128}(/[A-Za-z0-9._-]{1,128})*");

    private final Path root;
    private final boolean posix;
    private @Nullable FileChannel lockChannel;

    /**
     * @param root made if missing
     * @throws IOException if it cannot be made or written; the message says what to do
     */
    NioDisk(Path root) throws IOException {
        this.root = root.toAbsolutePath().normalize();
        this.posix = root.getFileSystem().supportedFileAttributeViews().contains("posix");
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

    @Override
    public DiskFile open(String path, boolean create) throws IOException {
        Set<StandardOpenOption> options = create
                ? Set.of(StandardOpenOption.READ, StandardOpenOption.WRITE, StandardOpenOption.CREATE)
                : Set.of(StandardOpenOption.READ, StandardOpenOption.WRITE);
        return new NioFile(FileChannel.open(resolve(path), options, create ? rights("rw-------") : rights(null)));
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
        Files.createDirectories(resolve(directory), rights("rwx------"));
    }

    @Override
    public void rename(String from, String to) throws IOException {
        Files.move(resolve(from), resolve(to), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    @Override
    public void delete(String path) throws IOException {
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
        if (lockChannel != null) {
            return false;
        }
        FileChannel channel = FileChannel.open(
                resolve(path), Set.of(StandardOpenOption.WRITE, StandardOpenOption.CREATE), rights("rw-------"));
        FileLock lock = null;
        try {
            lock = channel.tryLock();
        } catch (OverlappingFileLockException e) {
            // held in this process: the JVM knows its own locks, whatever class loader took them
        } finally {
            if (lock == null) {
                channel.close();
            } else {
                lockChannel = channel;
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
        if (channel != null) {
            channel.close();
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
        private final FileChannel channel;
        private long knownSize;
        private volatile boolean sizeChanged = true; // a new file's, or one left unforced by an earlier process

        NioFile(FileChannel channel) throws IOException {
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
            if (sources.length == 1) {
                long at = position;
                while (sources[0].hasRemaining()) {
                    at += channel.write(sources[0], at);
                }
                grown(at);
                return;
            }
            channel.position(position);
            long left = 0;
            for (ByteBuffer source : sources) {
                left += source.remaining();
            }
            while (left > 0) {
                left -= channel.write(sources);
            }
            grown(channel.position());
        }

        private void grown(long end) {
            if (end > knownSize) {
                knownSize = end;
                sizeChanged = true;
            }
        }

        @Override
        public void truncate(long size) throws IOException {
            if (size < channel.size()) {
                channel.truncate(size);
                knownSize = size;
                sizeChanged = true;
            }
        }

        @Override
        public void force() throws IOException {
            boolean lengthToo = sizeChanged; // without a new length, content is all there is to force
            sizeChanged = false;
            channel.force(lengthToo);
        }

        @Override
        public void close() throws IOException {
            channel.close();
        }
    }
}
