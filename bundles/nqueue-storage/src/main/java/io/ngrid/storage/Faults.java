package io.ngrid.storage;

import io.ngrid.spi.storage.Disk;
import io.ngrid.spi.storage.DiskFile;
import io.ngrid.spi.storage.StorageException;
import io.ngrid.spi.storage.UnfinishedException;
import java.io.IOException;

/**
 * Tells two kinds of failure apart: an {@code IOException} may be lack of space [D3], after which an unfinished file is
 * deleted and the attempt repeated; a failed force never is [D1] and becomes a {@link StorageException} at once.
 */
final class Faults {
    private Faults() {}

    static StorageException of(Disk disk, String doing, IOException e) {
        return new StorageException("cannot " + doing + " in " + disk.root() + ": " + e.getMessage(), e);
    }

    /** The attempt failed before it changed anything that counts; it may be repeated [D3]. */
    static UnfinishedException unfinished(Disk disk, String doing, IOException e) {
        return new UnfinishedException("cannot " + doing + " in " + disk.root() + ": " + e.getMessage(), e);
    }

    static void force(DiskFile file, String path) {
        try {
            file.force();
        } catch (IOException e) {
            throw new StorageException("cannot force " + path + ": " + e.getMessage(), e);
        }
    }

    static void forceDirectory(Disk disk, String directory) {
        try {
            disk.forceDirectory(directory);
        } catch (IOException e) {
            throw of(disk, "force directory " + directory, e);
        }
    }
}
