/** The seam of the election core: who leads. */
@Export
@Version("0.1.0")
@NullMarked
package io.ngrid.spi.election;

import org.jspecify.annotations.NullMarked;
import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
