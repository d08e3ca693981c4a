package io.ngrid.storage;

/**
 * An element of an {@link NQueue}.
 *
 * @param sequence its number, from 1, rising
 * @param time when it was appended, in milliseconds since 1970, by this machine's clock
 * @param body its bytes
 */
public record Element(long sequence, long time, byte[] body) {}
