package io.ngrid.architecture.planted.demo;

import io.ngrid.architecture.planted.api.NosyApi;

/** Sees what the demo must not. */
public class NosyDemo {
    /** The forbidden sight. */
    public NosyApi api;
}
