package io.ngrid.spi;

import java.util.UUID;

/**
 * Random name of a data directory, made when it is first used. Promises, votes and acknowledgements belong to a node ID
 * together with a storage ID, and quorums count those pairs.
 *
 * @param value the UUID
 */
public record StorageId(UUID value) {
    @Override
    public String toString() {
        return value.toString();
    }
}
