/** The node's own callers: queues and maps over a proxy that asks the leader and keeps each operation's identity. */
@NullMarked
package io.ngrid.node.client;

import org.jspecify.annotations.NullMarked;
