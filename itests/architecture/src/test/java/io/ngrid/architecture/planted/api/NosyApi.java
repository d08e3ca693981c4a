package io.ngrid.architecture.planted.api;

import io.ngrid.architecture.planted.spi.NosySpi;

/** Sees what api must not. */
public class NosyApi {
    /** The forbidden sight. */
    public NosySpi spi;
}
