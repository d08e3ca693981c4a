/** The replicated log: a pure function of state, event and time. */
@NullMarked
package io.ngrid.replication.core;

import org.jspecify.annotations.NullMarked;
