package io.ngrid.architecture.planted.election.core;

/** A core that sees the other one. */
public final class Stray {
    private Stray() {}

    static Class<?> use() {
        return io.ngrid.architecture.planted.replication.core.Stray.class;
    }
}
