package io.ngrid.storage;

import io.ngrid.spi.storage.Disk;
import io.ngrid.spi.storage.StorageException;
import java.io.IOException;

/** Turns the disk's exceptions into those of the seam. */
final class Faults {
    private Faults() {}

    static StorageException of(Disk disk, String doing, IOException e) {
        return new StorageException("cannot " + doing + " in " + disk.root() + ": " + e.getMessage(), e);
    }
}
