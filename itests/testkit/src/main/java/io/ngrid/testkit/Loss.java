package io.ngrid.testkit;

/** What a crash does to what was not forced. */
public enum Loss {
    /** Nothing is lost: the process died, the operating system lives on. */
    NONE,
    /** All of it is lost. */
    ALL,
    /** Each change is kept, lost or torn, as the seed says: a power cut. */
    RANDOM
}
