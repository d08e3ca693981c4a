/** What clients saw of a cluster, and whether queues and maps may behave like that. */
@NullMarked
package io.ngrid.simulation.check;

import org.jspecify.annotations.NullMarked;
