/** NGrid's parts beside their peers, in one run. */
@NullMarked
package io.ngrid.benchmarks;

import org.jspecify.annotations.NullMarked;
