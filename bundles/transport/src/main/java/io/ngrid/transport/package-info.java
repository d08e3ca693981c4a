/** The TCP full mesh between the nodes. */
@NullMarked
package io.ngrid.transport;

import org.jspecify.annotations.NullMarked;
