/**
 * What a consumer of NGrid imports: durable, replicated queues and maps, their codecs, their errors.
 *
 * <p>Everything here is stable: the package version changes only when the API does.
 */
@Export
@Version("1.0.0")
@NullMarked
package io.ngrid.api;

import org.jspecify.annotations.NullMarked;
import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
