/** Checks the TLA+ specification of the safety core with TLC, and recorded runs of the code against it. */
@NullMarked
package io.ngrid.model;

import org.jspecify.annotations.NullMarked;
