/** The stores that are measured, each behind {@link io.ngrid.benchmarks.Store}. */
@NullMarked
package io.ngrid.benchmarks.peers;

import org.jspecify.annotations.NullMarked;
