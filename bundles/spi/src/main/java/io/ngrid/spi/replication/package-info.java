/** The seam of the replication core: the replicated log, and the formation of a cluster. */
@Export
@Version("0.1.0")
@NullMarked
package io.ngrid.spi.replication;

import org.jspecify.annotations.NullMarked;
import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
