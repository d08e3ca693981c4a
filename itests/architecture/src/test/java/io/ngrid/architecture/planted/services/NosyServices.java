package io.ngrid.architecture.planted.services;

import io.ngrid.architecture.planted.spi.NosySpi;

/** Sees what services must not. */
public class NosyServices {
    /** The forbidden sight. */
    public NosySpi spi;
}
