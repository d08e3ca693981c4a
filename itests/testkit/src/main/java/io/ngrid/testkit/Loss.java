package io.ngrid.testkit;

/** What a crash does to what was not forced. */
public enum Loss {
    /** Nothing is lost yet: the process died, the operating system lives on; what was not forced still is not. */
    NONE,
    /** All of it is lost. */
    ALL,
    /** Each change is kept, lost or torn, as the seed says: a power cut. */
    RANDOM
}
