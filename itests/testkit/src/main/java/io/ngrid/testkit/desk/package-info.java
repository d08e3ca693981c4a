/** What is in the consumer bundle of the container tests. */
@NullMarked
package io.ngrid.testkit.desk;

import org.jspecify.annotations.NullMarked;
