package io.ngrid.simulation;

import io.ngrid.spi.storage.Disk;
import io.ngrid.spi.storage.DiskFile;
import io.ngrid.testkit.MemoryDisk;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * A disk as one start of a node uses it: operations take virtual time, and the node may lose its life in the middle of any
 * of them.
 */
final class SimulatedDisk implements Disk {
    /** How long operations take, and what else happens when they do. */
    interface Machine {
        /** The present turn takes longer. */
        void busy(long nanos);

        /** An operation takes effect next; may throw {@link PowerCut}. */
        void beforeOperation();

        /** An operation has failed after which the node may promise nothing more, and not touch that file again [D1]. */
        void failed(String operation, String path);

        /** A file is used again after such a failure. */
        void usedAgain(String path);

        /** Length of a force. */
        long forceNanos();
    }

    /** Ends a turn: the node is dead. */
    static final class PowerCut extends Error {
        private static final long serialVersionUID = 1L;

        PowerCut() {
            super("the node died in the middle of a disk operation", null, false, false);
        }
    }

    private static final long WRITE_NANOS = 5_000;

    private final MemoryDisk disk;
    private final Machine machine;
    private final ProvenLog proven;
    private final List<File> files = new ArrayList<>();
    private final Set<String> poisoned = new HashSet<>();

    SimulatedDisk(MemoryDisk disk, Machine machine, ProvenLog proven) {
        this.disk = disk;
        this.machine = machine;
        this.proven = proven;
    }

    @Override
    public DiskFile open(String path, boolean create) throws IOException {
        machine.beforeOperation();
        File file = new File(path, disk.open(path, create));
        files.add(file);
        return file;
    }

    @Override
    public boolean exists(String path) throws IOException {
        return disk.exists(path);
    }

    @Override
    public List<String> list(String directory) throws IOException {
        return disk.list(directory);
    }

    @Override
    public void createDirectory(String directory) throws IOException {
        machine.beforeOperation();
        disk.createDirectory(directory);
    }

    @Override
    public void rename(String from, String to) throws IOException {
        machine.beforeOperation();
        disk.rename(from, to);
        proven.renamed(from, to);
        files.forEach(file -> file.path = file.path.equals(from) ? to : file.path);
    }

    @Override
    public void delete(String path) throws IOException {
        machine.beforeOperation();
        disk.delete(path);
        poisoned.remove(path);
        proven.deleted(path);
    }

    @Override
    public void forceDirectory(String directory) throws IOException {
        machine.beforeOperation();
        machine.busy(machine.forceNanos());
        use(directory);
        try {
            disk.forceDirectory(directory);
        } catch (IOException e) {
            throw poison("force", directory, e);
        }
    }

    @Override
    public boolean lock(String path) throws IOException {
        return disk.lock(path);
    }

    @Override
    public long usableBytes() throws IOException {
        return disk.usableBytes();
    }

    @Override
    public String root() {
        return disk.root();
    }

    @Override
    public void close() {
        disk.close();
    }

    private void use(String path) {
        if (poisoned.contains(path)) {
            machine.usedAgain(path);
        }
    }

    private IOException poison(String operation, String path, IOException failure) {
        poisoned.add(path);
        machine.failed(operation, path);
        return failure;
    }

    private final class File implements DiskFile {
        private final DiskFile file;
        private String path;

        File(String path, DiskFile file) {
            this.path = path;
            this.file = file;
        }

        @Override
        public long size() throws IOException {
            return file.size();
        }

        @Override
        public int read(ByteBuffer target, long position) throws IOException {
            return file.read(target, position);
        }

        @Override
        public void write(ByteBuffer[] sources, long position) throws IOException {
            machine.busy(WRITE_NANOS);
            long length = 0;
            boolean zeros = true;
            for (ByteBuffer source : sources) {
                length += source.remaining();
                zeros &= source.isReadOnly(); // how a file is filled beforehand
            }
            use(path);
            try {
                file.write(sources, position);
            } catch (IOException e) {
                // A segment that is being made is deleted and made anew [D3].
                boolean made = path.contains("/log/") && !path.endsWith(".new");
                boolean promised = made || path.endsWith("/vote");
                throw promised && !zeros ? poison("write", path, e) : e;
            }
            if (!zeros) {
                proven.written(path, position + length);
            }
            machine.beforeOperation(); // it is in the cache, or on its way
        }

        @Override
        public void truncate(long size) throws IOException {
            machine.beforeOperation();
            file.truncate(size);
            proven.truncated(path, size);
        }

        @Override
        public void force() throws IOException {
            machine.beforeOperation();
            machine.busy(machine.forceNanos());
            use(path);
            try {
                file.force();
            } catch (IOException e) {
                throw poison("force", path, e);
            }
            proven.forced(path);
        }

        @Override
        public void close() throws IOException {
            files.remove(this);
            file.close();
        }
    }
}
