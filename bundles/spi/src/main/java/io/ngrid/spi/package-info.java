/** Values that NGrid's own bundles share: members, configurations, log entries. Not for consumers. */
@Export
@Version("0.1.0")
@NullMarked
package io.ngrid.spi;

import org.jspecify.annotations.NullMarked;
import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
