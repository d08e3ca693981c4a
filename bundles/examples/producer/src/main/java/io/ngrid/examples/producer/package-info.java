/** A bundle that offers to a distributed queue, as a user would write it. */
@NullMarked
package io.ngrid.examples.producer;

import org.jspecify.annotations.NullMarked;
