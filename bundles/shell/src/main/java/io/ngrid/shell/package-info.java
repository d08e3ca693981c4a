/** Commands of the Karaf shell, scope ngrid. */
@NullMarked
package io.ngrid.shell;

import org.jspecify.annotations.NullMarked;
