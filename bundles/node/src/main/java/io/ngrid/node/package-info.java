/** One node: plain Java start. */
@Export
@Version("0.1.0")
@NullMarked
package io.ngrid.node;

import org.jspecify.annotations.NullMarked;
import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
