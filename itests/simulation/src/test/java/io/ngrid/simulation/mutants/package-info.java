/** Planted faults that the simulator has to find. */
@NullMarked
package io.ngrid.simulation.mutants;

import org.jspecify.annotations.NullMarked;
