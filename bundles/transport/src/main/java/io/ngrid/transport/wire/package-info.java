/** Frames and the layouts of their bodies: everything that knows bytes. Private to the bundle. */
@NullMarked
package io.ngrid.transport.wire;

import org.jspecify.annotations.NullMarked;
