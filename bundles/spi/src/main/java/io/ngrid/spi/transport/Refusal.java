package io.ngrid.spi.transport;

import io.ngrid.api.NodeId;
import io.ngrid.spi.ClusterId;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A connection that a handshake ended, at either end.
 *
 * @param kind why
 * @param address the other end's address, as {@code host:port}
 * @param node the other end's node ID, or null if it told none
 * @param cluster the other end's cluster, or null
 * @param voters node IDs of the voters of the other end's cluster; empty if unknown
 * @param message one sentence for people, with both sides' values
 */
public record Refusal(
        Kind kind,
        String address,
        @Nullable NodeId node,
        @Nullable ClusterId cluster,
        List<NodeId> voters,
        String message) {
    /** Why a handshake was refused. The code is sent; never reuse one. */
    public enum Kind {
        /** Not an NGrid node, or a broken frame. */
        MAGIC(1),
        /** No common protocol version. */
        VERSION(2),
        /** Another cluster name. */
        CLUSTER_NAME(3),
        /** Another cluster ID. */
        CLUSTER_ID(4),
        /** Another node with the same ID is running. */
        DUPLICATE_NODE_ID(5),
        /** A known node ID with another storage ID than the voters' list has [M4]. */
        UNKNOWN_STORAGE(6),
        /** Another node answers at a peer's address than the configuration names. */
        UNEXPECTED_NODE_ID(7),
        /** As many other nodes are known as may be, and none can be forgotten. */
        TOO_MANY_NODES(8);

        private final int code;

        Kind(int code) {
            this.code = code;
        }

        /**
         * The code sent.
         *
         * @return the code
         */
        public int code() {
            return code;
        }

        /**
         * The kind of a code.
         *
         * @param code the code
         * @return the kind
         * @throws IllegalArgumentException if there is none
         */
        public static Kind of(int code) {
            for (Kind kind : values()) {
                if (kind.code == code) {
                    return kind;
                }
            }
            throw new IllegalArgumentException("no refusal has code " + code);
        }
    }
}
