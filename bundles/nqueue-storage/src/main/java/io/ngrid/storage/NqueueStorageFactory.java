package io.ngrid.storage;

import io.ngrid.spi.storage.Disk;
import io.ngrid.spi.storage.Storage;
import io.ngrid.spi.storage.StorageFactory;
import io.ngrid.spi.storage.StorageOptions;
import java.io.IOException;
import java.nio.file.Path;
import java.util.random.RandomGenerator;
import org.osgi.service.component.annotations.Component;

/** Makes disks and storages. */
@Component
public final class NqueueStorageFactory implements StorageFactory {
    @Override
    public Disk disk(Path directory) throws IOException {
        return new NioDisk(directory);
    }

    @Override
    public Storage open(Disk disk, StorageOptions options, RandomGenerator random) {
        return NodeStorage.open(disk, options, random);
    }
}
