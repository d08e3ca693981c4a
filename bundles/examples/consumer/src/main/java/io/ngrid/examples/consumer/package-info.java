/** A bundle that takes from a distributed queue, as a user would write it. */
@NullMarked
package io.ngrid.examples.consumer;

import org.jspecify.annotations.NullMarked;
