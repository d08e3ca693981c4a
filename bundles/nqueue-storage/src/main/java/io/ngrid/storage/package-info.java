/** Durable local storage: NQueue, the changelog, vote and checkpoint stores. */
@NullMarked
package io.ngrid.storage;

import org.jspecify.annotations.NullMarked;
