/** Whole nodes in one thread on virtual time, all from one seed. */
@NullMarked
package io.ngrid.simulation;

import org.jspecify.annotations.NullMarked;
