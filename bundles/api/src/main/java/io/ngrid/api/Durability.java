package io.ngrid.api;

/** When an entry counts as being on a node's disk [R1]. */
public enum Durability {
    /** After an fsync. */
    FSYNC,
    /** After it was written to the operating system: a power cut of a quorum of nodes may lose it. */
    OS
}
