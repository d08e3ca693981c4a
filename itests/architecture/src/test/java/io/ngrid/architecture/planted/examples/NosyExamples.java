package io.ngrid.architecture.planted.examples;

import io.ngrid.architecture.planted.spi.NosySpi;

/** Sees what examples must not. */
public class NosyExamples {
    /** The forbidden sight. */
    public NosySpi spi;
}
