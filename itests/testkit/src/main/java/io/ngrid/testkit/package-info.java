/** In-memory twins of the seams, for tests. */
@NullMarked
package io.ngrid.testkit;

import org.jspecify.annotations.NullMarked;
