package io.ngrid.spi;

import java.util.UUID;

/**
 * Random name of a cluster, made once, when it forms [M1]. Nodes of different clusters never talk.
 *
 * @param value the UUID
 */
public record ClusterId(UUID value) {
    @Override
    public String toString() {
        return value.toString();
    }
}
