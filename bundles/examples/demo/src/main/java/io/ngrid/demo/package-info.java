/** The demo: three Karaf processes, a leader killed with -9, and a count of what arrived. */
@NullMarked
package io.ngrid.demo;

import org.jspecify.annotations.NullMarked;
