package io.ngrid.storage;

import io.ngrid.api.ConfigurationException;
import io.ngrid.spi.ClusterId;
import io.ngrid.spi.LogEntry;
import io.ngrid.spi.StorageId;
import io.ngrid.spi.storage.CorruptionException;
import io.ngrid.spi.storage.Disk;
import io.ngrid.spi.storage.Group;
import io.ngrid.spi.storage.Identity;
import io.ngrid.spi.storage.Storage;
import io.ngrid.spi.storage.StorageException;
import io.ngrid.spi.storage.StorageOptions;
import io.ngrid.spi.storage.StorageReport;
import java.io.IOException;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** A node's data directory. */
final class NodeStorage implements Storage {
    static final String LOCK = "lock";

    private final Disk disk;
    private final StorageOptions options;
    private final RandomGenerator random;
    private Identity identity;
    private @Nullable NodeGroup group;

    private NodeStorage(Disk disk, StorageOptions options, RandomGenerator random, Identity identity) {
        this.disk = disk;
        this.options = options;
        this.random = random;
        this.identity = identity;
    }

    static NodeStorage open(Disk disk, StorageOptions options, RandomGenerator random) {
        lock(disk);
        boolean done = false;
        try {
            Identity identity = begin(disk, options, random);
            if (identity.cluster() == null && disk.exists(NodeGroup.DIRECTORY)) { // [M1]
                Segments.deleteTree(disk, NodeGroup.DIRECTORY);
                Faults.forceDirectory(disk, "");
            }
            done = true;
            return new NodeStorage(disk, options, random, identity);
        } catch (IOException e) {
            throw Faults.of(disk, "open the storage", e);
        } finally {
            if (!done) {
                closeAfterFailure(disk);
            }
        }
    }

    private static void lock(Disk disk) {
        try {
            if (!disk.lock(LOCK)) {
                throw new ConfigurationException("data directory " + disk.root()
                        + " is in use by another process or node: give each node a directory of its own");
            }
        } catch (IOException e) {
            throw Faults.of(disk, "lock the storage", e);
        }
    }

    private static Identity begin(Disk disk, StorageOptions options, RandomGenerator random) throws IOException {
        Identity found = IdentityFile.read(disk);
        if (found == null && disk.exists(NodeGroup.DIRECTORY)) { // its votes and acks have no owner: no default
            throw new CorruptionException(IdentityFile.NAME, 0, "it is missing beside " + NodeGroup.DIRECTORY);
        }
        boolean free =
                found == null || (found.cluster() == null && !found.node().equals(options.node()));
        Identity next = found == null || free
                ? new Identity(options.node(), newStorageId(random), null, 1)
                : new Identity(found.node(), found.storage(), found.cluster(), found.start() + 1);
        try {
            IdentityFile.write(disk, next);
        } catch (IOException e) {
            if (!new Reserve(disk, NodeGroup.DIRECTORY).give()) {
                throw e;
            }
            try {
                IdentityFile.write(disk, next); // on the space that was held back [D3]
            } catch (IOException again) {
                again.addSuppressed(e);
                throw again;
            }
        }
        return next;
    }

    private static StorageId newStorageId(RandomGenerator random) {
        return new StorageId(new UUID(random.nextLong(), random.nextLong()));
    }

    @Override
    public Identity identity() {
        return identity;
    }

    @Override
    public Group form(LogEntry entry, ClusterId cluster) {
        if (identity.cluster() != null) {
            throw new IllegalStateException(identity + " cannot form " + cluster);
        }
        try {
            NodeGroup.create(disk, options, entry, random.nextLong());
            replace(new Identity(identity.node(), identity.storage(), cluster, identity.start()));
        } catch (IOException e) {
            throw Faults.of(disk, "form a cluster", e);
        }
        return openGroup();
    }

    @Override
    public Group openGroup() {
        if (identity.cluster() == null) {
            throw new IllegalStateException(identity + " has no cluster");
        }
        if (group != null && !group.isClosed()) {
            throw new IllegalStateException("the group is open already");
        }
        try {
            NodeGroup opened = NodeGroup.open(disk, options, random.nextLong());
            group = opened;
            return opened;
        } catch (IOException e) {
            throw Faults.of(disk, "open " + NodeGroup.DIRECTORY, e);
        }
    }

    @Override
    public Identity dropCluster() {
        try {
            NodeGroup open = group;
            group = null;
            if (open != null) {
                open.close();
            }
            replace(new Identity(options.node(), newStorageId(random), null, identity.start()));
            Segments.deleteTree(disk, NodeGroup.DIRECTORY);
            Faults.forceDirectory(disk, "");
            return identity;
        } catch (IOException e) {
            throw Faults.of(disk, "drop the cluster", e);
        }
    }

    @Override
    public StorageReport verify(Consumer<String> reading) {
        try {
            return new DirectoryCheck(disk, reading).whole().report();
        } catch (IOException e) {
            throw Faults.of(disk, "verify the storage", e);
        }
    }

    @Override
    public void close() {
        try {
            if (group != null) {
                group.close();
            }
            disk.close();
        } catch (IOException e) {
            throw new StorageException("cannot close " + disk.root(), e);
        }
    }

    private void replace(Identity next) throws IOException {
        IdentityFile.write(disk, next);
        identity = next;
    }

    private static void closeAfterFailure(Disk disk) {
        try {
            disk.close();
        } catch (IOException e) {
            throw Faults.of(disk, "give up the lock", e);
        }
    }
}
