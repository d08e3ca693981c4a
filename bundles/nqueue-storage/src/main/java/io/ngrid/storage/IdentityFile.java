package io.ngrid.storage;

import io.ngrid.api.NodeId;
import io.ngrid.spi.ClusterId;
import io.ngrid.spi.StorageId;
import io.ngrid.spi.storage.Disk;
import io.ngrid.spi.storage.Identity;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The file {@code identity}. */
final class IdentityFile {
    static final String NAME = "identity";
    private static final long MAGIC = 0x4e47_4944_454e_5431L; // NGIDENT1

    private IdentityFile() {}

    static @Nullable Identity read(Disk disk) throws IOException {
        if (!disk.exists(NAME)) {
            return null;
        }
        DataInputStream in = new DataInputStream(new ByteArrayInputStream(SmallFile.read(disk, NAME, MAGIC)));
        NodeId node = new NodeId(in.readUTF());
        StorageId storage = new StorageId(new UUID(in.readLong(), in.readLong()));
        ClusterId cluster = in.readBoolean() ? new ClusterId(new UUID(in.readLong(), in.readLong())) : null;
        return new Identity(node, storage, cluster, in.readLong());
    }

    static void write(Disk disk, Identity identity) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        DataOutputStream out = new DataOutputStream(bytes);
        out.writeUTF(identity.node().value());
        write(out, identity.storage().value());
        ClusterId cluster = identity.cluster();
        out.writeBoolean(cluster != null);
        if (cluster != null) {
            write(out, cluster.value());
        }
        out.writeLong(identity.start());
        SmallFile.replace(disk, "", NAME, MAGIC, bytes.toByteArray());
    }

    private static void write(DataOutputStream out, UUID id) throws IOException {
        out.writeLong(id.getMostSignificantBits());
        out.writeLong(id.getLeastSignificantBits());
    }
}
