/** The replicated state: commands, what applying them comes to, and the bytes of both. A pure value; no threads, clocks or files. */
@NullMarked
package io.ngrid.node.state;

import org.jspecify.annotations.NullMarked;
