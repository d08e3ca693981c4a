/** The seams of storage: a disk, and what a node keeps on it. */
@Export
@Version("0.1.0")
@NullMarked
package io.ngrid.spi.storage;

import org.jspecify.annotations.NullMarked;
import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
