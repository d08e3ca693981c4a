/** Whole clusters in one thread, from a seed. */
@NullMarked
package io.ngrid.simulation;

import org.jspecify.annotations.NullMarked;
