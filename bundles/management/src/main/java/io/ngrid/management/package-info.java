/** MXBeans, notifications and the health check. */
@NullMarked
package io.ngrid.management;

import org.jspecify.annotations.NullMarked;
