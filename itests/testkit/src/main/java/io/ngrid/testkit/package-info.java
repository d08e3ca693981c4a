/** In-memory twins of the seams, and what else several tests share. */
@NullMarked
package io.ngrid.testkit;

import org.jspecify.annotations.NullMarked;
