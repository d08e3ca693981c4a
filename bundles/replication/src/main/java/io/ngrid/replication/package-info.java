/** Makes the replication core available to a node. */
@NullMarked
package io.ngrid.replication;

import org.jspecify.annotations.NullMarked;
