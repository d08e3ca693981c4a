/** The MXBeans' implementation, registered by the JMX whiteboard. */
@NullMarked
package io.ngrid.management.jmx;

import org.jspecify.annotations.NullMarked;
