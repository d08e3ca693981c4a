/** The services that consumers inject. */
@NullMarked
package io.ngrid.services;

import org.jspecify.annotations.NullMarked;
