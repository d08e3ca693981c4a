/** A node's event loop and the other threads' step functions; see docs/architecture.md. */
@NullMarked
package io.ngrid.node.loop;

import org.jspecify.annotations.NullMarked;
