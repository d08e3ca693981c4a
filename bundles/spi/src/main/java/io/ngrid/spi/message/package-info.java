/** The messages that nodes exchange, one record a frame type. */
@Export
@Version("0.1.0")
@NullMarked
package io.ngrid.spi.message;

import org.jspecify.annotations.NullMarked;
import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
