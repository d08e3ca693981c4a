package io.ngrid.architecture.planted.replication.core;

import io.ngrid.architecture.planted.replication.NosyReplication;

/** A core that sees the component around it, and the clock. */
public final class Stray {
    private Stray() {}

    static boolean isLate(NosyReplication component, long deadlineMillis) {
        return component != null && System.currentTimeMillis() > deadlineMillis;
    }
}
