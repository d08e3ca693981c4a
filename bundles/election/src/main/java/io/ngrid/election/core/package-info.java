/** Who leads: a pure function of state, event and time. */
@NullMarked
package io.ngrid.election.core;

import org.jspecify.annotations.NullMarked;
