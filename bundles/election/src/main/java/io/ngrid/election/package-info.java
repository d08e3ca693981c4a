/** Makes the election core available to a node. */
@NullMarked
package io.ngrid.election;

import org.jspecify.annotations.NullMarked;
