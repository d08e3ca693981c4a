/** The seam between a node and its peers. */
@Export
@Version("0.1.0")
@NullMarked
package io.ngrid.spi.transport;

import org.jspecify.annotations.NullMarked;
import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
