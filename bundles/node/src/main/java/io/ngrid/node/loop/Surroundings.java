package io.ngrid.node.loop;

import io.ngrid.spi.Member;
import io.ngrid.spi.transport.Transport;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** What the parts of a node see of the rest of it. Event loop only. */
interface Surroundings {
    /** This node, with its present storage ID. */
    Member self();

    /** The transport, or null while there is none. */
    @Nullable
    Transport transport();

    /** The replicated group, or null while this node is no member of one. */
    @Nullable
    ReplicatedGroup group();

    /** The open connections. */
    Connections connections();

    /** A random UUID. */
    UUID newUuid();

    /** Monotonic time. */
    long now();
}
