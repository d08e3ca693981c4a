package io.ngrid.api;

/** What an offer to a full queue does. */
public enum FullPolicy {
    /** {@code offer} answers false, {@code add} throws, {@code put} and the timed offer wait for room. */
    REJECT,
    /** The oldest elements make room; an offer always succeeds. */
    DROP_OLDEST
}
