/** A read-only view of a running node, for management and shell. */
@Export
@Version("0.1.0")
@NullMarked
package io.ngrid.spi.view;

import org.jspecify.annotations.NullMarked;
import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
